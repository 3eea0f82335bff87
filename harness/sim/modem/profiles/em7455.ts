import { compositionBit } from '../composition.ts';
import type { ModemProfile } from '../profile.ts';
import { mc7455 } from './mc7455.ts';

const { diag, nmea, modem, mbim, ubist } = compositionBit;

/** Sierra Wireless AirPrime EM7455: the MC7455 on an M.2 card. */
export const em7455: ModemProfile = {
  ...mc7455,
  id: 'em7455',
  title: 'Sierra Wireless EM7455',
  identity: {
    ...mc7455.identity,
    model: 'EM7455',
    imei: '004401077455034',
    serialNumber: 'LF00000000021020',
  },
  usb: {
    ...mc7455.usb,
    product: 'Sierra Wireless EM7455 Qualcomm® Snapdragon™ X7 LTE-A',
    serialNumber: 'LF00000000021020',
    bootLoader: { ...mc7455.usb.bootLoader, product: 'EM7455-CP' },
  },
};

/** As Lenovo ships it: ids of its own, in low power until FCC authentication (fault F50). */
export const em7455Lenovo: ModemProfile = {
  ...em7455,
  id: 'em7455-lenovo',
  title: 'Sierra Wireless EM7455 from a Lenovo laptop',
  usb: {
    ...em7455.usb,
    productId: '9079',
    bootLoader: { ...em7455.usb.bootLoader, productId: '9078' },
  },
  traits: { ...em7455.traits, fccLocked: true },
};

/** As Dell ships it: Dell's vendor id, MBIM and a serial function more, in low power until FCC authentication. */
export const dw5811e: ModemProfile = {
  ...em7455,
  id: 'dw5811e',
  title: 'Dell DW5811e (Sierra Wireless EM7455B)',
  identity: { ...em7455.identity, model: 'EM7455B' },
  usb: {
    ...em7455.usb,
    vendorId: '413c',
    productId: '81b6',
    product: 'DW5811e Snapdragon™ X7 LTE',
    // UBIST shows no interface of its own in the published descriptors of this composition.
    composition: { kind: 'bits', factory: diag | nmea | modem | mbim | ubist },
    bootLoader: { ...em7455.usb.bootLoader, productId: '81b5', product: 'DW5811e' },
  },
  traits: { ...em7455.traits, fccLocked: true },
};
