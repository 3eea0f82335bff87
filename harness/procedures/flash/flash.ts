import { throwIfAborted, unfenced, type Ctx } from '../../core/ctx.ts';
import { isHarnessError, messageOf, type HarnessError } from '../../core/errors.ts';
import { minutes, type Ms } from '../../core/units.ts';
import type { KnownRouter } from '../../rig/known-router.ts';
import type { Rig } from '../../rig/rig.ts';
import type { Board, Boot } from '../../rig/router.ts';
import { awaitSameSystem, FIRST_BOOT, isSilence } from '../boot.ts';
import { runOnConsole } from '../console.ts';
import { lookAt, type Seen } from '../rescue/seen.ts';
import {
  keepsNothing,
  moved,
  noRoom,
  notWritten,
  otherBoard,
  otherRelease,
  outOfSight,
  refused,
  rejected,
  settingsLost,
  wrongRouter,
} from './errors.ts';
import { isRunning, mayKeepSettings, releaseOf, runsAlready, type FlashImage } from './image.ts';
import { modemAsBefore } from './modem-after.ts';
import { createStages, stageOf, type FlashedStage } from './stages.ts';

export interface FlashPlan {
  readonly image: FlashImage;
  /** `by-flavour`: kept within the same one, dropped otherwise. */
  readonly settings: 'keep' | 'drop' | 'by-flavour';
  /** Write it also where it runs already. */
  readonly again?: boolean;
  /** Is it the very image that runs? Undefined: nobody knows, and the release has to tell. */
  readonly runs?: (before: Board) => boolean | undefined;
  /** Keeps the router's settings before anything is written. */
  readonly saveBackup: (archive: Uint8Array) => SavedBackup;
  /** Called when everything is checked, before anything is written. */
  readonly onCommit?: (before: Board) => void;
  readonly onStage?: (stage: FlashedStage) => void;
}

export interface SavedBackup {
  readonly path: string;
  /** What is wrong with it, for the end of a sentence; undefined: the settings are in it. */
  readonly flaw: string | undefined;
}

export interface Flashed {
  /** `skipped`: it runs already. */
  readonly outcome: 'flashed' | 'skipped';
  readonly before: Board;
  readonly after: Board;
  readonly settings: 'kept' | 'dropped' | 'untouched';
  /** Where the settings of before were saved. */
  readonly backup: string | undefined;
  /** What became of the modem, where it is not as it was. */
  readonly modemTrouble: string | undefined;
  readonly stages: readonly FlashedStage[];
}

/** In RAM on every OpenWrt: sysupgrade reads it while the flash is written. */
const IMAGE = '/tmp/wwanlab-firmware.bin';
const BACKUP = '/tmp/wwanlab-backup.tgz';
/** In the root that is to be replaced, and nothing that sysupgrade keeps: where it is found again, nothing was written. */
const MARK = '/.wwanlab-before-flash';
/** Beside the image, sysupgrade unpacks its own tools and the settings to RAM. */
const MARGIN = 2 * 1024 * 1024;
/** sysupgrade packs the settings and reads an image in shell: two minutes each in an emulator (OpenWrt lib/upgrade/tar.sh). */
const SYSUPGRADE_MS: Ms = minutes(5);
const WRITE_MS: Ms = minutes(10);

/**
 * Puts an image onto a router by its own sysupgrade, in stages. That the router goes away is progress; success is a new
 * boot id and the image's release on the same board, nothing less.
 * @throws HarnessError with the stage that failed and the state of the router in its text: `flash.wrong-router`,
 * `flash.other-board`, `flash.no-room`, `flash.rejected`, `flash.refused`, `flash.other-release`, or what the transport says
 */
export function flash(ctx: Ctx, rig: Rig, plan: FlashPlan): Promise<Flashed> {
  return ctx.timeline.span('flash', { rig: rig.id, image: plan.image.name }, async () => {
    try {
      const flashed = await stages(ctx, rig, plan);
      rig.undo?.done(IMAGE);
      return flashed;
    } catch (error) {
      await clear(ctx, rig, clearing(error));
      throw error;
    }
  });
}

/** They take RAM until the next reboot. */
const CLEAR = `rm -f ${IMAGE} ${BACKUP}`;
/**
 * The same where it may be under way. The image has to stay then, and it is gone with the reboot. Bracketed, a word does not
 * find this line itself. Source: OpenWrt package/base-files/files/sbin/sysupgrade, lib/upgrade/stage2, procd upgraded.c.
 */
const CLEAR_UNLESS_WRITING = `if grep -qs -e '[s]ysupgrade' -e '[u]pgraded' -e 'lib/[u]pgrade/' /proc/[0-9]*/cmdline; then echo busy; else ${CLEAR} ${MARK}; fi`;

