import type { Ctx } from '../core/ctx.ts';
import { isHarnessError } from '../core/errors.ts';
import { minutes, type Ms } from '../core/units.ts';

/** What a rig takes to be brought back at most (lab/leases/bring-back.ts), and its closing. */
const GRACE: Ms = minutes(12);
/** Longer than this, and one wants to know why it does not end. */
const NOTICE: Ms = 1_000;

/**
 * Runs `body` with a deadline, as `ctx.within`, and leaves nothing half done: one that is broken off has a lease to give
 * back and changes to undo, which is waited for. Its own word on where it was broken off is the error then.
 * @param onEnding called where that takes a while
 */
export async function toTheEnd<T>(
  ctx: Ctx,
  limit: Ms,
  what: string,
  body: (ctx: Ctx) => Promise<T>,
  onEnding: () => void,
): Promise<T> {
  let work: Promise<T> | undefined;
  try {
    return await ctx.within(limit, what, (c) => (work = body(c)));
  } catch (error) {
    const timers = [ctx.clock.after(NOTICE, onEnding)];
    const patience = new Promise<void>((resolve) => timers.push(ctx.clock.after(GRACE, resolve)));
    const own = await Promise.race([
      work?.then(
        () => undefined,
        (e: unknown) => e,
      ),
      patience,
    ]);
    for (const cancel of timers) cancel();
    throw isHarnessError(own) ? own : error;
  }
}
