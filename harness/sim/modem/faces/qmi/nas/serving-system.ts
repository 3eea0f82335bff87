import * as nas from '../../../../../protocols/qmi/nas/serving-system.ts';
import { isAttached } from '../../../state.ts';
import type { Runtime } from '../../../runtime.ts';
import { handle, news, type QmiHandler, type QmiNews } from '../handler.ts';
import { domainOf, isRoaming, plmnNumbers, registeredCell, registrationOf } from './state.ts';

/** As data capability: NAS numbers these apart from radio interfaces. */
const LTE_DATA = 0x0b;
/** What an LTE cell has for a location area where there is none. */
const NO_LAC = 0xfffe;

export const servingSystemHandlers: readonly QmiHandler[] = [
  handle(nas.getServingSystem, ({ runtime }) => ({ values: servingSystem(runtime) })),
];

export function servingSystemNews(runtime: Runtime): QmiNews {
  return news(nas.servingSystemIndication, servingSystem(runtime));
}

function servingSystem(runtime: Runtime) {
  const { state } = runtime;
  const cell = registeredCell(runtime);
  const registration = registrationOf(state);
  const circuit = domainOf(state).startsWith('cs') ? 'attached' : 'detached';
  const head = {
    registration,
    circuit,
    packet: isAttached(state) ? 'attached' : 'detached',
    network: cell ? '3gpp' : 'unknown',
    radioInterfaces: [cell ? 'lte' : 'none'],
  } as const;
  if (!cell) return { servingSystem: head };
  const roaming = isRoaming(state) ? 'on' : 'off';
  const { mcc, mnc, threeDigits } = plmnNumbers(cell);
  return {
    servingSystem: head,
    roaming,
    dataCapabilities: isAttached(state) ? [LTE_DATA] : [],
    plmn: { mcc, mnc, name: cell.operator },
    roamingList: [{ radio: 'lte', roaming }],
    lac: NO_LAC,
    cellId: cell.cellId,
    detailed: {
      status: 'available',
      capability: domainOf(state),
      hdrStatus: 'none',
      hdrHybrid: false,
      forbidden: false,
    },
    tac: cell.tac,
    pcsDigit: { mcc, mnc, threeDigits },
  } as const;
}
