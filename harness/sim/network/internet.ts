import type { Rng } from '../../core/chance.ts';
import type { Clock } from '../../core/clock.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { isPrivateAddress } from '../../protocols/ip/address.ts';
import { answerEcho } from '../../protocols/ip/icmp.ts';
import { get32 } from '../../protocols/ip/ipv4.ts';

/** How the path from the modem to the servers behaves. */
export interface PathQuality {
  /** Shortest and longest round trip. */
  readonly minRttMs: Ms;
  readonly maxRttMs: Ms;
  /** Probability that a packet or its answer gets lost. */
  readonly loss: number;
  /** At most this many losses in a row: a path without faults never looks like an outage. */
  readonly maxLossesInARow: number;
}

export const healthyPath: PathQuality = { minRttMs: 10, maxRttMs: 45, loss: 0.0002, maxLossesInARow: 2 };

/** Hops between a public server and the modem, taken off its initial 64. */
const TTL_AT_MODEM = 58;
/** Round trips as the hardware's timers see them. */
const RTT_STEP_MS = 0.001;

/** The little internet: every public address answers ICMP echo, nothing else is there. */
export interface Internet {
  /** Takes a packet from the modem; `answer` gets what comes back, after a round trip. */
  carry(packet: Uint8Array, answer: (packet: Uint8Array) => void): void;
}

export function createInternet(clock: Clock, rng: Rng, path: PathQuality = healthyPath): Internet {
  let lossesInARow = 0;

  const isLost = (): boolean => {
    const lost = rng.chance(path.loss) && lossesInARow < path.maxLossesInARow;
    lossesInARow = lost ? lossesInARow + 1 : 0;
    return lost;
  };

  /** Most round trips are near the shortest, a few are long: the square of a uniform deviate. */
  const roundTrip = (): Ms => {
    const deviate = rng.next();
    const rtt = path.minRttMs + (path.maxRttMs - path.minRttMs) * deviate * deviate;
    return Math.round(rtt / RTT_STEP_MS) * RTT_STEP_MS;
  };

  return {
    carry: (packet, answer) => {
      const reply = replyTo(packet);
      if (!reply || isLost()) return;
      clock.after(roundTrip(), () => answer(reply));
    },
  };
}

/** The reply of a public host; undefined for damaged packets, private destinations and everything but echo. */
function replyTo(packet: Uint8Array): Uint8Array | undefined {
  try {
    const reply = answerEcho(packet, TTL_AT_MODEM);
    return reply && isPrivateAddress(get32(packet, 16)) ? undefined : reply;
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('ip.')) return undefined;
    throw error;
  }
}
