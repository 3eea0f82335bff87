import * as wms from '../../../../../protocols/qmi/wms.ts';
import type { TlvValues } from '../../../../../protocols/qmi/declare.ts';
import type { ModemState } from '../../../state.ts';
import type { TextRoute } from '../../../stored.ts';
import { isOnAir } from '../../../texts.ts';
import type { Indication } from '../../../turn.ts';
import { handle, news, type QmiFacts, type QmiHandler, type QmiNews, type QmiService } from '../handler.ts';
import { resetHandler } from '../reset.ts';
import { broadcastHandlers } from './broadcasts.ts';
import { messageHandlers } from './messages.ts';

type Route = NonNullable<TlvValues<(typeof wms.wmsGetRoutes)['response']>['routes']>[number];

const POINT_TO_POINT = 0;

const routeHandlers: readonly QmiHandler[] = [
  handle(wms.wmsGetRoutes, ({ runtime }) => ({
    values: { routes: runtime.state.stored.textRoutes.map(wireRoute) },
  })),
  handle(wms.wmsSetRoutes, ({ runtime }, { routes }) => {
    if (routes.some(({ type }) => type !== POINT_TO_POINT)) return { error: 'InvalidArgument' };
    const wanted = routes.map(routeOf);
    if (wanted.includes(undefined)) return { error: 'InvalidArgument' };
    const given = wanted.filter((route) => route !== undefined);
    const others = runtime.state.stored.textRoutes.map(
      (route) => given.find((one) => one.class === route.class) ?? route,
    );
    runtime.input({ kind: 'store', change: { textRoutes: others } });
    return { values: {} };
  }),
];

const classes = ['class-0', 'class-1', 'class-2', 'class-3'] as const;

function wireRoute({ class: of, action, storage }: TextRoute): Route {
  const name = of === undefined ? 'none' : classes[of];
  return { type: POINT_TO_POINT, class: name, storage: storage ?? 'none', action };
}

/** Undefined: there is no such class, or nothing that could be done. */
function routeOf({ class: of, storage, action }: Route): TextRoute | undefined {
  if (of === 'cdma' || action === 'unknown') return undefined;
  const kind = { class: of === 'none' ? undefined : (classes.indexOf(of) as 0 | 1 | 2 | 3) };
  if (action !== 'store') return { ...kind, action: action === 'discard' ? 'discard' : 'transfer' };
  return storage === 'none' ? undefined : { ...kind, action, storage };
}

const otherHandlers: readonly QmiHandler[] = [
  handle(wms.wmsSetEventReport, ({ client }, { newMessage }) => {
    if (newMessage === true) client.indications.add(wms.wmsEventReport.id);
    if (newMessage === false) client.indications.delete(wms.wmsEventReport.id);
    return { values: {} };
  }),
  handle(wms.wmsIndicationRegister, ({ client }, { networkRegistration }) => {
    if (networkRegistration === true) client.indications.add(wms.wmsNetworkRegistration.id);
    if (networkRegistration === false) client.indications.delete(wms.wmsNetworkRegistration.id);
    return { values: {} };
  }),
  handle(wms.wmsGetMessageProtocol, () => ({ values: { protocol: 'wcdma' as const } })),
  handle(wms.wmsGetNetworkRegistration, ({ runtime }) => ({
    values: { status: serviceOf(runtime.state) },
  })),
  // The centre has been told already that the message arrived.
  handle(wms.wmsSendAck, () => ({ values: {} })),
];

function serviceOf(state: ModemState): 'full' | 'in-process' | 'no-service' {
  if (isOnAir(state)) return 'full';
  const { phase } = state.registration;
  return phase === 'scanning' || phase === 'asking' ? 'in-process' : 'no-service';
}

/** Text messages: where they are kept, and how they go out and come in. */
export function createWms(): QmiService {
  const handlers = [
    resetHandler('wms'),
    ...otherHandlers,
    ...routeHandlers,
    ...broadcastHandlers,
    ...messageHandlers,
  ];
  return { service: 'wms', version: [1, 10], handlers, indications };
}

function indications({ runtime }: QmiFacts, what: Indication): readonly QmiNews[] {
  if (what.kind === 'registration') {
    return [news(wms.wmsNetworkRegistration, { status: serviceOf(runtime.state) })];
  }
  if (what.kind !== 'text') return [];
  const { stored, pdu } = what;
  const common = { mode: 'gsm', overIms: false } as const;
  if (stored) {
    return [
      news(wms.wmsEventReport, { ...common, stored: { storage: stored.storage, index: stored.place } }),
    ];
  }
  const transferred = { acknowledge: 'doNotSend', transaction: 0xffff_ffff, format: 'gsm', pdu } as const;
  return [news(wms.wmsEventReport, { ...common, transferred })];
}