/** What takes away what a flash has left in RAM that ended so; undefined: nothing is there, or it is in use. */
function clearing(error: unknown): string | undefined {
  const stage = stageOf(error);
  const code = isHarnessError(error) ? error.code : undefined;
  if (stage === 'backup' || stage === 'upload' || stage === 'validate' || code === 'flash.refused')
    return CLEAR;
  return stage === 'write' || code === 'boot.not-begun' ? CLEAR_UNLESS_WRITING : undefined;
}

/** The first error is the one to tell. Whoever is killed before this leaves it to the rig's next holder. */
async function clear(ctx: Ctx, { router, undo }: Rig, line: string | undefined): Promise<void> {
  try {
    if (line !== undefined) {
      const { stdout } = await router.shell(unfenced(ctx), line, { limit: 10_000 });
      const stays = 'stays on the router: its sysupgrade goes on, and reads it';
      const text = `${IMAGE} ${stdout.startsWith('busy') ? stays : 'was taken away from the router again'}`;
      ctx.timeline.add('step', 'flash', { text });
    }
  } catch (error) {
    ctx.timeline.add('step', 'flash.not-cleared', { message: messageOf(error) }); // RAM: a reboot does it
  }
  try {
    undo?.done(IMAGE);
  } catch {
    return; // the lease is gone
  }
}

async function stages(ctx: Ctx, rig: Rig, plan: FlashPlan): Promise<Flashed> {
  const { image } = plan;
  const { run, done } = createStages(ctx, rig.name, (stage) => plan.onStage?.(stage));
  const found = await run('identify', async () => {
    const it = await identify(ctx, rig, image);
    return [`${it.board.boardName} runs ${releaseOf(it.board)}; ${it.seen.text}`, it];
  });
  const before = found.board;
  const nothing = { before, after: before, backup: undefined, modemTrouble: undefined, stages: done };
  if (!plan.again && (plan.runs?.(before) ?? runsAlready(image, before))) {
    return { ...nothing, outcome: 'skipped', settings: 'untouched' };
  }
  const keep = plan.settings === 'by-flavour' ? mayKeepSettings(image, before) : plan.settings === 'keep';
  rig.undo?.note(IMAGE, { kind: 'shell', line: CLEAR_UNLESS_WRITING });
  const backup = await run('backup', async () => {
    await mustFit(ctx, rig, image);
    const { path, flaw } = plan.saveBackup(await fetchBackup(ctx, rig));
    // sysupgrade keeps what its backup holds, and nothing else.
    if (keep && flaw !== undefined) throw keepsNothing(rig.name, flaw);
    return [`settings saved in ${path}${flaw === undefined ? '' : `, but ${flaw}`}`, path];
  });
  await run('upload', async () => [await upload(ctx, rig, image), undefined]);
  await run('validate', async () => {
    const did = await validate(ctx, rig);
    plan.onCommit?.(before);
    return [did, undefined];
  });
  await run('write', async () => [await write(ctx, rig, keep), undefined]);
  if (!keep) rig.undo?.forget('configuration');
  const met = await run('boot', async () => {
    const [boot, again] = await awaitSame(ctx, rig, found, keep);
    return [`booted, up for ${Math.round(boot.uptimeMs / 1_000)} s${again}`, again];
  });
  const after = await run('prove', async () => {
    const board = await prove(ctx, rig, image, before);
    // The host key is one of the settings.
    if (keep && met !== '') throw settingsLost(rig.name, board, backup);
    return [`${board.boardName} runs ${releaseOf(board)}`, board];
  });
  const modemTrouble = await run('modem', async () => {
    const trouble = await modemAsBefore(ctx, rig, found.seen, keep);
    return [trouble ?? 'as before', trouble];
  });
  return {
    outcome: 'flashed',
    before,
    after,
    settings: keep ? 'kept' : 'dropped',
    backup,
    modemTrouble,
    stages: done,
  };
}

/** Waits for the system; one that shows another host key has to prove first that it is this router. */
async function awaitSame(
  ctx: Ctx,
  rig: Rig,
  found: Identified,
  keep: boolean,
): Promise<readonly [Boot, string]> {
  try {
    const { boot, metAgain } = await awaitSameSystem(ctx, rig, found.boot.bootId, FIRST_BOOT, found.known);
    if (!metAgain) return [boot, ''];
    const { hostKey, proof } = metAgain;
    return [boot, `; its host key is ${hostKey} now, pinned in the rig file since ${proof}`];
  } catch (error) {
    const silent = isHarnessError(error) && error.code === 'boot.not-seen';
    throw !keep && silent ? await lost(ctx, rig, error) : error;
  }
}

