import { list, restText, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';

// Sierra Wireless has ids of its own from 0x5556 on (libqmi, data/qmi-service-dms.json, `vendor` 0x1199).

export const getCurrentFirmware = qmiCommand({
  service: 'dms',
  id: 0x5556,
  name: 'Swi Get Current Firmware',
  /** The same number with this TLV is HP's Change Device Mode. */
  request: { hpMode: optional(0x01, u8) },
  response: {
    model: optional(0x10, restText),
    bootVersion: optional(0x11, restText),
    amssVersion: optional(0x12, restText),
    sku: optional(0x13, restText),
    packageId: optional(0x14, restText),
    carrierId: optional(0x15, restText),
    priVersion: optional(0x16, restText),
    carrier: optional(0x17, restText),
    configVersion: optional(0x18, restText),
  },
});

/** The short numbers of AT!UDUSBCOMP: 6 is DM, NMEA, AT, QMI; 8 the same with MBIM. */
export const getUsbComposition = qmiCommand({
  service: 'dms',
  id: 0x555b,
  name: 'Swi Get USB Composition',
  request: {},
  response: { current: optional(0x10, u8), supported: optional(0x11, list(u8, u8)) },
});

export const setUsbComposition = qmiCommand({
  service: 'dms',
  id: 0x555c,
  name: 'Swi Set USB Composition',
  request: { composition: mandatory(0x01, u8) },
  response: {},
});
