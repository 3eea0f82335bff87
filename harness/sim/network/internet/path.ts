import type { Rng } from '../../../core/chance.ts';
import type { Ms } from '../../../core/units.ts';

/** How the path from the modem to the servers behaves. */
export interface PathQuality {
  /** Shortest and longest round trip. */
  readonly minRttMs: Ms;
  readonly maxRttMs: Ms;
  /** Probability that a packet or its answer gets lost. */
  readonly loss: number;
  /** At most this many losses in a row: a path without faults never looks like an outage. */
  readonly maxLossesInARow: number;
  /** Largest packet on the way, in bytes; the session's own, where it is left out. */
  readonly mtu?: number;
  /** Unlimited, where they are left out. Echoes take no part in it. */
  readonly downlinkBitsPerS?: number;
  readonly uplinkBitsPerS?: number;
}

export const healthyPath: PathQuality = { minRttMs: 10, maxRttMs: 45, loss: 0.0002, maxLossesInARow: 2 };

/** Hops between a public server and the modem, taken off a server's initial 64. */
export const HOPS = 6;
export const SERVER_TTL = 64 - HOPS;

/** Round trips as the hardware's timers see them. */
const RTT_STEP_MS = 0.001;

/** The path as it is now: its quality can change while packets are on their way. */
export interface Path {
  quality: PathQuality;
  /** Called with each packet that takes it. */
  onPacket?: ((lost: boolean) => void) | undefined;
}

/** Decides for one packet after the other whether it, or the answer to it, gets lost. */
export function createLoss(path: Path, rng: Rng): () => boolean {
  let inARow = 0;
  return () => {
    const { loss, maxLossesInARow } = path.quality;
    const lost = loss > 0 && rng.chance(loss) && inARow < maxLossesInARow;
    inARow = lost ? inARow + 1 : 0;
    path.onPacket?.(lost);
    return lost;
  };
}

/** Most round trips are near the shortest, a few are long: the square of a uniform deviate. */
export function roundTrip({ minRttMs, maxRttMs }: PathQuality, rng: Rng): Ms {
  const deviate = rng.next();
  const rtt = minRttMs + (maxRttMs - minRttMs) * deviate * deviate;
  return Math.round(rtt / RTT_STEP_MS) * RTT_STEP_MS;
}
