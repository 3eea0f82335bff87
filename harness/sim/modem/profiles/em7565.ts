import { compositionBit } from '../composition.ts';
import type { CompositionType, ModemProfile } from '../profile.ts';
import { usbFunction } from './functions.ts';
import { mc7455 } from './mc7455.ts';

const { diag, nmea, modem, rmnet0, mbim } = compositionBit;

/**
 * `MBIM USBIF` has ids of its own and AT on interface 2 (ROOter's modem scripts), QMI on 8 (qmi_wwan.c, 1199:90b1); where
 * NMEA goes is in no source.
 */
const usbif: CompositionType = {
  number: 1,
  name: 'MBIM USBIF',
  offered: true,
  productId: '90b1',
  bootProductId: '90b0',
  functions: {
    [diag]: [usbFunction(0, 'diag')],
    [nmea]: [usbFunction(1, 'nmea')],
    [modem]: [usbFunction(2, 'modem')],
    [rmnet0]: [usbFunction(8, 'qmi')],
    [mbim]: [usbFunction(12, 'mbim-control'), usbFunction(13, 'mbim-data')],
  },
};

const types: readonly CompositionType[] = [
  { number: 3, name: 'Legacy-Generic', offered: true, productId: '9091', bootProductId: '9090' },
  usbif,
  { number: 2, name: 'PCIE USBIF', offered: false },
  { number: 4, name: 'RNDIS', offered: false },
];

/** Sierra Wireless AirPrime EM7565 (MDM9x50), generic firmware of 2018, QMI composition. */
export const em7565: ModemProfile = {
  ...mc7455,
  id: 'em7565',
  title: 'Sierra Wireless EM7565',
  identity: {
    manufacturer: 'Sierra Wireless, Incorporated',
    model: 'EM7565',
    revision: 'SWI9X50C_01.08.04.00 dbb5d0 jenkins 2018/08/21 21:40:11',
    version: '01.08.04.00',
    imei: '004401075650012',
    imeiSv: '09',
    serialNumber: 'UF00000000031020',
  },
  usb: {
    ...mc7455.usb,
    productId: '9091',
    product: 'Sierra Wireless EM7565 Qualcomm® Snapdragon™ X16 LTE-A',
    serialNumber: 'UF00000000031020',
    composition: { kind: 'bits', factory: diag | nmea | modem | rmnet0 },
    types,
    bootLoader: { productId: '9090', bcdDevice: '0.00', product: 'EM7565-CP' },
  },
  traits: { ...mc7455.traits, bootMs: 12_000, compositionTypes: [3, 1] },
  // Category 12 down, 13 up; firmware of this generation answers about the card through UIM alone.
  details: {
    rates: { up: 150_000_000, down: 600_000_000 },
    dmsRefuses: { what: 'card', error: 'NotSupported' },
    sku: '1103520',
    mbimExtensions: true,
  },
  // Bands 1-5, 7-9, 12, 13, 18-20, 26, 28-30, 32, 41-43, 46; the mask of AT!BAND ends at 64, so 66 stays out.
  lteBands: bands(1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 18, 19, 20, 26, 28, 29, 30, 32, 41, 42, 43, 46),
  card: { iccid: '89014103270000000752', imsi: '310260000075652' },
};

/** As it is sold with composition type 1: other ids and another AT port. */
export const em7565Usbif: ModemProfile = {
  ...em7565,
  id: 'em7565-usbif',
  title: 'Sierra Wireless EM7565 in its MBIM USBIF composition',
  usb: {
    ...em7565.usb,
    productId: '90b1',
    bootLoader: { ...em7565.usb.bootLoader, productId: '90b0' },
    composition: { kind: 'bits', factory: diag | nmea | modem | mbim },
    types: [usbif, ...types.filter((type) => type !== usbif)],
  },
};

function bands(...numbers: readonly number[]): bigint {
  return numbers.reduce((mask, band) => mask | (1n << BigInt(band - 1)), 0n);
}
