import { HarnessError } from '../../core/errors.ts';
import type { ExecResult } from '../../rig/router.ts';
import { whatFills } from '../../rig/what-fills.ts';

/** Text of a command's output that is kept in an error. */
const HEAD = 400;

/** A command ran and said what OpenWrt never says: the driver does not know this firmware. */
export function unexpectedOutput(command: string, found: string, expected: string): HarnessError {
  return new HarnessError(`\`${command}\` printed something unknown: expected ${expected}`, {
    code: 'openwrt.unexpected-output',
    blame: 'harness',
    effect: 'none',
    hint: 'this firmware prints another format: the driver needs to learn it',
    data: { command, expected, found: found.slice(0, HEAD) },
  });
}

/** A command that has to work on a healthy router failed there. */
export function commandFailed(result: ExecResult): HarnessError {
  const said = (result.stderr || result.stdout).trim().slice(0, HEAD);
  const trouble = troubleIn(said);
  const what = `\`${result.command}\` failed with exit code ${result.exitCode}${said === '' ? '' : `: ${said}`}`;
  return new HarnessError(trouble ? `${trouble.text}: ${what}` : what, {
    code: trouble?.code ?? 'openwrt.command-failed',
    blame: 'dut',
    effect: 'unknown',
    ...(trouble ? { hint: trouble.hint } : {}),
    data: { command: result.command, exitCode: result.exitCode, said },
  });
}

const GOES = 'what lies in /tmp goes with a reboot, what lies elsewhere has to be removed';

/** What commands say when it is the router's storage that fails, and not what they were told. */
const troubles = [
  {
    words: /No space left on device/i,
    code: 'openwrt.full',
    text: 'the router has no room left, and what was to be written is not there',
    hint: `see where: wwanlab shell RIG "df -h"; ${GOES}`,
  },
  {
    // uci says of a read-only overlay, as of a full one, no more than this (libuci, UCI_ERR_IO).
    words: /Read-only file system|\buci: I\/O error/i,
    code: 'openwrt.read-only',
    text: "the router's settings can't be written: its overlay is read-only, full or broken; they are as they were",
    hint: 'see: wwanlab shell RIG "mount; df -h; dmesg | tail"; a reboot mounts it anew, and `firstboot` on the router makes an empty one',
  },
] as const;

/** What was set can't be read back. @param df what `df` prints of the places where it should be */
export function notKept(files: readonly string[], df: string): HarnessError {
  // An overlay is mounted over all of /, and it is its own place that is full.
  const full = [...df.matchAll(/^(?:overlayfs:(\/\S*) .*)?.*\s100% +(\/\S*)$/gm)].map(
    ([, overlay, place = '/']) => overlay ?? place,
  );
  const why = full.length === 0 ? 'its storage lost it' : `no room is left on ${full.join(' and ')}`;
  return new HarnessError(
    `the router took a change of /etc/config/${files.join(', /etc/config/')} and does not have it: ${why}`,
    {
      code: full.length === 0 ? 'openwrt.not-kept' : 'openwrt.full',
      blame: 'dut',
      effect: 'unknown',
      hint:
        full.length === 0
          ? troubles[1].hint
          : `see what fills it: wwanlab shell RIG "${whatFills(full)}"; ${GOES}`,
      data: { files, df },
    },
  );
}

/** Undefined: it is something else. */
export const troubleIn = (said: string): (typeof troubles)[number] | undefined =>
  troubles.find(({ words }) => words.test(said));

export function noSuchInterface(name: string): HarnessError {
  return new HarnessError(`the router has no interface '${name}'`, {
    code: 'openwrt.no-interface',
    blame: 'test',
    effect: 'none',
    hint: 'is connection.interface in the rig file one of these: wwanlab shell RIG "uci show network"',
    data: { name },
  });
}

/** The result of a command that must succeed. */
export function mustSucceed(result: ExecResult): ExecResult {
  if (result.exitCode !== 0) throw commandFailed(result);
  return result;
}
