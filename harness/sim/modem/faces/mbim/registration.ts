import { cellularClass, dataClass } from '../../../../protocols/mbim/basic-connect/device.ts';
import {
  homeProvider,
  packetService,
  preferredProviders,
  providerState,
  registerState,
  signalState,
  SIGNAL_UNKNOWN,
  visibleProviders,
} from '../../../../protocols/mbim/basic-connect/registration.ts';
import type { ValueOf } from '../../../../protocols/binary/field.ts';
import type { Cell } from '../../../network/network.ts';
import { detailsOf } from '../../model-details.ts';
import { isAttached, type ModemState } from '../../state.ts';
import { handle, type MbimAnswer, type MbimCall, type MbimHandler } from './handler.ts';
import { cardObstacle, radioObstacle } from './obstacle.ts';
import { signalStatus } from './signal.ts';

type RegisterStatus = ValueOf<typeof registerState.response>;
type PacketStatus = ValueOf<typeof packetService.response>;
type Provider = ValueOf<typeof homeProvider.response>;

/** How long a host is kept waiting for the network. */
const PATIENCE_MS = 30_000;
/** Attaches to packet service by itself when it registers, as LTE does (MBIM 1.0, table 10-46). */
const AUTOMATIC_ATTACH = 2;

/** What REGISTER_STATE says, asked or unasked. */
export function registerStatus({ registration }: ModemState): RegisterStatus {
  const { selection, cell, emmCause } = registration;
  const state = registered(registration);
  const known = state === 'home' || state === 'roaming';
  return {
    nwError: state === 'denied' ? (emmCause ?? 0) : 0,
    registerState: state,
    registerMode: selection === 'manual' ? 'manual' : 'automatic',
    availableDataClasses: known ? dataClass.lte : 0,
    currentCellularClass: cellularClass.gsm,
    providerId: known && cell ? plmnOf(cell) : '',
    providerName: known && cell ? cell.operator : '',
    roamingText: '',
    registrationFlag: AUTOMATIC_ATTACH,
  };
}

// A card for data alone is denied in the circuit domain (fault F60): the better domain counts.
function registered({ circuit, packet }: ModemState['registration']): RegisterStatus['registerState'] {
  for (const state of ['home', 'roaming', 'denied', 'searching'] as const) {
    if (circuit === state || packet === state) return state;
  }
  return 'deregistered';
}

/** What PACKET_SERVICE says, asked or unasked. Speeds are what the model could do, not what the air gives. */
export function packetStatus({ profile, runtime }: Pick<MbimCall, 'profile' | 'runtime'>): PacketStatus {
  const attached = isAttached(runtime.state);
  const { rates } = detailsOf(profile);
  return {
    nwError: 0,
    state: attached ? 'attached' : 'detached',
    highestDataClass: attached ? dataClass.lte : 0,
    uplinkSpeed: attached ? BigInt(rates.up) : 0n,
    downlinkSpeed: attached ? BigInt(rates.down) : 0n,
  };
}

const register = handle(registerState)({
  query: ({ runtime }) => ({ values: registerStatus(runtime.state) }),
  set: async (call, { providerId, action }) => {
    const { runtime } = call;
    const obstacle = radioObstacle(runtime.state);
    if (obstacle) return { status: obstacle };
    if (action === 'automatic') runtime.input({ kind: 'selectNetwork', selection: 'automatic' });
    else {
      if (!/^\d{5,6}$/.test(providerId)) return { status: 'InvalidParameters' };
      const { cell } = runtime.network;
      if (!cell || plmnOf(cell) !== providerId) return { status: 'ProviderNotVisible' };
      runtime.input({ kind: 'selectNetwork', selection: 'manual', plmn: providerId });
    }
    await call.until(() => isSettled(runtime.state), PATIENCE_MS);
    return { values: registerStatus(runtime.state) };
  },
});

function isSettled({ registration: { phase } }: ModemState): boolean {
  return phase !== 'scanning' && phase !== 'asking' && phase !== 'waiting';
}

const packet = handle(packetService)({
  query: (call) => ({ values: packetStatus(call) }),
  set: async (call, { action }) => {
    const { runtime } = call;
    const obstacle = radioObstacle(runtime.state);
    if (obstacle) return { status: obstacle };
    if (action === 'detach') {
      runtime.input({ kind: 'detach' });
      return { values: packetStatus(call) };
    }
    runtime.input({ kind: 'attach' });
    await call.until(() => isAttached(runtime.state) || isSettled(runtime.state), PATIENCE_MS);
    return attachAnswer(call);
  },
});

