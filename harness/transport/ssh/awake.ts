import type { Clock } from '../../core/clock.ts';
import type { Ms } from '../../core/units.ts';

/** Longer than a fork on this machine or the next one takes, far shorter than anything that is worth a sleep. */
export const AWAKE: Ms = 1;

/**
 * Looks for the answer again and again instead of sleeping until it comes, for a millisecond at most: a processor that
 * fell asleep takes longer to wake than a shell to answer. What the kernel does with net.core.busy_read.
 */
export function stayAwake(clock: Clock, pending: () => boolean): void {
  if (clock.virtual) return;
  const end = clock.now() + AWAKE;
  const look = (): void => {
    if (pending() && clock.now() < end) clock.after(0, look);
  };
  look();
}
