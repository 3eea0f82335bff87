import type { ModemProfile } from '../profile.ts';
import type { UsbFunction } from '../usb.ts';
import { usbFunction } from './functions.ts';

const serial: readonly UsbFunction[] = [
  // All but the QMI function show class ff/00/00 on this modem.
  usbFunction(0, 'diag', { subclass: '00', protocol: '00' }),
  usbFunction(1, 'nmea'),
  usbFunction(2, 'at'),
  usbFunction(3, 'modem'),
];

/** usbnet 3: RNDIS takes the first two interfaces and shifts the serial ones, which locks older kernels out of AT. */
const shifted: readonly UsbFunction[] = [
  usbFunction(0, 'rndis-control'),
  usbFunction(1, 'rndis-data'),
  ...serial.map((fn) => ({ ...fn, number: fn.number + 2 })),
];

/** Quectel EC25-A (MDM9x07). */
export const ec25A: ModemProfile = {
  id: 'ec25-a',
  title: 'Quectel EC25-A',
  identity: {
    manufacturer: 'Quectel',
    model: 'EC25',
    revision: 'EC25AFAR05A07M4G',
    version: 'EC25AFAR05A07M4G_30.005.30.005',
    imei: '004402250000019',
    imeiSv: '01',
    serialNumber: 'MPA00000000025A',
  },
  usb: {
    vendorId: '2c7c',
    productId: '0125',
    bcdDevice: '3.18',
    manufacturer: 'Quectel, Incorporated',
    product: 'LTE Modem',
    serialNumber: undefined,
    maxPowerMa: 500,
    functions: {
      0: [...serial, usbFunction(4, 'qmi')],
      1: [...serial, usbFunction(4, 'ecm-control'), usbFunction(5, 'ecm-data')],
      2: [...serial, usbFunction(4, 'mbim-control'), usbFunction(5, 'mbim-data')],
      3: shifted,
    },
    composition: { kind: 'choice', factory: 0 },
    bootLoader: { productId: '0125', bcdDevice: '0.00', product: 'QHSUSB__BULK' },
  },
  traits: {
    bootMs: 10_000,
    restartMs: 300,
    simReadMs: 2_000,
    phonebookMs: 3_000,
    scanMs: 800,
    rescanMs: 30_000,
    // AT+QSIMDET is off as delivered.
    hotSwap: false,
    compositions: [0, 1, 2, 3],
    maxTemperatureC: 95,
    millivoltLimits: [3_300, 4_300],
    supplyMillivolts: 3_800,
    fccLocked: false,
  },
  at: { vendor: 'quectel', errorLevel: 1, urcInterface: 2 },
  dial: {
    activatesAt: 'dial',
    authentication: 'chap',
    connectText: '150000000',
    localAddress: '10.64.64.64',
  },
  pppDevice: '/dev/ttyUSB3',
  contexts: [{ cid: 1, type: 'IPV4V6', apn: '' }],
  // WCDMA 1900, 1700-US and 850.
  details: {
    // The chip maker's, as mmcli shows them of these modules in QMI.
    dmsNames: { manufacturer: 'QUALCOMM INCORPORATED', model: 'QUECTEL Mobile Broadband Module' },
    bands: 0x0680_0000n,
    // Nothing of --dms-uim-* works on an EC25 (github.com/sixfab/rpiShields issue 7).
    dmsRefuses: { what: 'card', error: 'NotSupported' },
    // As AT+QMBNCFG="List" of this firmware names it; the id is made up.
    carrierConfigs: [
      {
        id: '2c7c012500000000000000000000000000000001',
        description: 'ROW_Generic_3GPP',
        version: 0x0501_0824,
        size: 25_600,
        released: 201_806_201,
      },
    ],
  },
  // Bands 2, 4, 12: the model for North America.
  lteBands: 0x80an,
  card: { iccid: '89014103270000000257', imsi: '310260000025012' },
};
