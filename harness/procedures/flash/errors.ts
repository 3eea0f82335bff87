import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Board, ExecResult } from '../../rig/router.ts';
import { whatFills } from '../../rig/what-fills.ts';
import { releaseOf, type FlashImage } from './image.ts';

const words = ({ stdout, stderr }: ExecResult): string => (stderr.trim() || stdout.trim()).slice(-1_000);

export const wrongRouter = (expected: string, found: string): HarnessError =>
  new HarnessError(`this router is a ${found}, and the one that is meant is a ${expected}`, {
    code: 'flash.wrong-router',
    blame: 'rig',
    effect: 'none',
    hint: 'look at `router.host` and `router.board` in the rig file, and at the cables',
    data: { expected, found },
  });

export const otherBoard = (image: FlashImage, { boardName }: Board): HarnessError =>
  new HarnessError(`${image.name} is for ${image.boards?.join(', ')}, and this router is a ${boardName}`, {
    code: 'flash.other-board',
    blame: 'test',
    effect: 'none',
    hint: `get the image for ${boardName}`,
    data: { boards: image.boards, board: boardName },
  });

export const noRoom = (rigName: string, image: number, margin: number, free: number): HarnessError =>
  new HarnessError(
    `the image has ${image} octets, sysupgrade takes ${margin} beside it, and /tmp has room for ${free}`,
    {
      code: 'flash.no-room',
      blame: 'dut',
      effect: 'none',
      hint: `see what fills it: wwanlab shell ${rigName} "${whatFills(['/tmp'])}"; after a reboot it is empty: wwanlab shell ${rigName} reboot`,
      data: { image, margin, free },
    },
  );

export const rejected = (result: ExecResult): HarnessError =>
  new HarnessError(`the router's own check refuses the image: ${words(result)}`, {
    code: 'flash.rejected',
    blame: 'test',
    effect: 'none',
    hint: 'is it an image for sysupgrade (not a factory image), for this board, and whole? One that was cut short has no metadata',
  });

export const refused = (command: string, result: ExecResult): HarnessError =>
  new HarnessError(`\`${command}\` ended with ${result.exitCode}: ${words(result)}`, {
    code: 'flash.refused',
    blame: 'dut',
    effect: 'unknown',
  });

/** Its own backup shows it before anything is written; afterwards the router would be a factory-new one. */
export const keepsNothing = (rigName: string, flaw: string): HarnessError =>
  new HarnessError(`the router's sysupgrade would lose the settings that are to be kept: ${flaw}`, {
    code: 'flash.keeps-nothing',
    blame: 'dut',
    effect: 'none',
    hint: `see which files it keeps: wwanlab shell ${rigName} "sysupgrade -l"; to do without them: wwanlab flash ${rigName} IMAGE --drop-settings`,
    data: { flaw },
  });

/** Settings that were dropped took the router's address with them, and its console told the new one. */
export const moved = (rigName: string, addresses: readonly string[]): HarnessError =>
  new HarnessError(`the router is at ${addresses.join(', ')} now, as its console says`, {
    code: 'flash.moved',
    blame: 'rig',
    effect: 'done',
    hint: `below router: in the rig file write factory: { host: ${addresses[0]} }, with password: if it has one; let this machine have an address of that network; then: wwanlab rigs check ${rigName}`,
    data: { addresses },
  });

/** The same where no console tells it. Source of the address: OpenWrt package/base-files/files/bin/config_generate. */
export const outOfSight = (rigName: string, cause: unknown): HarnessError =>
  new HarnessError(
    `nobody answers where the router was: ${messageOf(cause)}. Without its settings an OpenWrt is at 192.168.1.1, root without a password (GL.iNet: 192.168.8.1)`,
    {
      code: 'flash.out-of-sight',
      blame: 'rig',
      effect: 'unknown',
      hint: `if it is there, below router: in the rig file write factory: { host: 192.168.1.1 }, then: wwanlab rigs check ${rigName}; if it is not: wwanlab recover ${rigName} --image FILE`,
      cause,
    },
  );

export const settingsLost = (rigName: string, found: Board, backup: string): HarnessError =>
  new HarnessError(
    `the router runs ${releaseOf(found)}, and its settings are gone, which were to be kept: it shows a new host key`,
    {
      code: 'flash.settings-lost',
      blame: 'dut',
      effect: 'done',
      hint: `they are in ${backup}, for sysupgrade -r on the router; as it is now: wwanlab rigs check ${rigName}`,
      data: { backup },
    },
  );

/** The same release before and after: the root of before is what tells. */
export const notWritten = (rigName: string, found: Board): HarnessError =>
  new HarnessError(
    `the router booted, and runs the ${releaseOf(found)} that it ran before: a file from before the flash is still there`,
    {
      code: 'flash.not-written',
      blame: 'dut',
      effect: 'none',
      hint: `wwanlab logs ${rigName} shows its boot; to try once more: wwanlab flash ${rigName} IMAGE --again`,
    },
  );

export const otherRelease = (rigName: string, image: FlashImage, before: Board, found: Board): HarnessError =>
  new HarnessError(
    image.version === undefined && image.revision === undefined
      ? `the router booted, and still runs ${releaseOf(found)}: the image does not say what it is, so nothing is proven`
      : `the router booted, and runs ${releaseOf(found)}, not ${releaseOf(image)}`,
    {
      code: 'flash.other-release',
      blame: 'dut',
      effect: 'done',
      hint: `it may have gone back to its other partition, or refused to write: wwanlab logs ${rigName} shows its boot; ${afterThat(rigName, before, found)}`,
      data: { found: releaseOf(found), expected: releaseOf(image) },
    },
  );

/** To go back to what runs is no help. */
const afterThat = (rigName: string, before: Board, found: Board): string =>
  releaseOf(found) === releaseOf(before)
    ? `to try once more: wwanlab flash ${rigName} IMAGE`
    : `what ran before: wwanlab flash ${rigName} --back`;
