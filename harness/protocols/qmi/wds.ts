import { flag, i8, list, restText, struct, u16, u32, u64, u8 } from '../binary/field.ts';
import { ipv4Address } from './address.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Wireless data service: calls and what is known about them (libqmi, data/qmi-service-wds.json, qmi-enums-wds.h).

export const ipFamily = { ipv4: 4, ipv6: 6, unspecified: 8 } as const;
export const connectionStatus = {
  disconnected: 1,
  connected: 2,
  suspended: 3,
  authenticating: 4,
} as const;
/** Bits: either protocol, or both. */
export const authenticationBit = { pap: 1, chap: 2 } as const;
/** A handle that stands for whatever runs (uqmi, qmicli `disable-autoconnect`). */
export const everyHandle = 0xffff_ffff;

/** A reason's type says whose number it is: 2 the modem's own, 3 its call manager's, 6 the network's (TS 24.008). */
export const verboseReasonType = { mobileIp: 1, internal: 2, callManager: 3, gpp: 6, ppp: 7 } as const;

const verboseReason = struct({ type: u16, reason: u16 });
const endReasons = { endReason: optional(0x10, u16), verboseReason: optional(0x11, verboseReason) } as const;

export const wdsReset = qmiCommand({
  service: 'wds',
  id: 0x0000,
  name: 'Reset',
  request: {},
  response: {},
});

export const wdsSetEventReport = qmiCommand({
  service: 'wds',
  id: 0x0001,
  name: 'Set Event Report',
  request: {
    channelRate: optional(0x10, flag),
    /** How often, in seconds, and which of the counters of Get Packet Statistics; 0: no more. */
    statistics: optional(0x11, struct({ seconds: u8, mask: u32 })),
    bearerTechnology: optional(0x12, flag),
    dormancy: optional(0x13, flag),
    mobileIp: optional(0x14, u8),
    currentBearerTechnology: optional(0x15, flag),
    callStatus: optional(0x17, flag),
    preferredDataSystem: optional(0x18, flag),
    evdoPageMonitor: optional(0x19, flag),
    dataSystems: optional(0x1a, flag),
    uplinkFlowControl: optional(0x1b, flag),
    limitedDataSystem: optional(0x1c, flag),
    filterRemovals: optional(0x1d, flag),
    extendedBearerTechnology: optional(0x1e, flag),
  },
  response: {},
});

const currentTechnology = struct({ network: u8, accessMask: u32, optionMask: u32 });

export const wdsEventReport = qmiIndication({
  service: 'wds',
  id: 0x0001,
  name: 'Event Report',
  tlvs: {
    txPackets: optional(0x10, u32),
    rxPackets: optional(0x11, u32),
    txErrors: optional(0x12, u32),
    rxErrors: optional(0x13, u32),
    txOverflows: optional(0x14, u32),
    rxOverflows: optional(0x15, u32),
    channelRates: optional(0x16, struct({ tx: u32, rx: u32 })),
    bearerTechnology: optional(0x17, i8),
    dormancy: optional(0x18, u8),
    txBytes: optional(0x19, u64),
    rxBytes: optional(0x1a, u64),
    currentBearerTechnology: optional(0x1d, currentTechnology),
    /** 1: activated, 2: terminated. */
    callStatus: optional(0x1f, u8),
    txDropped: optional(0x25, u32),
    rxDropped: optional(0x26, u32),
  },
});

/** Gives a Start Network up that has not been answered yet. */
export const wdsAbort = qmiCommand({
  service: 'wds',
  id: 0x0002,
  name: 'Abort',
  request: { transaction: mandatory(0x01, u16) },
  response: {},
});

export const wdsIndicationRegister = qmiCommand({
  service: 'wds',
  id: 0x0003,
  name: 'Indication Register',
  request: { extendedIpConfig: optional(0x12, flag), profileChanges: optional(0x19, flag) },
  response: {},
});

export const wdsGetSupportedMessages = qmiCommand({
  service: 'wds',
  id: 0x001e,
  name: 'Get Supported Messages',
  request: {},
  response: { list: optional(0x10, list(u16, u8)) },
});

