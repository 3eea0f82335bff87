import { HarnessError } from '../../core/errors.ts';
import type { ExecResult } from '../../rig/router.ts';

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
  return new HarnessError(
    `\`${result.command}\` failed with exit code ${result.exitCode}${said === '' ? '' : `: ${said}`}`,
    {
      code: 'openwrt.command-failed',
      blame: 'dut',
      effect: 'unknown',
      data: { command: result.command, exitCode: result.exitCode, said },
    },
  );
}

export function noSuchInterface(name: string): HarnessError {
  return new HarnessError(`the router has no interface '${name}'`, {
    code: 'openwrt.no-interface',
    blame: 'test',
    effect: 'none',
    hint: 'check connection.interface in the rig file against `uci show network` on the router',
    data: { name },
  });
}

/** The result of a command that must succeed. */
export function mustSucceed(result: ExecResult): ExecResult {
  if (result.exitCode !== 0) throw commandFailed(result);
  return result;
}
