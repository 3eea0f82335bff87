import type { Cancel, Clock } from '../../../../../core/clock.ts';
import type { Ms } from '../../../../../core/units.ts';

/** Calls that the network has dropped and the modem will set up again, by place; each keeps what was held of it. */
export interface Redials<Held> {
  has(place: string): boolean;
  /** In place of what was planned there. @param tries those in vain so far */
  plan(place: string, tries: number, held: Held, dial: () => void): void;
  /** @returns false: none was planned */
  cancel(place: string): boolean;
  cancelAll(): void;
  waiting(): Iterable<Held>;
}

/** Between the end of a call and the next try; the last one stays. */
const PAUSES = [1_000, 5_000, 10_000, 30_000, 60_000] as const;

export function createRedials<Held>(clock: Clock): Redials<Held> {
  const planned = new Map<string, { readonly cancel: Cancel; readonly held: Held }>();
  const cancel = (place: string): boolean => {
    planned.get(place)?.cancel();
    return planned.delete(place);
  };
  return {
    has: (place) => planned.has(place),
    plan: (place, tries, held, dial) => {
      cancel(place);
      const pause = PAUSES[Math.min(tries, PAUSES.length - 1)] as Ms;
      const now = (): void => {
        planned.delete(place);
        dial();
      };
      planned.set(place, { cancel: clock.after(pause, now), held });
    },
    cancel,
    cancelAll: () => {
      for (const place of planned.keys()) cancel(place);
    },
    waiting: () => Array.from(planned.values(), ({ held }) => held),
  };
}
