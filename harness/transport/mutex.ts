import { throwIfAborted } from '../core/ctx.ts';

/** Lets one holder in at a time, in the order of asking. */
export interface Mutex {
  /** Resolves with the function that lets the next one in; rejects, without taking a turn, when the signal aborts. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

export function createMutex(): Mutex {
  const waiting: (() => void)[] = [];
  let held = false;

  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else held = false;
  };

  return {
    acquire(signal) {
      throwIfAborted(signal);
      if (!held) {
        held = true;
        return Promise.resolve(once(release));
      }
      return new Promise((resolve, reject) => {
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          resolve(once(release));
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(enter), 1);
          reject(signal.reason as Error);
        };
        waiting.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}

function once(f: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    f();
  };
}
