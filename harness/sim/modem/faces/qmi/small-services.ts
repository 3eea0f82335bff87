import * as small from '../../../../protocols/qmi/small-services.ts';
import type { TlvValues } from '../../../../protocols/qmi/declare.ts';
import { contactsOf, phonebookLimits } from '../../phonebook.ts';
import { isAttached, type ModemState } from '../../state.ts';
import type { Indication } from '../../turn.ts';
import { handle, news, type QmiFacts, type QmiNews, type QmiService } from './handler.ts';
import { resetHandler } from './reset.ts';

const SESSION = 0;
const ABBREVIATED_DIALLING = 1;
const EVERYWHERE = ['911', '112'];
const MAX_SAR_STATE = 20;

/** The card's phone book: how much it holds and could hold. */
export function createPbm(): QmiService {
  const phonebook = (state: ModemState) => ({
    type: ABBREVIATED_DIALLING,
    used: contactsOf(state).length,
    ...phonebookLimits,
  });
  return {
    service: 'pbm',
    version: [1, 4],
    handlers: [
      handle(small.pbmIndicationRegister, (_, { events }) => ({ values: { events } })),
      handle(small.pbmGetCapabilities, ({ runtime }, { phonebook: { session, type } }) => {
        if (session !== SESSION || type !== ABBREVIATED_DIALLING) return { error: 'InvalidPbType' };
        if (runtime.state.sim.state !== 'ready') return { error: 'PbNotReady' };
        return { values: { basic: { session, phonebook: phonebook(runtime.state) } } };
      }),
      handle(small.pbmGetAllCapabilities, ({ runtime }) => {
        if (runtime.state.sim.state !== 'ready') return { error: 'PbNotReady' };
        return { values: { basic: [{ session: SESSION, phonebooks: [phonebook(runtime.state)] }] } };
      }),
      handle(small.pbmGetEmergencyNumbers, () => ({ values: { firmware: EVERYWHERE } })),
    ],
  };
}

/** Quality of service: the network has no flow but the default one. */
export function createQos(): QmiService {
  return {
    service: 'qos',
    version: [1, 12],
    handlers: [
      resetHandler('qos'),
      handle(small.qosGetFlowStatus, () => ({ error: 'InvalidQosId' })),
      handle(small.qosGetNetworkStatus, () => ({ values: { supported: false } })),
    ],
  };
}

/** Limits on radiated power, by the number of the host's choice. */
export function createSar(): QmiService {
  return {
    service: 'sar',
    version: [1, 0],
    handlers: [
      handle(small.sarGetState, ({ runtime }) => ({ values: { state: runtime.state.stored.sarState } })),
      handle(small.sarSetState, ({ runtime }, { state }) => {
        if (state > MAX_SAR_STATE) return { error: 'InvalidArgument' };
        runtime.input({ kind: 'store', change: { sarState: state } });
        return { values: {} };
      }),
    ],
  };
}

/** Services of the chip set that tools only see listed: a client can be had, and knows no command of its own. */
export const bareServices: readonly QmiService[] = (
  [
    ['auth', 1, 3],
    ['at', 1, 2],
    ['cat', 2, 24],
    ['test', 1, 0],
    ['ts', 1, 0],
    ['tmd', 1, 0],
    ['rfrpe', 1, 0],
    ['ssctl', 1, 0],
  ] as const
).map(([service, major, minor]) => ({ service, version: [major, minor], handlers: [] }));

/** Which systems carry data now. */
export function createDsd(): QmiService {
  return {
    service: 'dsd',
    version: [1, 0],
    handlers: [
      handle(small.dsdGetSystemStatus, ({ runtime }) => ({ values: systemsOf(runtime.state) })),
      handle(small.dsdSystemStatusChange, ({ client }, { register }) => {
        if (register === true) client.indications.add(small.dsdSystemStatus.id);
        if (register === false) client.indications.delete(small.dsdSystemStatus.id);
        return { values: {} };
      }),
      handle(small.dsdGetApnInfo, ({ runtime }, { type }) => {
        const apn = type === 0 ? runtime.state.contexts[0]?.apn : undefined;
        return apn ? { values: { name: apn } } : { error: 'InformationUnavailable' };
      }),
    ],
    indications: dsdIndications,
  };
}

function dsdIndications({ runtime }: QmiFacts, what: Indication): readonly QmiNews[] {
  if (what.kind !== 'registration' || !what.packet) return [];
  return [news(small.dsdSystemStatus, systemsOf(runtime.state))];
}

function systemsOf(state: ModemState): TlvValues<(typeof small.dsdSystemStatus)['tlvs']> {
  const lte = { technology: '3gpp', radio: 'lte', options: small.lteFdd } as const;
  return { systems: isAttached(state) ? [lte] : [] };
}
