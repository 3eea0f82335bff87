import { choice, counted, list, restText, struct, u16, u32, u64, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';

// Layouts: libqmi, data/qmi-service-dms.json; numbers: qmi-enums-dms.h. Texts fill their TLV, without a terminator.

/** Radio interfaces as DMS counts them; NAS has the same numbers up to LTE. */
export const dmsRadioInterface = {
  'cdma-1x': 1,
  evdo: 2,
  gsm: 4,
  umts: 5,
  lte: 8,
  tds: 9,
  '5gnr': 10,
} as const;

export const dataServiceCapability = {
  none: 0,
  cs: 1,
  ps: 2,
  'simultaneous-cs-ps': 3,
  'non-simultaneous-cs-ps': 4,
} as const;

export const getCapabilities = qmiCommand({
  service: 'dms',
  id: 0x0020,
  name: 'Get Capabilities',
  request: {},
  response: {
    info: optional(
      0x01,
      struct({
        /** Bit/s. */
        maxTxRate: u32,
        maxRxRate: u32,
        dataService: choice(dataServiceCapability),
        sim: choice({ 'not-supported': 1, supported: 2 }),
        radioInterfaces: list(u8, choice(dmsRadioInterface)),
      }),
    ),
  },
});

export const getManufacturer = qmiCommand({
  service: 'dms',
  id: 0x0021,
  name: 'Get Manufacturer',
  request: {},
  response: { manufacturer: optional(0x01, restText) },
});

export const getModel = qmiCommand({
  service: 'dms',
  id: 0x0022,
  name: 'Get Model',
  request: {},
  response: { model: optional(0x01, restText) },
});

export const getRevision = qmiCommand({
  service: 'dms',
  id: 0x0023,
  name: 'Get Revision',
  request: {},
  response: { revision: optional(0x01, restText) },
});

export const getMsisdn = qmiCommand({
  service: 'dms',
  id: 0x0024,
  name: 'Get MSISDN',
  request: {},
  response: { msisdn: optional(0x01, restText) },
});

export const getIds = qmiCommand({
  service: 'dms',
  id: 0x0025,
  name: 'Get IDs',
  request: {},
  response: {
    esn: optional(0x10, restText),
    imei: optional(0x11, restText),
    meid: optional(0x12, restText),
    imeiSv: optional(0x13, restText),
  },
});

export const getHardwareRevision = qmiCommand({
  service: 'dms',
  id: 0x002c,
  name: 'Get Hardware Revision',
  request: {},
  response: { revision: optional(0x01, restText) },
});

export const getPrlVersion = qmiCommand({
  service: 'dms',
  id: 0x0030,
  name: 'Get PRL Version',
  request: {},
  response: { version: optional(0x01, u16) },
});

export const getBandCapabilities = qmiCommand({
  service: 'dms',
  id: 0x0045,
  name: 'Get Band Capabilities',
  request: {},
  response: {
    /** GSM and WCDMA. */
    bands: optional(0x01, u64),
    /** Bit n-1 stands for band n, up to 64. */
    lteBands: optional(0x10, u64),
    /** Band numbers: what no 64 bits hold is here alone. */
    extendedLteBands: optional(0x12, list(u16, u16)),
  },
});

export const getFactorySku = qmiCommand({
  service: 'dms',
  id: 0x0046,
  name: 'Get Factory SKU',
  request: {},
  response: { sku: optional(0x01, restText) },
});

export const getSoftwareVersion = qmiCommand({
  service: 'dms',
  id: 0x0051,
  name: 'Get Software Version',
  request: {},
  response: { version: optional(0x01, restText) },
});

export const getMacAddress = qmiCommand({
  service: 'dms',
  id: 0x005c,
  name: 'Get MAC Address',
  request: { device: mandatory(0x01, choice({ wlan: 0, bt: 1 }, u32)) },
  response: { address: optional(0x10, counted(u8)) },
});
