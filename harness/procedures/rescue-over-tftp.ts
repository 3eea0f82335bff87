import { throwIfAborted, type Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import { minutes, type Ms } from '../core/units.ts';
import type { Console } from '../rig/console.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { Rig } from '../rig/rig.ts';
import type { Board, Boot } from '../rig/router.ts';
import type { TftpRescue } from '../rig/tftp-rescue.ts';
import { awaitSameSystem, FIRST_BOOT, isDeadline, isSilence } from './boot.ts';
import { promptAt, runInBootloader, stopAutoboot } from './console.ts';
import { cyclePower } from './power.ts';

/** An image, and what the router says of itself when it runs. */
export interface RescueImage {
  readonly bytes: Uint8Array;
  /** DISTRIB_RELEASE and, where it is known, DISTRIB_REVISION. */
  readonly version: string;
  readonly revision?: string;
}

export interface TftpRescued {
  readonly boot: Boot;
  readonly board: Board;
  /** From the boot loader's prompt to its last command. */
  readonly writingMs: Ms;
  /** From there until the router answered. */
  readonly bootingMs: Ms;
}

const PROMPT_LIMIT: Ms = minutes(2);
/** How long a router that runs may take to answer. */
const SILENCE: Ms = 3_000;

/**
 * Puts an image onto a router whose system is gone: its boot loader is stopped (its supply is cut for that, unless it
 * stands at its prompt already), loads the image over TFTP, writes it and reads it back; then the router, silent until
 * then, has to answer with the image's release.
 * @throws HarnessError `rescue.not-wired`, `rescue.wrong-console`, `rescue.step-failed` with what the boot loader said,
 * `rescue.wrong-release`
 */
export async function rescueOverTftp(ctx: Ctx, rig: Rig, image: RescueImage): Promise<TftpRescued> {
  return ctx.timeline.span('rescue over TFTP', { rig: rig.id, version: image.version }, async () => {
    const { console, tftpRescue } = wiringOf(rig);
    await reachPrompt(ctx, rig, console, tftpRescue);
    await proveSilent(ctx, rig);
    const start = ctx.clock.now();
    await writeFromBootloader(ctx, rig, image.bytes);
    const written = ctx.clock.now();
    await console.write(ctx, `${tftpRescue.start}\r`);
    const { boot } = await awaitSameSystem(ctx, rig, undefined, FIRST_BOOT);
    const bootingMs = ctx.clock.now() - written;
    const board = await rig.router.board(ctx);
    if (!isRelease(board, image)) throw wrongRelease(board, image);
    return { boot, board, writingMs: written - start, bootingMs };
  });
}

/**
 * At the boot loader's prompt: loads an image over TFTP, writes it to the flash, and proves each step by what it prints.
 * The prompt stands there again afterwards.
 * @throws HarnessError `rescue.not-wired`, `rescue.step-failed`
 */
export async function writeFromBootloader(ctx: Ctx, rig: Rig, image: Uint8Array): Promise<void> {
  const { console, tftpRescue } = wiringOf(rig);
  const offered = await tftpRescue.offer(image);
  try {
    for (const { what, command, proof, limit, writes } of tftpRescue.steps(offered)) {
      const output = await runInBootloader(ctx, console, command, limit);
      if (!proof.test(output)) throw stepFailed(what, command, output, writes);
      ctx.timeline.add('step', 'boot-loader', { what });
    }
  } finally {
    await offered.withdraw();
  }
}

/** Whose console shows a boot loader can't answer over the network: another router's image would be overwritten. */
async function proveSilent(ctx: Ctx, { router }: Rig): Promise<void> {
  const boot = await ctx
    .within(SILENCE, 'the router answers', (c) => router.boot(c))
    .catch((error: unknown) => {
      if (isSilence(error) || isDeadline(error)) return undefined;
      throw error;
    });
  throwIfAborted(ctx.signal);
  if (boot) throw stillRuns(boot);
}

async function reachPrompt(ctx: Ctx, rig: Rig, console: Console, { stopKeys }: TftpRescue): Promise<void> {
  if (promptAt(console.recent()) === 'bootloader' && (await answers(ctx, console))) return;
  const power = rig.power ?? noSwitch(rig);
  const stopped = stopAutoboot(ctx, console, PROMPT_LIMIT, stopKeys);
  stopped.catch(() => undefined); // a supply that can't be cut is told first
  await cyclePower(ctx, power);
  await stopped;
}

/** Does the boot loader still listen? What its console showed last may be long ago. */
async function answers(ctx: Ctx, console: Console): Promise<boolean> {
  try {
    await runInBootloader(ctx, console, '', 3_000);
    return true;
  } catch (error) {
    if (isHarnessError(error) && error.code === 'console.not-seen') return false;
    throw error;
  }
}

const isRelease = ({ version, revision }: Board, image: RescueImage): boolean =>
  version === image.version && (image.revision === undefined || revision === image.revision);

function wiringOf({ id, console, tftpRescue }: Rig): { console: Console; tftpRescue: TftpRescue } {
  if (console && tftpRescue) return { console, tftpRescue };
  const missing = console ? 'no TFTP server beside its boot loader' : 'no console';
  throw new HarnessError(`the rig ${id} has ${missing}`, {
    code: 'rescue.not-wired',
    blame: 'rig',
    effect: 'none',
    hint: 'rescue it by hand: see the wiki page of its board at openwrt.org for its recovery',
  });
}

function noSwitch({ id }: Rig): PowerSwitch {
  throw new HarnessError(
    `the rig ${id} does not stand at its boot loader's prompt, and has no power switch`,
    {
      code: 'rescue.not-wired',
      blame: 'rig',
      effect: 'none',
      hint: 'switch it off and on by hand, stop its countdown on the console, and try again',
    },
  );
}

function stepFailed(what: string, command: string, output: string, writes: boolean): HarnessError {
  const tail = output.split('\n').slice(-8).join('\n').trim();
  const state = writes
    ? 'the flash may hold a torn image: the router stands at the prompt of its boot loader, try again'
    : 'nothing was written; the router stands at the prompt of its boot loader';
  return new HarnessError(`the boot loader did not show that ${what}: \`${command}\` printed\n${tail}`, {
    code: 'rescue.step-failed',
    blame: 'rig',
    effect: writes ? 'unknown' : 'none',
    hint: state,
    data: { what, command, output: tail },
  });
}

const stillRuns = ({ bootId }: Boot): HarnessError =>
  new HarnessError(`the router answers (boot ${bootId}) while its console shows a boot loader's prompt`, {
    code: 'rescue.wrong-console',
    blame: 'rig',
    effect: 'none',
    hint: 'the console is that of another router: look at its wiring; nothing was written',
  });

const wrongRelease = (board: Board, image: RescueImage): HarnessError =>
  new HarnessError(
    `the router came back with ${board.version} ${board.revision}, not with ${image.version} ${image.revision ?? ''}`.trimEnd(),
    {
      code: 'rescue.wrong-release',
      blame: 'dut',
      effect: 'done',
      hint: 'it runs and answers; is this the image that was meant?',
      data: { found: { version: board.version, revision: board.revision } },
    },
  );
