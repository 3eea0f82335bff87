import { flag, list, restText, struct, text, u16, u32, u8 } from '../binary/field.ts';
import { ipv4Address, ipv6Address } from './address.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';
import { resultField } from './result.ts';
import { endpointField } from './wda.ts';

// Wireless data service: what a call was given, and how calls are made (libqmi, data/qmi-service-wds.json).

/** What Get Current Settings can be asked for (qmi-enums-wds.h, QmiWdsRequestedSettings). */
export const settingBit = {
  profileId: 0,
  profileName: 1,
  pdpType: 2,
  apn: 3,
  dns: 4,
  qos: 5,
  user: 6,
  authentication: 7,
  address: 8,
  gateway: 9,
  pcscfByPco: 10,
  pcscfAddresses: 11,
  pcscfNames: 12,
  mtu: 13,
  domainNames: 14,
  family: 15,
  imcn: 16,
  extendedTechnology: 17,
} as const;

const address6 = struct({ address: ipv6Address, prefixLength: u8 });

export const wdsGetCurrentSettings = qmiCommand({
  service: 'wds',
  id: 0x002d,
  name: 'Get Current Settings',
  request: { requested: optional(0x10, u32) },
  response: {
    profileName: optional(0x10, restText),
    pdpType: optional(0x11, u8),
    apn: optional(0x14, restText),
    primaryDns: optional(0x15, ipv4Address),
    secondaryDns: optional(0x16, ipv4Address),
    user: optional(0x1b, restText),
    authentication: optional(0x1d, u8),
    address: optional(0x1e, ipv4Address),
    profileId: optional(0x1f, struct({ type: u8, index: u8 })),
    gateway: optional(0x20, ipv4Address),
    subnetMask: optional(0x21, ipv4Address),
    pcscfByPco: optional(0x22, flag),
    pcscfAddresses: optional(0x23, list(u8, ipv4Address)),
    pcscfNames: optional(0x24, list(u8, text(u16))),
    address6: optional(0x25, address6),
    gateway6: optional(0x26, address6),
    primaryDns6: optional(0x27, ipv6Address),
    secondaryDns6: optional(0x28, ipv6Address),
    /** Bytes. */
    mtu: optional(0x29, u32),
    domainNames: optional(0x2a, list(u8, text(u16))),
    family: optional(0x2b, u8),
    imcn: optional(0x2c, flag),
    extendedTechnology: optional(0x2d, u16),
  },
});

/** 0 off, 1 on, 2 paused until the next start. */
const autoconnectField = u8;

export const wdsGetAutoconnectSettings = qmiCommand({
  service: 'wds',
  id: 0x0034,
  name: 'Get Autoconnect Settings',
  request: {},
  /** `roaming`: 0 everywhere, 1 at home alone. */
  response: { status: optional(0x01, autoconnectField), roaming: optional(0x10, u8) },
});

export const wdsSetAutoconnectSettings = qmiCommand({
  service: 'wds',
  id: 0x0051,
  name: 'Set Autoconnect Settings',
  request: { status: mandatory(0x01, autoconnectField), roaming: optional(0x10, u8) },
  response: {},
});

export const wdsSetIpFamily = qmiCommand({
  service: 'wds',
  id: 0x004d,
  name: 'Set IP Family',
  request: { family: mandatory(0x01, u8) },
  response: {},
});

export const wdsGetLteAttachParameters = qmiCommand({
  service: 'wds',
  id: 0x0085,
  name: 'Get LTE Attach Parameters',
  request: {},
  /** `ipType`: 0 IPv4, 1 IPv6, 2 both. */
  response: {
    apn: optional(0x10, restText),
    ipType: optional(0x11, u8),
    attached: optional(0x12, flag),
  },
});

export const wdsBindDataPort = qmiCommand({
  service: 'wds',
  id: 0x0089,
  name: 'Bind Data Port',
  request: { port: mandatory(0x01, u16) },
  response: {},
});

export const wdsExtendedIpConfig = qmiIndication({
  service: 'wds',
  id: 0x008c,
  name: 'Extended Ip Config',
  tlvs: { changed: optional(0x10, u32) },
});

export const wdsGetMaxLteAttachPdnNumber = qmiCommand({
  service: 'wds',
  id: 0x0092,
  name: 'Get Max LTE Attach PDN Number',
  request: {},
  response: { count: optional(0x10, u8) },
});

export const wdsSetLteAttachPdnList = qmiCommand({
  service: 'wds',
  id: 0x0093,
  name: 'Set LTE Attach PDN List',
  request: { list: mandatory(0x01, list(u8, u16)), action: optional(0x10, u32) },
  response: {},
});

export const wdsLteAttachPdnListSet = qmiIndication({
  service: 'wds',
  id: 0x0093,
  name: 'Set LTE Attach PDN List',
  tlvs: { done: optional(0x01, flag), result: mandatory(0x02, resultField) },
});

export const wdsGetLteAttachPdnList = qmiCommand({
  service: 'wds',
  id: 0x0094,
  name: 'Get LTE Attach PDN List',
  request: {},
  response: { current: optional(0x10, list(u8, u16)), pending: optional(0x11, list(u8, u16)) },
});

/** Which of a multiplexed data channel's lanes this client's calls use (QMAP). */
export const wdsBindMuxDataPort = qmiCommand({
  service: 'wds',
  id: 0x00a2,
  name: 'Bind Mux Data Port',
  request: {
    endpoint: optional(0x10, endpointField),
    muxId: optional(0x11, u8),
    clientType: optional(0x13, u32),
  },
  response: {},
});
