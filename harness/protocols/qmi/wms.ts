import { choice, counted, flag, list, restText, struct, u16, u32, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Wireless messaging service (libqmi, data/qmi-service-wms.json and qmi-enums-wms.h).

export const wmsStorage = choice({ sim: 0, device: 1, none: 0xff });
const tag = choice({ read: 0, unread: 1, sent: 2, unsent: 3 });
const mode = choice({ cdma: 0, gsm: 1 });
const format = choice({ cdma: 0, gsm: 6, broadcast: 7, waiting: 8 });
const messageClass = choice({ 'class-0': 0, 'class-1': 1, 'class-2': 2, 'class-3': 3, none: 4, cdma: 5 });
const action = choice({ discard: 0, store: 1, transfer: 2, transferAndAcknowledge: 3, unknown: 0xff });
const failureType = choice({ temporary: 0, permanent: 1 });
const raw = counted(u16);

const where = struct({ storage: wmsStorage, index: u32 });
const causes = struct({ rpCause: u16, tpCause: u8 });
const route = struct({ type: u8, class: messageClass, storage: wmsStorage, action });

export const wmsSetEventReport = qmiCommand({
  service: 'wms',
  id: 0x0001,
  name: 'Set Event Report',
  request: { newMessage: optional(0x10, flag) },
  response: {},
});

export const wmsEventReport = qmiIndication({
  service: 'wms',
  id: 0x0001,
  name: 'Event Report',
  tlvs: {
    stored: optional(0x10, where),
    transferred: optional(
      0x11,
      struct({ acknowledge: choice({ send: 0, doNotSend: 1 }), transaction: u32, format, pdu: raw }),
    ),
    mode: optional(0x12, mode),
    centre: optional(0x15, restText),
    overIms: optional(0x16, flag),
  },
});

export const wmsRawSend = qmiCommand({
  service: 'wms',
  id: 0x0020,
  name: 'Raw Send',
  request: { message: mandatory(0x01, struct({ format, pdu: raw })) },
  response: {
    reference: optional(0x01, u16),
    causes: optional(0x12, causes),
    failure: optional(0x13, failureType),
  },
});

export const wmsRawWrite = qmiCommand({
  service: 'wms',
  id: 0x0021,
  name: 'Raw Write',
  request: { message: mandatory(0x01, struct({ storage: wmsStorage, format, pdu: raw })) },
  response: { index: optional(0x01, u32) },
});

export const wmsRawRead = qmiCommand({
  service: 'wms',
  id: 0x0022,
  name: 'Raw Read',
  request: { where: mandatory(0x01, where), mode: optional(0x10, mode) },
  response: { message: optional(0x01, struct({ tag, format, pdu: raw })) },
});

export const wmsModifyTag = qmiCommand({
  service: 'wms',
  id: 0x0023,
  name: 'Modify Tag',
  request: {
    tag: mandatory(0x01, struct({ storage: wmsStorage, index: u32, tag })),
    mode: optional(0x10, mode),
  },
  response: {},
});

export const wmsDelete = qmiCommand({
  service: 'wms',
  id: 0x0024,
  name: 'Delete',
  /** Without an index and a tag: all of them. */
  request: {
    storage: mandatory(0x01, wmsStorage),
    index: optional(0x10, u32),
    tag: optional(0x11, tag),
    mode: optional(0x12, mode),
  },
  response: {},
});

export const wmsGetMessageProtocol = qmiCommand({
  service: 'wms',
  id: 0x0030,
  name: 'Get Message Protocol',
  request: {},
  response: { protocol: optional(0x01, choice({ cdma: 0, wcdma: 1 })) },
});

export const wmsListMessages = qmiCommand({
  service: 'wms',
  id: 0x0031,
  name: 'List Messages',
  request: { storage: mandatory(0x01, wmsStorage), tag: optional(0x11, tag), mode: optional(0x12, mode) },
  response: { messages: optional(0x01, list(u32, struct({ index: u32, tag }))) },
});

export const wmsSetRoutes = qmiCommand({
  service: 'wms',
  id: 0x0032,
  name: 'Set Routes',
  request: { routes: mandatory(0x01, list(u16, route)), transferReports: optional(0x10, u8) },
  response: {},
});

export const wmsGetRoutes = qmiCommand({
  service: 'wms',
  id: 0x0033,
  name: 'Get Routes',
  request: {},
  response: { routes: optional(0x01, list(u16, route)), transferReports: optional(0x10, u8) },
});

export const wmsSendAck = qmiCommand({
  service: 'wms',
  id: 0x0037,
  name: 'Send Ack',
  request: { message: mandatory(0x01, struct({ transaction: u32, protocol: u8, success: flag })) },
  response: { failure: optional(0x10, u8) },
});

const channels = list(u16, struct({ start: u16, end: u16, selected: flag }));

export const wmsSetBroadcastActivation = qmiCommand({
  service: 'wms',
  id: 0x003c,
  name: 'Set Broadcast Activation',
  request: { activation: mandatory(0x01, struct({ mode, active: flag })) },
  response: {},
});

export const wmsSetBroadcastConfig = qmiCommand({
  service: 'wms',
  id: 0x003d,
  name: 'Set Broadcast Config',
  request: { mode: mandatory(0x01, mode), channels: optional(0x10, channels) },
  response: {},
});

export const wmsGetBroadcastConfig = qmiCommand({
  service: 'wms',
  id: 0x003e,
  name: 'Get Broadcast Config',
  request: { mode: mandatory(0x01, mode) },
  response: { config: optional(0x10, struct({ active: flag, channels })) },
});

export const wmsSendFromStorage = qmiCommand({
  service: 'wms',
  id: 0x0042,
  name: 'Send From Memory Storage',
  request: { message: mandatory(0x01, struct({ storage: wmsStorage, index: u32, mode })) },
  response: {
    reference: optional(0x10, u16),
    causes: optional(0x13, causes),
    failure: optional(0x14, failureType),
  },
});

export const wmsIndicationRegister = qmiCommand({
  service: 'wms',
  id: 0x0047,
  name: 'Indication Register',
  request: { networkRegistration: optional(0x11, flag) },
  response: {},
});

const registration = choice({ 'no-service': 0, 'in-process': 1, failure: 2, limited: 3, full: 4 });

export const wmsGetNetworkRegistration = qmiCommand({
  service: 'wms',
  id: 0x004a,
  name: 'Get Transport Network Registration Status',
  request: {},
  response: { status: optional(0x10, registration) },
});

export const wmsNetworkRegistration = qmiIndication({
  service: 'wms',
  id: 0x004b,
  name: 'Transport Network Registration Status',
  tlvs: { status: mandatory(0x01, registration) },
});
