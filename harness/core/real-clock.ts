import { sleepOn, type Cancel, type Clock } from './clock.ts';
import type { Ms } from './units.ts';

/** Node fires a timer that does not fit into 31 bits (25 days) after a millisecond (its timers documentation). */
const LONGEST: Ms = 2 ** 31 - 1;

/** The machine's own time. */
export function createRealClock(): Clock {
  const start = performance.now();
  const after = (delay: Ms, f: () => void): Cancel => {
    // Node makes a timeout of nothing a whole millisecond (its timers documentation).
    if (delay <= 0) {
      const turn = setImmediate(f);
      return () => clearImmediate(turn);
    }
    if (delay > LONGEST) {
      let cancel = after(LONGEST, () => (cancel = after(delay - LONGEST, f)));
      return () => cancel();
    }
    const timer = setTimeout(f, delay);
    return () => clearTimeout(timer);
  };
  return {
    virtual: false,
    now: () => performance.now() - start,
    wall: () => new Date(),
    after,
    sleep: (delay, signal) => sleepOn(after, delay, signal),
    drive: (_title, body) => body(),
    outside: (work) => work,
  };
}