/** Settings that are dropped take the address with them. Its console knows the new one, where a shell waits there. */
async function lost(ctx: Ctx, rig: Rig, cause: HarnessError): Promise<HarnessError> {
  const { name, console } = rig;
  if ((await lookAt(ctx, rig)).router !== 'silent') return cause;
  if (!console) return outOfSight(name, cause);
  try {
    const { output } = await runOnConsole(ctx, console, 'ip -4 -o addr show scope global', minutes(1));
    const addresses = [...output.matchAll(/ inet (\d+(?:\.\d+){3})\//g)].map(([, address = '']) => address);
    return addresses.length > 0 ? moved(name, addresses) : outOfSight(name, cause);
  } catch {
    throwIfAborted(ctx.signal);
    return outOfSight(name, cause); // no shell waits there: a boot that hangs, or a login
  }
}

interface Identified {
  readonly known: KnownRouter;
  readonly board: Board;
  readonly boot: Boot;
  readonly seen: Seen;
}

/** Is this the router that is meant, and the image one for it? */
async function identify(ctx: Ctx, rig: Rig, image: FlashImage): Promise<Identified> {
  const board = await rig.router.board(ctx);
  if (rig.boardName !== undefined && rig.boardName !== board.boardName) {
    throw wrongRouter(rig.boardName, board.boardName);
  }
  if (image.boards && !image.boards.includes(board.boardName)) throw otherBoard(image, board);
  const { boardName } = board;
  return {
    board,
    known: { boardName, macAddresses: await rig.router.macAddresses(ctx) },
    boot: await rig.router.boot(ctx),
    seen: await lookAt(ctx, rig),
  };
}

async function fetchBackup(ctx: Ctx, { router }: Rig): Promise<Uint8Array> {
  const made = await router.shell(ctx, `sysupgrade -b ${BACKUP}`, { limit: SYSUPGRADE_MS });
  if (made.exitCode !== 0) throw refused('sysupgrade -b', made);
  const archive = await router.download(ctx, BACKUP);
  await router.shell(ctx, `rm -f ${BACKUP}`);
  return archive;
}

/** Before the backup, which takes room below /tmp as well and could only say that there is none. */
async function mustFit(ctx: Ctx, { name, router }: Rig, image: FlashImage): Promise<void> {
  await router.shell(ctx, `rm -f ${IMAGE}`);
  const { stdout } = await router.shell(ctx, 'df -k /tmp | tail -n 1');
  const room = Number(/\s(\d+)\s+\d+%/.exec(stdout)?.[1] ?? 0) * 1_024;
  if (room < image.bytes.length + MARGIN) throw noRoom(name, image.bytes.length, MARGIN, room);
}

async function upload(ctx: Ctx, rig: Rig, image: FlashImage): Promise<string> {
  await rig.router.upload(ctx, image.bytes, IMAGE);
  return `${image.name}, ${image.bytes.length} octets, with the same SHA-256 at both ends`;
}

async function validate(ctx: Ctx, { router }: Rig): Promise<string> {
  const result = await router.shell(ctx, `sysupgrade -T ${IMAGE}`, { limit: SYSUPGRADE_MS });
  if (result.exitCode === 0) return "the router's own check takes it";
  throw rejected(result);
}

/**
 * sysupgrade ends the session when it begins to write, or says so and fails to hear from what it killed.
 * Source: OpenWrt package/base-files/files/sbin/sysupgrade, lib/upgrade/common.sh.
 */
async function write(ctx: Ctx, { router }: Rig, keep: boolean): Promise<string> {
  const command = `sysupgrade ${keep ? '' : '-n '}${IMAGE}`;
  await router.shell(ctx, `(: >${MARK}) 2>/dev/null`); // a root that can't be written proves nothing, and is no fault
  try {
    const result = await router.shell(ctx, command, { limit: WRITE_MS });
    const begun = /Commencing upgrade|Performing system upgrade|Switching to ramdisk|closing all shell/i;
    if (result.exitCode !== 0 && !begun.test(result.stdout + result.stderr)) throw refused(command, result);
  } catch (error) {
    if (!isSilence(error)) throw error;
  }
  return keep ? 'sysupgrade, settings kept' : 'sysupgrade, settings dropped';
}

async function prove(ctx: Ctx, rig: Rig, image: FlashImage, before: Board): Promise<Board> {
  const after = await rig.router.board(ctx);
  if (after.boardName !== before.boardName) throw wrongRouter(before.boardName, after.boardName);
  const rootStays = await takeMark(ctx, rig);
  // An image that does not say what it is has to bring something new at least.
  const isIt = isRunning(image, after) ?? releaseOf(after) !== releaseOf(before);
  if (!isIt) throw otherRelease(rig.name, image, before, after);
  if (rootStays && releaseOf(after) === releaseOf(before)) throw notWritten(rig.name, after);
  return after;
}

/** Was it there still? */
const takeMark = async (ctx: Ctx, { router }: Rig): Promise<boolean> =>
  (await router.shell(ctx, `[ -e ${MARK} ] && rm -f ${MARK}`)).exitCode === 0;
