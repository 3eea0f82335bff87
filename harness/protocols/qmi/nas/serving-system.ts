import { choice, flag, i8, list, struct, text, u16, u32, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from '../declare.ts';
import { namedPlmn, radio, serviceDomain, serviceStatus } from './fields.ts';

export const registrationState = {
  'not-registered': 0,
  registered: 1,
  searching: 2,
  denied: 3,
  unknown: 4,
} as const;

export const attachState = choice({ unknown: 0, attached: 1, detached: 2 });
export const networkType = choice({ unknown: 0, '3gpp2': 1, '3gpp': 2 });
/** The other way round than one thinks: 0 is on. */
export const roamingIndicator = choice({ on: 0, off: 1 });

const servingSystem = struct({
  registration: choice(registrationState),
  circuit: attachState,
  packet: attachState,
  network: networkType,
  radioInterfaces: list(u8, radio),
});
const dataCapabilities = list(u8, u8);
const roamingList = list(u8, struct({ radio, roaming: roamingIndicator }));
const detailed = struct({
  status: choice(serviceStatus),
  capability: choice(serviceDomain),
  hdrStatus: choice(serviceStatus),
  hdrHybrid: flag,
  forbidden: flag,
});
const barring = struct({ circuit: u32, packet: u32 });
const pcsDigit = struct({ mcc: u16, mnc: u16, threeDigits: flag });

/** The numbers of the TLVs differ from those of the indication from 0x19 on. */
export const getServingSystem = qmiCommand({
  service: 'nas',
  id: 0x0024,
  name: 'Get Serving System',
  request: {},
  response: {
    servingSystem: optional(0x01, servingSystem),
    roaming: optional(0x10, roamingIndicator),
    dataCapabilities: optional(0x11, dataCapabilities),
    plmn: optional(0x12, namedPlmn),
    roamingList: optional(0x15, roamingList),
    /** Quarters of an hour. */
    timeZone: optional(0x1a, i8),
    daylightSaving: optional(0x1b, u8),
    lac: optional(0x1c, u16),
    cellId: optional(0x1d, u32),
    detailed: optional(0x21, detailed),
    tac: optional(0x24, u16),
    barring: optional(0x25, barring),
    pcsDigit: optional(0x27, pcsDigit),
    nameSource: optional(0x29, u32),
  },
});

export const servingSystemIndication = qmiIndication({
  service: 'nas',
  id: 0x0024,
  name: 'Serving System',
  tlvs: {
    servingSystem: mandatory(0x01, servingSystem),
    roaming: optional(0x10, roamingIndicator),
    dataCapabilities: optional(0x11, dataCapabilities),
    plmn: optional(0x12, namedPlmn),
    roamingList: optional(0x15, roamingList),
    timeZone: optional(0x1a, i8),
    daylightSaving: optional(0x1b, u8),
    lac: optional(0x1d, u16),
    cellId: optional(0x1e, u32),
    detailed: optional(0x22, detailed),
    tac: optional(0x25, u16),
    barring: optional(0x26, barring),
    plmnUnchanged: optional(0x27, flag),
    pcsDigit: optional(0x29, pcsDigit),
  },
});

export const initiateNetworkRegister = qmiCommand({
  service: 'nas',
  id: 0x0022,
  name: 'Initiate Network Register',
  request: {
    action: mandatory(0x01, choice({ automatic: 1, manual: 2 })),
    manual: optional(0x10, struct({ mcc: u16, mnc: u16, radio })),
    duration: optional(0x11, u8),
    threeDigits: optional(0x12, flag),
  },
  response: {},
});

export const attachDetach = qmiCommand({
  service: 'nas',
  id: 0x0023,
  name: 'Attach Detach',
  request: { action: mandatory(0x10, choice({ attach: 1, detach: 2 })) },
  response: {},
});

export const getHomeNetwork = qmiCommand({
  service: 'nas',
  id: 0x0025,
  name: 'Get Home Network',
  request: {},
  response: {
    homeNetwork: optional(0x01, namedPlmn),
    pcsDigit: optional(0x12, struct({ is3gpp: flag, threeDigits: flag })),
    nameSource: optional(0x13, u32),
  },
});

/** Bits of TS 31.102 4.2.5: 0x4000 E-UTRAN, 0x8000 UTRAN, 0x0080 GSM. */
const preferred = struct({ mcc: u16, mnc: u16, technologies: u16 });

export const getPreferredNetworks = qmiCommand({
  service: 'nas',
  id: 0x0026,
  name: 'Get Preferred Networks',
  request: {},
  response: {
    networks: optional(0x10, list(u16, preferred)),
    fixed: optional(0x11, list(u16, preferred)),
    pcsDigits: optional(0x12, list(u8, pcsDigit)),
    fixedPcsDigits: optional(0x13, list(u8, pcsDigit)),
  },
});

export const setPreferredNetworks = qmiCommand({
  service: 'nas',
  id: 0x0027,
  name: 'Set Preferred Networks',
  request: {
    networks: optional(0x10, list(u16, preferred)),
    pcsDigits: optional(0x11, list(u8, pcsDigit)),
    clear: optional(0x12, flag),
  },
  response: {},
});

/** One bit of each pair: serving or available, home or roaming, forbidden or not, preferred or not. */
export const networkStatus = {
  serving: 0x01,
  available: 0x02,
  home: 0x04,
  roaming: 0x08,
  forbidden: 0x10,
  'not-forbidden': 0x20,
  preferred: 0x40,
  'not-preferred': 0x80,
} as const;

export const networkScan = qmiCommand({
  service: 'nas',
  id: 0x0021,
  name: 'Network Scan',
  request: { types: optional(0x10, u8) },
  response: {
    networks: optional(0x10, list(u16, struct({ mcc: u16, mnc: u16, status: u8, name: text(u8) }))),
    radios: optional(0x11, list(u16, struct({ mcc: u16, mnc: u16, radio }))),
    pcsDigits: optional(0x12, list(u16, pcsDigit)),
    result: optional(0x13, choice({ success: 0, abort: 1, 'radio-link-failure': 2 }, u32)),
  },
});

export const forceNetworkSearch = qmiCommand({
  service: 'nas',
  id: 0x0067,
  name: 'Force Network Search',
  request: {},
  response: {},
});

export const networkReject = qmiIndication({
  service: 'nas',
  id: 0x0068,
  name: 'Network Reject',
  tlvs: {
    radio: mandatory(0x01, radio),
    domain: mandatory(0x02, choice(serviceDomain)),
    cause: mandatory(0x03, u8),
    plmn: optional(0x10, pcsDigit),
  },
});
