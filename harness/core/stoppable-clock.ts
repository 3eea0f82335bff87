import { sleepOn, type Cancel, type Clock } from './clock.ts';
import type { Ms } from './units.ts';

/**
 * A clock for what is thrown away as a whole: what it has still armed when it is stopped never fires. In real time it
 * would keep the process alive.
 */
export function stoppable(clock: Clock): { readonly clock: Clock; stop(): void } {
  const armed = new Set<Cancel>();
  const after = (delay: Ms, f: () => void): Cancel => {
    const cancel = clock.after(delay, () => {
      armed.delete(cancel);
      f();
    });
    armed.add(cancel);
    return () => {
      armed.delete(cancel);
      cancel();
    };
  };
  return {
    clock: { ...clock, after, sleep: (delay, signal) => sleepOn(after, delay, signal) },
    stop: () => {
      for (const cancel of armed) cancel();
      armed.clear();
    },
  };
}