export const wdsStartNetwork = qmiCommand({
  service: 'wds',
  id: 0x0020,
  name: 'Start Network',
  request: {
    primaryDns: optional(0x10, ipv4Address),
    secondaryDns: optional(0x11, ipv4Address),
    primaryNbns: optional(0x12, ipv4Address),
    secondaryNbns: optional(0x13, ipv4Address),
    apn: optional(0x14, restText),
    ipv4Address: optional(0x15, ipv4Address),
    authentication: optional(0x16, u8),
    user: optional(0x17, restText),
    password: optional(0x18, restText),
    family: optional(0x19, u8),
    technology: optional(0x30, u8),
    profile: optional(0x31, u8),
    profile3gpp2: optional(0x32, u8),
    autoconnect: optional(0x33, flag),
    extendedTechnology: optional(0x34, u16),
    callType: optional(0x35, u8),
  },
  response: { handle: optional(0x01, u32), ...endReasons },
});

export const wdsStopNetwork = qmiCommand({
  service: 'wds',
  id: 0x0021,
  name: 'Stop Network',
  request: { handle: mandatory(0x01, u32), disableAutoconnect: optional(0x10, flag) },
  response: {},
});

export const wdsGetPacketServiceStatus = qmiCommand({
  service: 'wds',
  id: 0x0022,
  name: 'Get Packet Service Status',
  request: {},
  response: { status: optional(0x01, u8) },
});

export const wdsPacketServiceStatus = qmiIndication({
  service: 'wds',
  id: 0x0022,
  name: 'Packet Service Status',
  tlvs: {
    status: mandatory(0x01, struct({ status: u8, reconfigure: flag })),
    ...endReasons,
    family: optional(0x12, u8),
  },
});

export const wdsGetChannelRates = qmiCommand({
  service: 'wds',
  id: 0x0023,
  name: 'Get Channel Rates',
  request: {},
  /** Bits per second. */
  response: { rates: optional(0x01, struct({ tx: u32, rx: u32, maxTx: u32, maxRx: u32 })) },
});

/** Bits of the mask in the order of the response's TLVs. */
export const wdsGetPacketStatistics = qmiCommand({
  service: 'wds',
  id: 0x0024,
  name: 'Get Packet Statistics',
  request: { mask: mandatory(0x01, u32) },
  response: {
    txPackets: optional(0x10, u32),
    rxPackets: optional(0x11, u32),
    txErrors: optional(0x12, u32),
    rxErrors: optional(0x13, u32),
    txOverflows: optional(0x14, u32),
    rxOverflows: optional(0x15, u32),
    txBytes: optional(0x19, u64),
    rxBytes: optional(0x1a, u64),
    lastCallTxBytes: optional(0x1b, u64),
    lastCallRxBytes: optional(0x1c, u64),
    txDropped: optional(0x1d, u32),
    rxDropped: optional(0x1e, u32),
  },
});

export const wdsGoDormant = qmiCommand({
  service: 'wds',
  id: 0x0025,
  name: 'Go Dormant',
  request: {},
  response: {},
});

export const wdsGoActive = qmiCommand({
  service: 'wds',
  id: 0x0026,
  name: 'Go Active',
  request: {},
  response: {},
});

export const wdsGetDormancyStatus = qmiCommand({
  service: 'wds',
  id: 0x0030,
  name: 'Get Dormancy Status',
  request: {},
  /** 1: dormant, 2: active. */
  response: { status: optional(0x01, u8) },
});

export const wdsGetDataBearerTechnology = qmiCommand({
  service: 'wds',
  id: 0x0037,
  name: 'Get Data Bearer Technology',
  request: {},
  response: { current: optional(0x01, i8), last: optional(0x10, i8) },
});

export const wdsGetCurrentDataBearerTechnology = qmiCommand({
  service: 'wds',
  id: 0x0044,
  name: 'Get Current Data Bearer Technology',
  request: {},
  response: { current: optional(0x01, currentTechnology), last: optional(0x10, currentTechnology) },
});
