import type { Cancel, Clock } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';

/** lcp-echo-failure, lcp-echo-interval, lcp-echo-adaptive; `failures: 0` sends no echoes. */
export interface EchoPolicy {
  readonly failures: number;
  readonly intervalMs: Ms;
  readonly adaptive: boolean;
}

export interface EchoOptions {
  readonly clock: Clock;
  readonly policy: EchoPolicy;
  readonly send: () => void;
  /** IP packets received so far. */
  readonly packetsIn: () => number;
  /** That many requests in a row stayed unanswered. */
  readonly onFailure: (requests: number) => void;
}

export interface EchoMonitor {
  start(): void;
  stop(): void;
  replied(): void;
}

/**
 * pppd's keepalive: a request now and one an interval; when the next one is due and `failures` are unanswered, the link
 * is dead. Adaptive: none is sent after an interval in which IP packets came in.
 */
export function createEchoMonitor(options: EchoOptions): EchoMonitor {
  const { clock, policy } = options;
  let pending = 0;
  let packetsSeen = 0;
  let cancel: Cancel = () => undefined;

  const isQuiet = (): boolean => {
    const packets = options.packetsIn();
    const quiet = packets === packetsSeen;
    packetsSeen = packets;
    return quiet;
  };

  const tick = (): void => {
    cancel = clock.after(policy.intervalMs, tick);
    if (pending >= policy.failures) {
      options.onFailure(pending);
    } else if (!policy.adaptive || isQuiet()) {
      pending++;
      options.send();
    }
  };

  return {
    start: () => {
      pending = 0;
      if (policy.failures > 0) tick();
    },
    stop: () => cancel(),
    replied: () => {
      pending = 0;
    },
  };
}
