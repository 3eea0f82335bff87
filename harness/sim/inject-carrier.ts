import { faultOf, type Fault, type FaultKind, type FaultOf } from './faults.ts';
import type { EmulatedModem } from './modem/modem.ts';
import type { PathQuality } from './network/internet/path.ts';

/** A network whose path can be made worse, if it has one. */
export interface DisturbedNetwork {
  path?: PathQuality;
}

/** Carries faults out on a modem and its network. */
export interface Carrier {
  /** @returns true if it bit at once; a condition that bites later is recorded where it does */
  begin(fault: Fault): boolean;
  /** Brings modem and network in line with what is in force. */
  settle(): void;
}

/** Regular deactivation (TS 24.008 10.5.6.6). */
const REGULAR_DEACTIVATION = 36;
/** A weak supply: hardly enough at rest, by so much too little under load. */
const WEAK_MARGIN_MILLIVOLTS = 20;
const SAG_MILLIVOLTS = 400;

type Begin = { readonly [K in FaultKind]?: (fault: FaultOf<K>) => boolean };

export function createCarrier(
  modem: EmulatedModem,
  network: DisturbedNetwork,
  inForce: readonly Fault[],
): Carrier {
  const settle = createSettle(modem, network, inForce);
  const begins: Begin = {
    'sim.remove': () => removeSim(modem),
    'sim.insert': () => insertSim(modem),
    'sim.not-seated': () => removeSim(modem),
    'cell.lost': () => {
      const searching = modem.state.registration.phase !== 'off';
      modem.input({ kind: 'cellLost' });
      return searching;
    },
    'registration.deny': ({ emmCause }) => {
      const registered = modem.state.registration.phase === 'registered';
      modem.input({ kind: 'networkDetached', emmCause });
      return registered;
    },
    'bearer.drop': ({ cause, meanMs }) => meanMs === undefined && dropBearers(modem, cause),
    crash: ({ into }) => {
      const { phase } = modem.state.power;
      const running = phase === 'on' || phase === 'booting';
      modem.input({ kind: 'crash', into: into === 'boot-loader' ? 'boot-hold' : 'on' });
      return running;
    },
    'usb.disconnect': () => settled(settle, false),
    stall: () => settled(settle, true),
    brownout: () => settled(settle, false),
    latency: () => settled(settle, true),
    loss: () => settled(settle, true),
  };
  return {
    begin: (fault) => {
      const begin = begins[fault.kind] as ((fault: Fault) => boolean) | undefined;
      return begin?.(fault) ?? false;
    },
    settle,
  };
}

function settled(settle: () => void, bit: boolean): boolean {
  settle();
  return bit;
}

function removeSim(modem: EmulatedModem): boolean {
  const there = modem.state.sim.card !== undefined;
  modem.removeSim();
  return there;
}

function insertSim(modem: EmulatedModem): boolean {
  if (modem.state.sim.card) return false;
  modem.insertSim();
  return modem.state.sim.card !== undefined;
}

function dropBearers(modem: EmulatedModem, cause = REGULAR_DEACTIVATION): boolean {
  const active = modem.state.bearers.filter(({ phase }) => phase === 'active');
  for (const { cid, attempt } of active) modem.input({ kind: 'sessionReleased', cid, attempt, cause });
  return active.length > 0;
}

/** Conditions that are levels: whichever is in force shows, and nothing when none is. */
function createSettle(
  modem: EmulatedModem,
  network: DisturbedNetwork,
  inForce: readonly Fault[],
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
  return () => {
    settleSupply();
    modem.plugUsb(!faultOf(inForce, 'usb.disconnect'));
    modem.stall(faultOf(inForce, 'stall') !== undefined);
    if (healthy) network.path = worsened(healthy, inForce);
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
