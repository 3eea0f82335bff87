import type { Ctx } from '../core/ctx.ts';
import { isHarnessError, type ErrorCode } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';

/**
 * Tries again after a fault that is listed and that certainly changed nothing on the device (effect `none`); everything
 * else goes to the caller at once. There is one more try than there are pauses, which are taken on the context's clock.
 */
export async function retryHarmless<T>(
  ctx: Ctx,
  codes: readonly ErrorCode[],
  pauses: readonly Ms[],
  attempt: () => Promise<T>,
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await attempt();
    } catch (error) {
      if (!isHarnessError(error) || error.effect !== 'none' || !codes.includes(error.code)) throw error;
      await ctx.clock.sleep(pause, ctx.signal);
    }
  }
  return attempt();
}
