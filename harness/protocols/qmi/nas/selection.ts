import { choice, flag, list, struct, u16, u32, u64, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from '../declare.ts';
import { radio } from './fields.ts';

/** Bits of the mode preference. */
export const modeBit = {
  'cdma-1x': 0x01,
  evdo: 0x02,
  gsm: 0x04,
  umts: 0x08,
  lte: 0x10,
  'td-scdma': 0x20,
} as const;

/** Four times 64 bits: band n is bit n-1 of the whole. */
const extendedBands = struct({ low: u64, midLow: u64, midHigh: u64, high: u64 });
const selectionMode = choice({ automatic: 0, manual: 1 });

export const setSystemSelectionPreference = qmiCommand({
  service: 'nas',
  id: 0x0033,
  name: 'Set System Selection Preference',
  request: {
    emergency: optional(0x10, flag),
    mode: optional(0x11, u16),
    bands: optional(0x12, u64),
    prl: optional(0x13, u16),
    roaming: optional(0x14, u16),
    lteBands: optional(0x15, u64),
    network: optional(0x16, struct({ mode: selectionMode, mcc: u16, mnc: u16 })),
    duration: optional(0x17, u8),
    domain: optional(0x18, u32),
    gsmWcdmaOrder: optional(0x19, u32),
    threeDigits: optional(0x1a, flag),
    order: optional(0x1e, list(u8, radio)),
    restriction: optional(0x1f, u32),
    usage: optional(0x21, u32),
    voiceDomain: optional(0x23, u32),
    extendedLteBands: optional(0x24, extendedBands),
  },
  response: {},
});

const preference = {
  emergency: optional(0x10, flag),
  mode: optional(0x11, u16),
  bands: optional(0x12, u64),
  prl: optional(0x13, u16),
  /** 0xff: any network. */
  roaming: optional(0x14, u16),
  lteBands: optional(0x15, u64),
  network: optional(0x16, selectionMode),
  domain: optional(0x18, u32),
  gsmWcdmaOrder: optional(0x19, u32),
  manual: optional(0x1b, struct({ mcc: u16, mnc: u16, threeDigits: flag })),
  order: optional(0x1c, list(u8, radio)),
  restriction: optional(0x1d, u32),
  usage: optional(0x1f, u32),
  voiceDomain: optional(0x20, u32),
  extendedLteBands: optional(0x23, extendedBands),
};

export const getSystemSelectionPreference = qmiCommand({
  service: 'nas',
  id: 0x0034,
  name: 'Get System Selection Preference',
  request: {},
  response: preference,
});

export const systemSelectionPreferenceIndication = qmiIndication({
  service: 'nas',
  id: 0x0034,
  name: 'System Selection Preference',
  tlvs: preference,
});

/** Bits: 3GPP2, 3GPP, AMPS or GSM, CDMA or WCDMA, HDR, LTE; none: automatic. */
export const technologyBit = { '3gpp': 0x02, gsm: 0x04, wcdma: 0x08, lte: 0x20 } as const;

const technology = struct({ technologies: u16, duration: u8 });

export const setTechnologyPreference = qmiCommand({
  service: 'nas',
  id: 0x002a,
  name: 'Set Technology Preference',
  request: { current: mandatory(0x01, technology) },
  response: {},
});

export const getTechnologyPreference = qmiCommand({
  service: 'nas',
  id: 0x002b,
  name: 'Get Technology Preference',
  request: {},
  response: { active: optional(0x01, technology), persistent: optional(0x10, u16) },
});
