import pRetry from 'p-retry';
import type { Ctx } from '../core/ctx.ts';
import { isHarnessError, type ErrorCode } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';

/**
 * Tries again after a fault that is listed and that certainly changed nothing on the device (effect `none`); everything
 * else goes to the caller at once. There is one more try than there are pauses, which are taken on the context's clock.
 */
export function retryHarmless<T>(
  ctx: Ctx,
  codes: readonly ErrorCode[],
  pauses: readonly Ms[],
  attempt: () => Promise<T>,
): Promise<T> {
  const harmless = (error: unknown): boolean =>
    isHarnessError(error) && error.effect === 'none' && codes.includes(error.code);
  return pRetry(attempt, {
    retries: pauses.length,
    minTimeout: 0, // p-retry would wait in real time
    shouldRetry: ({ error }) => harmless(error),
    onFailedAttempt: async ({ error, attemptNumber }) => {
      const pause = pauses[attemptNumber - 1];
      if (pause !== undefined && harmless(error)) await ctx.clock.sleep(pause, ctx.signal);
    },
  });
}
