import type { Ms } from './units.ts';

/** Stops a timer that has not fired; harmless afterwards. */
export type Cancel = () => void;

/**
 * Time as a port. Real time passes by itself; virtual time passes only inside `drive`, when nothing is left to do.
 * No code outside core, transport and cli touches setTimeout, Date or performance: it asks a Clock.
 */
export interface Clock {
  readonly virtual: boolean;
  /** Monotonic time since the clock was made. */
  now(): Ms;
  /** The calendar time that belongs to `now()`. */
  wall(): Date;
  /** Calls `f` once, after `delay`. Calls due at the same instant run in the order in which they were armed. */
  after(delay: Ms, f: () => void): Cancel;
  /** Resolves after `delay`; rejects with the signal's reason as soon as it aborts. */
  sleep(delay: Ms, signal?: AbortSignal): Promise<void>;
  /**
   * Runs `body` and lets time pass until it settles. In virtual time it rejects with `clock.deadlock` when
   * everybody waits and no timer is armed.
   */
  drive<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Holds virtual time still while real work (a file, a child process) goes on. */
  outside<T>(work: Promise<T>): Promise<T>;
}

/** `Clock.sleep` for any clock that has `after`. */
export function sleepOn(after: Clock['after'], delay: Ms, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const abort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = after(delay, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