function attachAnswer(call: MbimCall): MbimAnswer<PacketStatus> {
  const values = packetStatus(call);
  const { state } = call.runtime;
  if (isAttached(state)) return { values };
  const { emmCause } = state.registration;
  if (emmCause !== undefined) return { status: 'Failure', values: { ...values, nwError: emmCause } };
  return { status: 'NotRegistered', values };
}

function plmnOf({ mcc, mnc }: Cell): string {
  return mcc + mnc;
}

function providerOf(cell: Cell, state: number): Provider {
  return {
    providerId: plmnOf(cell),
    state,
    providerName: cell.operator,
    cellularClass: cellularClass.gsm,
    rssi: signalStatus({ cell }).rssi,
    errorRate: SIGNAL_UNKNOWN,
  };
}

const home = handle(homeProvider)({
  query: ({ runtime }) => {
    const { state } = runtime;
    const obstacle = cardObstacle(state);
    const { card } = state.sim;
    if (obstacle || !card) return { status: obstacle ?? 'SimNotInserted' };
    const { cell } = state.registration;
    if (cell && card.imsi.startsWith(plmnOf(cell))) return { values: providerOf(cell, providerState.home) };
    return {
      values: {
        providerId: homePlmn(card.imsi),
        state: providerState.home,
        providerName: '',
        cellularClass: cellularClass.gsm,
        rssi: SIGNAL_UNKNOWN,
        errorRate: SIGNAL_UNKNOWN,
      },
    };
  },
});

/** North America has network codes of three digits, most others of two (ITU-T E.212). */
function homePlmn(imsi: string): string {
  return imsi.slice(0, /^(302|31\d|33[24]|338|3[45]\d)/.test(imsi) ? 6 : 5);
}

const visible = handle(visibleProviders)({
  query: async (call) => {
    const { runtime } = call;
    const obstacle = radioObstacle(runtime.state);
    if (obstacle) return { status: obstacle };
    await call.until(() => false, runtime.state.traits.scanMs);
    const { cell } = runtime.network;
    if (!cell) return { values: { providers: [] } };
    const { imsi } = runtime.state.sim.card ?? { imsi: '' };
    const isHome = imsi.startsWith(plmnOf(cell)) ? providerState.home : 0;
    const { cell: served } = runtime.state.registration;
    const isServing = served && plmnOf(served) === plmnOf(cell) ? providerState.registered : 0;
    return { values: { providers: [providerOf(cell, isHome | isServing | providerState.visible)] } };
  },
});

const preferred = handle(preferredProviders)({
  query: ({ runtime }) => {
    const obstacle = cardObstacle(runtime.state);
    if (obstacle) return { status: obstacle };
    return { values: { providers: preferredOnes(runtime.state) } };
  },
  set: ({ runtime }, { providers }) => {
    const obstacle = cardObstacle(runtime.state);
    if (obstacle) return { status: obstacle };
    if (providers.some(({ providerId }) => !/^\d{5,6}$/.test(providerId))) {
      return { status: 'InvalidParameters' };
    }
    const networks = providers.map(({ providerId }) => ({ plmn: providerId, technologies: 0x4000 }));
    runtime.input({ kind: 'preferNetworks', networks });
    return { values: { providers: preferredOnes(runtime.state) } };
  },
});

function preferredOnes({ sim }: ModemState): Provider[] {
  return (sim.card?.preferredNetworks ?? []).map(({ plmn }) => ({
    providerId: plmn,
    state: providerState.preferred,
    providerName: '',
    cellularClass: cellularClass.gsm,
    rssi: SIGNAL_UNKNOWN,
    errorRate: SIGNAL_UNKNOWN,
  }));
}

const signal = handle(signalState)({
  query: (call) => ({ values: signalAnswer(call) }),
  set: (call, { interval, rssiThreshold, errorRateThreshold }) => {
    const { settings } = call;
    settings.signalInterval = interval;
    settings.rssiThreshold = rssiThreshold;
    settings.errorRateThreshold = errorRateThreshold;
    call.planReports();
    return { values: signalAnswer(call) };
  },
});

function signalAnswer({ runtime, settings }: MbimCall): ValueOf<typeof signalState.response> {
  const { signalInterval: interval, rssiThreshold, errorRateThreshold } = settings;
  return { ...signalStatus(runtime.state.registration), interval, rssiThreshold, errorRateThreshold };
}

export const registrationHandlers: readonly MbimHandler[] = [
  home,
  preferred,
  visible,
  register,
  packet,
  signal,
];
