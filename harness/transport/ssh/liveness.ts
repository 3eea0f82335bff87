import type { Clock } from '../../core/clock.ts';
import type { Ms } from '../../core/units.ts';

/** Silence after which the first keepalive goes out. Above 1 s, so that a stream with one line a second needs none. */
const QUIET: Ms = 1_200;
/** Time for an answer. 1.2 s + 3 x 1.1 s: a router that hangs is noticed 4.5 s after its last byte. */
const ANSWER: Ms = 1_100;
const KEEPALIVES = 3;

/** Notices a peer that keeps its connection open and says nothing. */
export interface Liveness {
  /** Something came in. */
  heard(): void;
  /** An answer is due from now until the returned function is called; silence counts only meanwhile. */
  watch(): () => void;
  stop(): void;
}

export interface LivenessOptions {
  readonly clock: Clock;
  /** Asks the peer for a sign of life. */
  readonly ping: () => void;
  readonly onHung: (silentFor: Ms, unanswered: number) => void;
}

/** One timer in all, looked at when it fires: bytes that come in only set a number. */
export function createLiveness({ clock, ping, onHung }: LivenessOptions): Liveness {
  let heardAt = clock.now();
  let unanswered = 0;
  let watchers = 0;
  let armed: (() => void) | undefined;

  const arm = (delay: Ms): void => {
    armed = clock.after(delay, look);
  };

  const look = (): void => {
    armed = undefined;
    const silentFor = clock.now() - heardAt;
    if (watchers === 0) return;
    if (unanswered === 0 && silentFor < QUIET) {
      arm(QUIET - silentFor);
    } else if (unanswered === KEEPALIVES) {
      onHung(silentFor, unanswered);
    } else {
      unanswered++;
      ping();
      arm(ANSWER);
    }
  };

  return {
    heard() {
      heardAt = clock.now();
      unanswered = 0;
    },
    watch() {
      if (watchers++ === 0) {
        heardAt = clock.now();
        unanswered = 0;
        if (!armed) arm(QUIET);
      }
      let watching = true;
      return () => {
        if (watching) watchers--;
        watching = false;
      };
    },
    stop() {
      armed?.();
      armed = undefined;
      watchers = 0;
    },
  };
}
