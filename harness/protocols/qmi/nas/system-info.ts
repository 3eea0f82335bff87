import { choice, flag, i8, struct, u16, u32, u8 } from '../../binary/field.ts';
import { optional, qmiCommand, qmiIndication } from '../declare.ts';
import { plmnDigits, radio, serviceDomain, serviceStatus } from './fields.ts';

const service = struct({
  status: choice(serviceStatus),
  trueStatus: choice(serviceStatus),
  preferredPath: flag,
});
const domain = choice(serviceDomain);

const lte = struct({
  domainValid: flag,
  domain,
  capabilityValid: flag,
  capability: domain,
  roamingValid: flag,
  /** 0: at home. */
  roaming: u8,
  forbiddenValid: flag,
  forbidden: flag,
  lacValid: flag,
  lac: u16,
  cellIdValid: flag,
  cellId: u32,
  rejectValid: flag,
  rejectDomain: domain,
  /** TS 24.008 10.5.3.6, TS 24.301 9.9.3.9. */
  rejectCause: u8,
  plmnValid: flag,
  mcc: plmnDigits,
  mnc: plmnDigits,
  tacValid: flag,
  tac: u16,
});

/** 0: no card usable, 1: usable, 4: rejected by both domains. */
const simReject = choice(
  { unavailable: 0, available: 1, 'cs-invalid': 2, 'ps-invalid': 3, 'cs-ps-invalid': 4 },
  u32,
);

export const getSystemInfo = qmiCommand({
  service: 'nas',
  id: 0x004d,
  name: 'Get System Info',
  request: {},
  response: {
    gsmService: optional(0x12, service),
    wcdmaService: optional(0x13, service),
    lteService: optional(0x14, service),
    lte: optional(0x19, lte),
    lteGeoIndex: optional(0x1e, u16),
    lteVoice: optional(0x21, flag),
    lteEmbms: optional(0x26, flag),
    simReject: optional(0x27, simReject),
  },
});

/** From 0x24 on its TLVs have other numbers than the answer's. */
export const systemInfoIndication = qmiIndication({
  service: 'nas',
  id: 0x004e,
  name: 'System Info',
  tlvs: {
    gsmService: optional(0x12, service),
    wcdmaService: optional(0x13, service),
    lteService: optional(0x14, service),
    lte: optional(0x19, lte),
    lteGeoIndex: optional(0x1e, u16),
    lteVoice: optional(0x21, flag),
    plmnUnchanged: optional(0x24, flag),
    lteEmbms: optional(0x27, flag),
    simReject: optional(0x28, simReject),
  },
});

const universalTime = struct({
  year: u16,
  month: u8,
  day: u8,
  hour: u8,
  minute: u8,
  second: u8,
  /** 0: Monday. */
  dayOfWeek: u8,
});

export const networkTimeIndication = qmiIndication({
  service: 'nas',
  id: 0x004c,
  name: 'Network Time',
  tlvs: {
    time: optional(0x01, universalTime),
    /** Quarters of an hour. */
    zone: optional(0x10, i8),
    daylightSaving: optional(0x11, u8),
    radio: optional(0x12, radio),
  },
});

export const getNetworkTime = qmiCommand({
  service: 'nas',
  id: 0x007d,
  name: 'Get Network Time',
  request: {},
  response: {
    time: optional(0x11, struct({ time: universalTime, zone: i8, daylightSaving: u8, radio })),
  },
});

/** Of these a client gets word once it has asked for them. */
export const registerIndications = qmiCommand({
  service: 'nas',
  id: 0x0003,
  name: 'Register Indications',
  request: {
    systemSelectionPreference: optional(0x10, flag),
    ddtm: optional(0x12, flag),
    servingSystem: optional(0x13, flag),
    dualStandby: optional(0x14, flag),
    subscriptionInfo: optional(0x15, flag),
    networkTime: optional(0x17, flag),
    systemInfo: optional(0x18, flag),
    signalInfo: optional(0x19, flag),
    errorRate: optional(0x1a, flag),
    managedRoaming: optional(0x1d, flag),
    plmnName: optional(0x1e, flag),
    embmsStatus: optional(0x1f, flag),
    rfBand: optional(0x20, flag),
    networkReject: optional(0x21, struct({ enabled: flag, suppressSystemInfo: flag })),
  },
  response: {},
});
