import { compositionBit } from '../composition.ts';
import type { ModemProfile } from '../profile.ts';
import { usbFunction } from './functions.ts';
import { mc7455 } from './mc7455.ts';

const { diag, nmea, modem, rmnet0 } = compositionBit;

/**
 * Netgear (Sierra Wireless) AirCard 340U, a USB stick of the MDM9x15 generation: Ethernet frames, no need of DTR
 * (qmi_wwan.c lists 1199:9051 without that quirk). No transcript of one is public: its firmware string is an MC7354's,
 * of the same generation, and no other composition than this one is known.
 */
export const airCard340U: ModemProfile = {
  ...mc7455,
  id: 'aircard-340u',
  title: 'Netgear AirCard 340U',
  identity: {
    manufacturer: 'Sierra Wireless, Incorporated',
    model: 'AC340U',
    revision: 'SWI9X15C_05.05.58.00 r27038 carmd-fwbuild1 2015/03/04 21:30:23',
    version: '05.05.58.00',
    imei: '004401073400016',
    imeiSv: '15',
    serialNumber: 'CC00000000041020',
  },
  usb: {
    ...mc7455.usb,
    productId: '9051',
    product: 'AirCard 340U',
    serialNumber: 'CC00000000041020',
    functions: {
      [diag]: [usbFunction(0, 'diag')],
      [nmea]: [usbFunction(2, 'nmea')],
      [modem]: [usbFunction(3, 'modem')],
      [rmnet0]: [usbFunction(8, 'qmi')],
    },
    composition: { kind: 'bits', factory: diag | nmea | modem | rmnet0 },
    types: [{ number: 1, name: 'Generic', offered: true }],
    bootLoader: { productId: '9050', bcdDevice: '0.00', product: 'AirCard 340U' },
  },
  traits: {
    ...mc7455.traits,
    compositions: [diag | nmea | modem | rmnet0, diag | nmea | modem],
    compositionTypes: [1],
  },
  qmi: {
    needsDtr: false,
    framing: 'either',
    // No list of its services is public: those that later ones alone have are left out.
    services: ['wds', 'dms', 'nas', 'qos', 'wms', 'voice', 'uim', 'pbm', 'wda'],
  },
  details: { rates: { up: 50_000_000, down: 100_000_000 } },
  // Bands 2, 4, 5, 17.
  lteBands: 0x1001an,
  card: { iccid: '89014103270000003400', imsi: '310260000034000' },
};
