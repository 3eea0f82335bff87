import type { Cancel, Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';

/** Commands that wait until the modem has come to something. */
export interface Watch {
  readonly until: (check: () => boolean, limit: Ms) => Promise<void>;
  /** Something changed. */
  look(): void;
  /** Nobody waits any more: the promises stay open for good. */
  forget(): void;
}

interface Waiter {
  readonly check: () => boolean;
  readonly end: () => void;
  readonly cancel: Cancel;
}

export function createWatch(clock: Clock): Watch {
  const waiters = new Set<Waiter>();
  return {
    until: (check, limit) => {
      if (check()) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          waiter.cancel();
          waiters.delete(waiter);
          resolve();
        };
        const waiter: Waiter = { check, end, cancel: clock.after(limit, end) };
        waiters.add(waiter);
      });
    },
    look: () => {
      for (const waiter of waiters) if (waiter.check()) waiter.end();
    },
    forget: () => {
      for (const { cancel } of waiters) cancel();
      waiters.clear();
    },
  };
}
