import { throwIfAborted, type Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError, type ErrorCode } from '../core/errors.ts';
import { formatMs, minutes, type Ms } from '../core/units.ts';
import type { Console } from '../rig/console.ts';
import type { KnownRouter, MetAgain } from '../rig/known-router.ts';
import type { Rig } from '../rig/rig.ts';
import type { Boot, Router } from '../rig/router.ts';
import { promptAt } from './console.ts';

/** What a router that is on its way down or up does to a connection. A wrong host key or password is not among it. */
const silent = new Set<string>([
  'ssh.unreachable',
  'ssh.handshake-failed',
  'ssh.closed',
  'ssh.hung',
  'ssh.timeout',
  'ssh.exec-refused',
  'ssh.no-exit-status',
]);

/** Did the router not answer at all, other than by a refusal that has to be looked into? */
export const isSilence = (error: unknown): boolean => isHarnessError(error) && silent.has(error.code);

/** It did not answer within the time that it was given. */
export const isDeadline = (error: unknown): boolean =>
  isHarnessError(error) && error.code === 'deadline.exceeded';

/** How long a boot is waited for: from the last sign of life, and in all. A boot loop shows signs of life for ever. */
export interface Patience {
  readonly quiet: Ms;
  readonly ceiling: Ms;
}

/** A system that has started before. */
export const RESTART: Patience = { quiet: minutes(5), ceiling: minutes(15) };
/** The first start from this flash, which may be written and its overlay formatted before: NOR takes minutes, without a word. */
export const FIRST_BOOT: Patience = { quiet: minutes(10), ceiling: minutes(30) };

const PROBE_EVERY: Ms = 250;

/**
 * Waits until the router answers with another boot id than before: answering alone would also be true of a router that
 * has not gone down yet. Where the id of before is not known, because it was silent, an answer is enough. Meanwhile its
 * console that prints and a port that refuses are signs of life.
 * @throws HarnessError `boot.not-seen`, `boot.not-begun` where it answers as before; `rescue.no-system` when the boot
 * loader ends at its prompt
 */
export async function awaitBoot(
  ctx: Ctx,
  { console, router }: { readonly console?: Console; readonly router: Pick<Router, 'boot'> },
  previousBootId: string | undefined,
  { quiet, ceiling }: Patience = RESTART,
): Promise<Boot> {
  const start = ctx.clock.now();
  let shown = console?.recent() ?? '';
  let heard: Heard = { at: start, sign: undefined };
  for (;;) {
    throwIfAborted(ctx.signal);
    const left = Math.min(heard.at + quiet, start + ceiling) - ctx.clock.now();
    if (left <= 0) throw notBooted(ctx.clock.now(), start, heard);
    const recent = console?.recent() ?? '';
    if (recent !== shown && promptAt(recent) === 'bootloader') throw noSystem();
    const answer = await ctx
      .within(left, 'the router says when it booted', (c) => router.boot(c))
      .catch(silenceOf);
    throwIfAborted(ctx.signal);
    if ('bootId' in answer && answer.bootId !== previousBootId) return answer;
    const printed = recent !== shown;
    shown = recent;
    const sign = signOf(answer) ?? (printed ? 'its console printed' : undefined);
    // One that answers as before is not on its way: that is told, and not waited for any longer.
    if (sign !== undefined) heard = { at: sign === ANSWERS ? heard.at : ctx.clock.now(), sign };
    await ctx.clock.sleep(PROBE_EVERY, ctx.signal);
  }
}

/** The last sign of life. */
interface Heard {
  readonly at: Ms;
  readonly sign: string | undefined;
}

const ANSWERS = 'it answers';

function silenceOf(error: unknown): HarnessError {
  if (isSilence(error) || isDeadline(error)) return error as HarnessError;
  throw error;
}

/** A refusal comes from a running kernel: it writes its flash, or has not come to dropbear. A forwarded port accepts for the dead. */
function signOf(answer: Boot | HarnessError): string | undefined {
  if ('bootId' in answer) return ANSWERS;
  const { refused } = (answer.data ?? {}) as { readonly refused?: boolean };
  return refused || answer.code === 'ssh.exec-refused' ? 'it refused a connection' : undefined;
}

function notBooted(now: Ms, start: Ms, { at, sign }: Heard): HarnessError {
  const waited = `the router has not booted again within ${formatMs(Math.round(now - start))}`;
  const ago = formatMs(Math.round(now - at));
  if (sign === ANSWERS) return missed('boot.not-begun', `${waited}: it answers as before`);
  return missed(
    'boot.not-seen',
    sign === undefined ? `${waited}, and gave no sign of life` : `${waited}; last, ${ago} ago, ${sign}`,
  );
}

const missed = (code: ErrorCode, message: string): HarnessError =>
  new HarnessError(message, { code, blame: 'dut', effect: 'unknown' });

/** A router that has booted, and what proved that it is the one that was meant, where it has another host key since. */
export interface SameSystem {
  readonly boot: Boot;
  readonly metAgain?: MetAgain;
}

/**
 * Waits for a boot after which the router may show another host key, because its settings are gone: then it has to prove
 * first that it is this router. @param known what is known of it, where it could be asked before
 * @throws HarnessError what awaitBoot throws; `ssh.host-key-mismatch` where no key is pinned in a file of ours,
 * `rig.stranger`
 */
export async function awaitSameSystem(
  ctx: Ctx,
  rig: Rig,
  previousBootId: string | undefined,
  patience: Patience,
  known: KnownRouter = { boardName: rig.boardName ?? 'router', macAddresses: [] },
): Promise<SameSystem> {
  try {
    return { boot: await awaitBoot(ctx, rig, previousBootId, patience) };
  } catch (error) {
    const newKey = isHarnessError(error) && error.code === 'ssh.host-key-mismatch';
    if (!newKey || !rig.meetAgain) throw error;
    const metAgain = await rig.meetAgain(ctx, known);
    return { boot: await awaitBoot(ctx, rig, previousBootId, patience), metAgain };
  }
}

const noSystem = (): HarnessError =>
  new HarnessError('the boot loader found nothing to start, and waits at its prompt', {
    code: 'rescue.no-system',
    blame: 'dut',
    effect: 'done',
  });
