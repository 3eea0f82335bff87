import { faultOf, type Fault, type FaultKind, type FaultOf } from './faults.ts';
import type { EmulatedModem } from './modem/modem.ts';
import type { PathQuality } from './network/internet/path.ts';

/** A network whose path can be made worse, if it has one. */
export interface DisturbedNetwork {
  path?: PathQuality;
  /** Called with each packet that takes the path. */
  onPacket?: ((lost: boolean) => void) | undefined;
}

/** What was there in place of what a fault was to bite. */
export interface Missed {
  readonly found: string;
}

/** `holds`: it bites when it meets something, which is recorded where that happens. */
export type Outcome = 'bit' | 'holds' | Missed;

/** Carries faults out on a modem and its network. */
export interface Carrier {
  begin(fault: Fault): Outcome;
  /** Brings modem and network in line with a condition that was there before them. */
  uphold(fault: Fault): void;
  /** It is no longer in force. */
  end(fault: Fault): void;
}

/** Regular deactivation (TS 24.008 10.5.6.6). */
const REGULAR_DEACTIVATION = 36;
/** A weak supply: hardly enough at rest, by so much too little under load. */
const WEAK_MARGIN_MILLIVOLTS = 20;
const SAG_MILLIVOLTS = 400;

type Begin = { readonly [K in FaultKind]?: (fault: FaultOf<K>) => Outcome };

/** @param tell records that the fault of this kind that is in force has bitten, once */
export function createCarrier(
  modem: EmulatedModem,
  network: DisturbedNetwork,
  inForce: readonly Fault[],
  tell: (kind: FaultKind) => void,
): Carrier {
  const levels = createLevels(modem, network, inForce, tell);
  const stall = (): void => modem.stall(faultOf(inForce, 'stall') !== undefined);
  const begins: Begin = {
    'sim.remove': () => removeSim(modem),
    'sim.insert': () => insertSim(modem),
    'sim.not-seated': () => {
      modem.removeSim();
      return 'holds';
    },
    'cell.lost': () => {
      const searching = modem.state.registration.phase !== 'off';
      modem.input({ kind: 'cellLost' });
      return searching ? 'bit' : 'holds';
    },
    'registration.deny': ({ emmCause }) => {
      const registered = modem.state.registration.phase === 'registered';
      modem.input({ kind: 'networkDetached', emmCause });
      return registered ? 'bit' : 'holds';
    },
    'bearer.drop': ({ cause, meanMs }) => (meanMs === undefined ? dropBearers(modem, cause) : 'holds'),
    crash: ({ into }) => {
      const { phase } = modem.state.power;
      modem.input({ kind: 'crash', into: into === 'boot-loader' ? 'boot-hold' : 'on' });
      return phase === 'on' ? 'bit' : notRunning(phase);
    },
    stall: () => {
      const { phase } = modem.state.power;
      if (phase !== 'on') return notRunning(phase);
      stall();
      return 'bit';
    },
  };
  return {
    begin: (fault) => {
      const begin = begins[fault.kind] as ((fault: Fault) => Outcome) | undefined;
      const outcome = begin?.(fault) ?? 'holds';
      levels();
      return outcome;
    },
    uphold: ({ kind }) => {
      if (kind === 'stall' && modem.state.power.phase === 'on') {
        stall();
        tell(kind);
      }
      levels();
    },
    end: ({ kind }) => {
      if (kind === 'stall') stall();
      // The card lies there: it is turned round.
      if (kind === 'sim.not-seated' && !modem.state.sim.card) modem.insertSim();
      levels();
    },
  };
}

function notRunning(phase: string): Missed {
  return { found: `the modem is not running (${phase})` };
}

function removeSim(modem: EmulatedModem): Outcome {
  if (!modem.state.sim.card) return { found: 'no card is in the slot' };
  modem.removeSim();
  return 'bit';
}

function insertSim(modem: EmulatedModem): Outcome {
  if (modem.state.sim.card) return { found: 'a card is in the slot' };
  modem.insertSim();
  return modem.state.sim.card ? 'bit' : { found: 'sim.not-seated holds: the card lies the wrong way round' };
}

function dropBearers(modem: EmulatedModem, cause = REGULAR_DEACTIVATION): Outcome {
  const active = modem.state.bearers.filter(({ phase }) => phase === 'active');
  for (const { cid, attempt } of active) modem.input({ kind: 'sessionReleased', cid, attempt, cause });
  return active.length > 0 ? 'bit' : { found: 'no data session is up' };
}

/** Conditions that are levels: whichever is in force shows, and nothing when none is. */
function createLevels(
  modem: EmulatedModem,
  network: DisturbedNetwork,
  inForce: readonly Fault[],
  tell: (kind: FaultKind) => void,
): () => void {
  const healthy = network.path;
  const { millivolts } = modem.state.environment;
  const settleSupply = (): void => {
    const weak = faultOf(inForce, 'brownout') !== undefined;
    const wanted = weak
      ? {
          millivolts: modem.state.traits.millivoltLimits[0] + WEAK_MARGIN_MILLIVOLTS,
          sagMillivolts: SAG_MILLIVOLTS,
        }
      : { millivolts, sagMillivolts: 0 };
    if (modem.state.environment.sagMillivolts === wanted.sagMillivolts) return;
    modem.input({ kind: 'environment', environment: wanted });
  };
  const onPacket = (lost: boolean): void => {
    tell('latency');
    if (lost) tell('loss');
  };
  return () => {
    settleSupply();
    modem.plugUsb(!faultOf(inForce, 'usb.disconnect'));
    if (!healthy) return;
    const bad = faultOf(inForce, 'latency') ?? faultOf(inForce, 'loss');
    network.path = worsened(healthy, inForce);
    network.onPacket = bad && onPacket;
  };
}

function worsened(healthy: PathQuality, inForce: readonly Fault[]): PathQuality {
  const latency = faultOf(inForce, 'latency')?.ms ?? 0;
  const loss = faultOf(inForce, 'loss')?.probability;
  return {
    ...healthy,
    minRttMs: healthy.minRttMs + latency,
    maxRttMs: healthy.maxRttMs + latency,
    ...(loss === undefined ? {} : { loss, maxLossesInARow: Infinity }),
  };
}
