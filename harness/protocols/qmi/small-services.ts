import { choice, flag, list, restText, struct, text, u16, u32, u64, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Services of which a data modem has a few commands (libqmi, data/qmi-service-{pbm,qos,sar,dsd}.json).

export const pbmIndicationRegister = qmiCommand({
  service: 'pbm',
  id: 0x0001,
  name: 'Indication Register',
  request: { events: mandatory(0x01, u32) },
  response: { events: optional(0x10, u32) },
});

const phonebook = struct({ type: u16, used: u16, places: u16, numberLength: u8, nameLength: u8 });

export const pbmGetCapabilities = qmiCommand({
  service: 'pbm',
  id: 0x0002,
  name: 'Get Capabilities',
  request: { phonebook: mandatory(0x01, struct({ session: u8, type: u16 })) },
  response: { basic: optional(0x10, struct({ session: u8, phonebook })) },
});

export const pbmGetAllCapabilities = qmiCommand({
  service: 'pbm',
  id: 0x0003,
  name: 'Get All Capabilities',
  request: {},
  response: { basic: optional(0x10, list(u8, struct({ session: u8, phonebooks: list(u8, phonebook) }))) },
});

export const pbmGetEmergencyNumbers = qmiCommand({
  service: 'pbm',
  id: 0x000e,
  name: 'Get Emergency List',
  request: {},
  response: {
    firmware: optional(0x10, list(u8, text())),
    card: optional(
      0x12,
      list(u8, struct({ session: u8, numbers: list(u8, struct({ kind: u8, number: text() })) })),
    ),
  },
});

export const qosGetFlowStatus = qmiCommand({
  service: 'qos',
  id: 0x0026,
  name: 'Get Flow Status',
  request: { flow: mandatory(0x01, u32) },
  response: { status: optional(0x01, u8) },
});

export const qosGetNetworkStatus = qmiCommand({
  service: 'qos',
  id: 0x0027,
  name: 'Get Network Status',
  request: {},
  response: { supported: optional(0x01, flag) },
});

export const sarSetState = qmiCommand({
  service: 'sar',
  id: 0x0001,
  name: 'RF Set State',
  request: { state: mandatory(0x01, u32) },
  response: {},
});

export const sarGetState = qmiCommand({
  service: 'sar',
  id: 0x0002,
  name: 'RF Get State',
  request: {},
  response: { state: optional(0x10, u32) },
});

const systems = list(
  u8,
  struct({
    technology: choice({ '3gpp': 0, '3gpp2': 1, wlan: 2 }, u32),
    radio: choice({ unknown: 0, wcdma: 1, geran: 2, lte: 3 }, u32),
    options: u64,
  }),
);

/** Of `options` (qmi-flags64-dsd.h). */
export const lteFdd = 1n << 12n;

export const dsdGetSystemStatus = qmiCommand({
  service: 'dsd',
  id: 0x0024,
  name: 'Get System Status',
  request: {},
  response: { systems: optional(0x10, systems) },
});

export const dsdSystemStatusChange = qmiCommand({
  service: 'dsd',
  id: 0x0025,
  name: 'System Status Change',
  request: { register: optional(0x11, flag) },
  response: {},
});

export const dsdSystemStatus = qmiIndication({
  service: 'dsd',
  id: 0x0026,
  name: 'System Status',
  tlvs: { systems: optional(0x10, systems) },
});

export const dsdGetApnInfo = qmiCommand({
  service: 'dsd',
  id: 0x0033,
  name: 'Get APN Info',
  /** 0: the default one. */
  request: { type: mandatory(0x01, u32) },
  response: { name: optional(0x10, restText) },
});
