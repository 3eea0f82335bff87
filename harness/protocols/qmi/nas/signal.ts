import { choice, flag, i16, i32, i8, list, struct, u16, u32, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from '../declare.ts';
import { radio } from './fields.ts';

/** dBm, dB, dBm, and tenths of a dB. */
const lte = struct({ rssi: i8, rsrq: i8, rsrp: i16, snr: i16 });
const wcdma = struct({ rssi: i8, ecio: i16 });

export const getSignalInfo = qmiCommand({
  service: 'nas',
  id: 0x004f,
  name: 'Get Signal Info',
  request: {},
  response: { gsm: optional(0x12, i8), wcdma: optional(0x13, wcdma), lte: optional(0x14, lte) },
});

export const signalInfoIndication = qmiIndication({
  service: 'nas',
  id: 0x0051,
  name: 'Signal Info',
  tlvs: { gsm: optional(0x12, i8), wcdma: optional(0x13, wcdma), lte: optional(0x14, lte) },
});

export const signalRequestBit = {
  rssi: 0x01,
  ecio: 0x02,
  io: 0x04,
  sinr: 0x08,
  errorRate: 0x10,
  rsrq: 0x20,
  snr: 0x40,
  rsrp: 0x80,
} as const;

const strength = struct({ dbm: i8, radio });

export const getSignalStrength = qmiCommand({
  service: 'nas',
  id: 0x0020,
  name: 'Get Signal Strength',
  request: { mask: optional(0x10, u16) },
  response: {
    strength: mandatory(0x01, strength),
    strengths: optional(0x10, list(u16, strength)),
    /** Dbm without their sign. */
    rssi: optional(0x11, list(u16, struct({ rssi: u8, radio }))),
    ecio: optional(0x12, list(u16, struct({ ecio: u8, radio }))),
    io: optional(0x13, i32),
    sinr: optional(0x14, u8),
    errorRate: optional(0x15, list(u16, struct({ rate: u16, radio }))),
    rsrq: optional(0x16, struct({ rsrq: i8, radio })),
    snr: optional(0x17, i16),
    rsrp: optional(0x18, i16),
  },
});

const delta = struct({ report: flag, delta: u8 });

export const setEventReport = qmiCommand({
  service: 'nas',
  id: 0x0002,
  name: 'Set Event Report',
  request: {
    signalStrength: optional(0x10, struct({ report: flag, thresholds: list(u8, i8) })),
    rfBand: optional(0x11, flag),
    registrationReject: optional(0x12, flag),
    rssi: optional(0x13, delta),
    ecio: optional(0x14, delta),
    io: optional(0x15, delta),
    sinr: optional(0x16, delta),
    errorRate: optional(0x17, flag),
    ecioThresholds: optional(0x19, struct({ report: flag, thresholds: list(u8, i16) })),
    sinrThresholds: optional(0x1a, struct({ report: flag, thresholds: list(u8, u8) })),
    snr: optional(0x1b, delta),
    rsrp: optional(0x1c, delta),
  },
  response: {},
});

const bandEntry = struct({ radio, band: u16, channel: u16 });

export const eventReport = qmiIndication({
  service: 'nas',
  id: 0x0002,
  name: 'Event Report',
  tlvs: {
    strength: optional(0x10, strength),
    bands: optional(0x11, list(u8, bandEntry)),
    reject: optional(0x12, struct({ domain: u8, cause: u16 })),
    rssi: optional(0x13, struct({ rssi: u8, radio })),
    rsrq: optional(0x18, struct({ rsrq: i8, radio })),
    snr: optional(0x19, i16),
    rsrp: optional(0x1a, i16),
  },
});

export const configSignalInfo = qmiCommand({
  service: 'nas',
  id: 0x0050,
  name: 'Config Signal Info',
  request: {
    rssi: optional(0x10, list(u8, i8)),
    ecio: optional(0x11, list(u8, i16)),
    sinr: optional(0x12, list(u8, u8)),
    snr: optional(0x13, list(u8, i16)),
    io: optional(0x14, list(u8, i32)),
    rsrq: optional(0x15, list(u8, i8)),
    rsrp: optional(0x16, list(u8, i16)),
    report: optional(0x17, struct({ rate: u8, averagePeriod: u8 })),
    rscp: optional(0x18, list(u8, i8)),
  },
  response: {},
});

/** Thresholds or a delta, for each technology; those of LTE. */
export const configSignalInfoV2 = qmiCommand({
  service: 'nas',
  id: 0x006c,
  name: 'Config Signal Info v2',
  request: {
    lteRssi: optional(0x22, list(u8, i16)),
    lteRssiDelta: optional(0x23, u16),
    lteSnr: optional(0x24, list(u8, i16)),
    lteSnrDelta: optional(0x25, u16),
    lteRsrq: optional(0x26, list(u8, i16)),
    lteRsrqDelta: optional(0x27, u16),
    lteRsrp: optional(0x28, list(u8, i16)),
    lteRsrpDelta: optional(0x29, u16),
    report: optional(0x2a, struct({ rate: u8, averagePeriod: u8 })),
  },
  response: {},
});

/** Tenths of a dBm; phase in hundredths of a degree, 0xffffffff: unknown. */
const chain = struct({ tuned: flag, rxPower: i32, ecio: i32, rscp: i32, rsrp: i32, phase: u32 });

export const getTxRxInfo = qmiCommand({
  service: 'nas',
  id: 0x005a,
  name: 'Get Tx Rx Info',
  request: { radio: mandatory(0x01, radio) },
  response: {
    chain0: optional(0x10, chain),
    chain1: optional(0x11, chain),
    transmit: optional(0x12, struct({ inTraffic: flag, power: i32 })),
  },
});

export const bandwidth = choice({ '1.4': 0, '3': 1, '5': 2, '10': 3, '15': 4, '20': 5, unknown: 0xff }, u32);

export const getRfBandInformation = qmiCommand({
  service: 'nas',
  id: 0x0031,
  name: 'Get RF Band Information',
  request: {},
  response: {
    bands: optional(0x01, list(u8, bandEntry)),
    extended: optional(0x11, list(u8, struct({ radio, band: u16, channel: u32 }))),
    bandwidths: optional(0x12, list(u8, struct({ radio, bandwidth }))),
  },
});

export const rfBandIndication = qmiIndication({
  service: 'nas',
  id: 0x0066,
  name: 'RF Band Information',
  tlvs: { band: optional(0x01, bandEntry) },
});

/**
 * The active band of an E-UTRA band (qmi-enums-nas.h): the numbers were given out as the bands came up, so only runs
 * of them follow a rule.
 */
export function activeBandOf(band: number): number | undefined {
  const run = runs.find(([first, last]) => band >= first && band <= last);
  return run && run[2] + band - run[0];
}

const runs: readonly (readonly [first: number, last: number, number: number])[] = [
  [1, 14, 120],
  [17, 17, 134],
  [18, 21, 143],
  [23, 23, 152],
  [24, 25, 147],
  [26, 26, 153],
  [27, 27, 164],
  [28, 30, 158],
  [31, 31, 165],
  [32, 32, 154],
  [33, 40, 135],
  [41, 43, 149],
  [46, 46, 163],
  [47, 48, 166],
  [66, 66, 161],
  [71, 71, 168],
];
