import * as nas from '../../../../../protocols/qmi/nas/serving-system.ts';
import { networkStatus } from '../../../../../protocols/qmi/nas/serving-system.ts';
import type { Cell } from '../../../../network/network.ts';
import { homeNetwork } from '../../../home-network.ts';
import type { CardState } from '../../../sim-card.ts';
import { isRadioOn } from '../../../state.ts';
import { handle, news, type QmiCall, type QmiHandler, type QmiNews } from '../handler.ts';
import type { Runtime } from '../../../runtime.ts';
import { isRoaming, plmnNumbers, plmnText, registeredCell, splitPlmn } from './state.ts';

/** Which network, and whether to be on it at all. */
export const networkHandlers: readonly QmiHandler[] = [
  handle(nas.initiateNetworkRegister, (call, { action, manual, threeDigits }) => {
    const { runtime } = call;
    if (!isRadioOn(runtime.state)) return { error: 'DeviceNotReady' };
    if (action === 'automatic') return selectAutomatically(runtime);
    if (!manual) return { error: 'MissingArgument' };
    const plmn = plmnText(manual, threeDigits, runtime.network.cell);
    runtime.input({ kind: 'selectNetwork', selection: 'manual', plmn });
    return { values: {} };
  }),
  handle(nas.attachDetach, ({ runtime }, { action }) => {
    const { wantsAttach } = runtime.state.registration;
    if (wantsAttach === (action === 'attach')) return { error: 'NoEffect' };
    runtime.input({ kind: action });
    return { values: {} };
  }),
  handle(nas.forceNetworkSearch, ({ runtime }) => {
    if (!isRadioOn(runtime.state)) return { error: 'DeviceNotReady' };
    return { values: {} };
  }),
  handle(nas.networkScan, ({ runtime }) => {
    if (!isRadioOn(runtime.state)) return { error: 'DeviceNotReady' };
    const { cell } = runtime.network;
    return { values: { ...foundNetworks(runtime, cell ? [cell] : []), result: 'success' as const } };
  }),
  handle(nas.getHomeNetwork, (call) => {
    const card = readyCard(call);
    if (!card) return { error: 'NotProvisioned' };
    const { cell } = call.runtime.network;
    const home = homeNetwork(card, cell);
    const isCell = cell && cell.mcc === home.mcc && cell.mnc === home.mnc;
    const { mcc, mnc, threeDigits } = plmnNumbers(home);
    const name = card.serviceProvider ?? (isCell ? cell.operator : '');
    return {
      values: { homeNetwork: { mcc, mnc, name }, pcsDigit: { is3gpp: true, threeDigits } },
    };
  }),
  handle(nas.getPreferredNetworks, (call) => {
    const card = readyCard(call);
    if (!card) return { error: 'UimUninitialized' };
    const networks = card.preferredNetworks.map(({ plmn, technologies }) => ({
      ...splitPlmn(plmn),
      technologies,
    }));
    return { values: { networks, fixed: [], pcsDigits: networks, fixedPcsDigits: [] } };
  }),
  handle(nas.setPreferredNetworks, (call, { networks = [], pcsDigits = [], clear }) => {
    const card = readyCard(call);
    if (!card) return { error: 'UimUninitialized' };
    const added = networks.map((network) => {
      const digits = pcsDigits.find(({ mcc, mnc }) => mcc === network.mcc && mnc === network.mnc);
      const plmn = plmnText(network, digits?.threeDigits, call.runtime.network.cell);
      return { plmn, technologies: network.technologies };
    });
    // In front of those that are there, unless those are to go.
    const kept = clear === false ? card.preferredNetworks : [];
    call.runtime.input({ kind: 'preferNetworks', networks: [...added, ...kept] });
    return { values: {} };
  }),
];

function selectAutomatically(runtime: Runtime) {
  const { selection, phase } = runtime.state.registration;
  if (selection === 'automatic' && phase === 'registered') return { error: 'NoEffect' } as const;
  runtime.input({ kind: 'selectNetwork', selection: 'automatic' });
  return { values: {} };
}

function readyCard({ runtime }: QmiCall): CardState | undefined {
  const { card, state } = runtime.state.sim;
  return state === 'ready' ? card : undefined;
}

function foundNetworks(runtime: Runtime, cells: readonly Cell[]) {
  const serving = registeredCell(runtime);
  const networks = cells.map((cell) => {
    const home = isHome(runtime, cell);
    const bits =
      (cell.mcc === serving?.mcc && cell.mnc === serving.mnc
        ? networkStatus.serving
        : networkStatus.available) |
      (home ? networkStatus.home : networkStatus.roaming) |
      networkStatus['not-forbidden'] |
      (home ? networkStatus.preferred : networkStatus['not-preferred']);
    return { ...plmnNumbers(cell), status: bits, name: cell.operator, radio: 'lte' as const };
  });
  return { networks, radios: networks, pcsDigits: networks };
}

function isHome(runtime: Runtime, cell: Cell): boolean {
  const { card } = runtime.state.sim;
  if (!card) return false;
  const { mcc, mnc } = homeNetwork(card, cell);
  return mcc === cell.mcc && mnc === cell.mnc && !isRoaming(runtime.state);
}

/** The network has refused the modem. */
export function rejectNews(runtime: Runtime): readonly QmiNews[] {
  const { registration } = runtime.state;
  const { cell, emmCause, phase } = registration;
  if (phase !== 'denied' || emmCause === undefined) return [];
  const plmn = cell && plmnNumbers(cell);
  return [news(nas.networkReject, { radio: 'lte', domain: 'cs-ps', cause: emmCause, plmn })];
}
