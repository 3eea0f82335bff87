import { compositionBit } from '../composition.ts';
import type { CompositionType, ModemProfile } from '../profile.ts';
import { usbFunction } from './functions.ts';

const { diag, nmea, modem, rmnet0, rmnet1, mbim } = compositionBit;

/** Product ids of types 2 and 3 are in no source: they are listed and refused. */
export const mdm9x30Types: readonly CompositionType[] = [
  { number: 1, name: 'Generic', offered: true },
  { number: 2, name: 'USBIF-MBIM', offered: false },
  { number: 3, name: 'RNDIS', offered: false },
];

/** Sierra Wireless AirPrime MC7455 (MDM9x30), generic firmware of 2017, QMI composition. */
export const mc7455: ModemProfile = {
  id: 'mc7455',
  title: 'Sierra Wireless MC7455',
  identity: {
    manufacturer: 'Sierra Wireless, Incorporated',
    model: 'MC7455',
    revision: 'SWI9X30C_02.24.05.06 r7040 CARMD-EV-FRMWR2 2017/05/19 06:23:09',
    version: '02.24.05.06',
    imei: '004401077455018',
    imeiSv: '20',
    serialNumber: 'LQ00000000011020',
  },
  usb: {
    vendorId: '1199',
    productId: '9071',
    bcdDevice: '0.06',
    manufacturer: 'Sierra Wireless, Incorporated',
    product: 'Sierra Wireless MC7455 Qualcomm® Snapdragon™ X7 LTE-A',
    serialNumber: 'LQ00000000011020',
    maxPowerMa: 500,
    // Numbers are sparse: the kernel's "invalid interface number: 8 but max is 3" is normal.
    functions: {
      [diag]: [usbFunction(0, 'diag')],
      [nmea]: [usbFunction(2, 'nmea')],
      [modem]: [usbFunction(3, 'modem')],
      [rmnet0]: [usbFunction(8, 'qmi')],
      [rmnet1]: [usbFunction(10, 'qmi')],
      [mbim]: [usbFunction(12, 'mbim-control'), usbFunction(13, 'mbim-data')],
    },
    composition: { kind: 'bits', factory: diag | nmea | modem | rmnet0 },
    types: mdm9x30Types,
    bootLoader: { productId: '9070', bcdDevice: '0.00', product: 'MC7455-CP' },
  },
  traits: {
    bootMs: 8_000,
    restartMs: 300,
    simReadMs: 1_500,
    phonebookMs: 2_000,
    scanMs: 800,
    rescanMs: 30_000,
    hotSwap: false,
    compositions: 'bitmask',
    compositionTypes: [1],
    // Thresholds are the harness's own: no source gives the firmware's.
    maxTemperatureC: 95,
    millivoltLimits: [3_135, 4_400],
    fccLocked: false,
  },
  at: { vendor: 'sierra', errorLevel: 2, urcInterface: 3 },
  dial: {
    activatesAt: 'network-phase',
    authentication: 'chap',
    connectText: undefined,
    localAddress: '10.64.64.64',
  },
  pppDevice: '/dev/ttyUSB2',
  contexts: [{ cid: 1, type: 'IPV4V6', apn: '' }],
  // Category 6; WCDMA 2100, 1900, 1800, 1700-US, 850 and 900. PIN and locks are UIM's since MDM9x30 (libqmi-devel 2016-12, "can't
  // set PIN code on a MC7430"; openwrt/packages issue 10565).
  details: {
    rates: { up: 50_000_000, down: 300_000_000 },
    bands: 0x0002_0000_07c0_0000n,
    dmsRefuses: { what: 'PIN', error: 'InvalidQmiCommand' },
  },
  // Bands 1-5, 7, 8, 12, 13, 20, 25, 26, 29, 41: AT!BAND=? of the generic firmware.
  lteBands: 0x100130818dfn,
  card: { iccid: '89014103270000000174', imsi: '310260000074558' },
};
