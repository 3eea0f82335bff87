import { flag, list, struct, u16, u32, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Wireless data administration: what goes through the data channel (libqmi, data/qmi-service-wda.json).

/** Link layer protocols (qmi-enums-wda.h); CTL Set Data Format has the same numbers. */
export const linkProtocol = { ethernet: 1, rawIp: 2, ethernetPdu: 3 } as const;

/** How datagrams are packed into transfers (qmi-enums-wda.h). */
export const aggregationProtocol = {
  disabled: 0,
  tlp: 1,
  qcNcm: 2,
  mbim: 3,
  rndis: 4,
  qmap: 5,
  qmapV5: 9,
} as const;

/** Type (2: high-speed USB) and interface number. */
export const endpointField = struct({ type: u32, interfaceNumber: u32 });

const formatResponse = {
  qos: optional(0x10, flag),
  linkProtocol: optional(0x11, u32),
  uplinkAggregation: optional(0x12, u32),
  downlinkAggregation: optional(0x13, u32),
  ndpSignature: optional(0x14, u32),
  downlinkMaxDatagrams: optional(0x15, u32),
  downlinkMaxSize: optional(0x16, u32),
  uplinkMaxDatagrams: optional(0x17, u32),
  uplinkMaxSize: optional(0x18, u32),
  downlinkMinimumPadding: optional(0x1a, u32),
  flowControl: optional(0x1b, u8),
} as const;

export const wdaGetSupportedMessages = qmiCommand({
  service: 'wda',
  id: 0x001e,
  name: 'Get Supported Messages',
  request: {},
  response: { list: optional(0x10, list(u16, u8)) },
});

export const wdaSetDataFormat = qmiCommand({
  service: 'wda',
  id: 0x0020,
  name: 'Set Data Format',
  request: {
    qos: optional(0x10, flag),
    linkProtocol: optional(0x11, u32),
    uplinkAggregation: optional(0x12, u32),
    downlinkAggregation: optional(0x13, u32),
    ndpSignature: optional(0x14, u32),
    downlinkMaxDatagrams: optional(0x15, u32),
    downlinkMaxSize: optional(0x16, u32),
    endpoint: optional(0x17, endpointField),
    downlinkMinimumPadding: optional(0x19, u32),
    uplinkMaxDatagrams: optional(0x1b, u32),
    uplinkMaxSize: optional(0x1c, u32),
  },
  response: formatResponse,
});

export const wdaGetDataFormat = qmiCommand({
  service: 'wda',
  id: 0x0021,
  name: 'Get Data Format',
  request: { endpoint: optional(0x10, endpointField) },
  response: formatResponse,
});

/** Packets from the host come back to it, so many times. Newer modems alone have it. */
export const wdaSetLoopback = qmiCommand({
  service: 'wda',
  id: 0x002f,
  name: 'Loopback Configuration',
  request: { enabled: mandatory(0x01, flag), replication: optional(0x10, u32) },
  response: {},
});

export const wdaLoopbackChanged = qmiIndication({
  service: 'wda',
  id: 0x002f,
  name: 'Loopback Configuration',
  tlvs: { enabled: optional(0x01, flag), replication: optional(0x10, u32) },
});
