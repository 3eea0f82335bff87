import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('a modem in its boot loader', () => {
  it.each([
    'Bus 001 Device 002: ID 1199:9070 Sierra Wireless, Incorporated MC7455-CP',
    'usb 1-2: New USB device found, idVendor=1199, idProduct=9090, bcdDevice= 0.00',
    'P:  Vendor=413c ProdID=81b5 Rev= 0.06\nBus 001 Device 002: ID 413c:81b5 Dell',
  ])('F10: %s', (text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S1', abstains: false, faults: ['F10'] });
  });

  it('F11 when it comes and goes, with the trigger left open', () => {
    const round = (n: number): string => `
usb 1-1.3: new high-speed USB device number ${n} using ci_hdrc
usb 1-1.3: New USB device found, idVendor=1199, idProduct=9070
usb 1-1.3: Qualcomm USB modem converter now attached to ttyUSB0
usb 1-1.3: USB disconnect, device number ${n}`;
    expect(diagnosed(round(23) + round(24))).toMatchObject({ rung: 'S1', abstains: true, faults: ['F11'] });
  });

  it('F12, F13, F14 by their names', () => {
    expect(diagnosed('usb 3-1.3: Product: QHSUSB__BULK').faults).toEqual(['F12']);
    expect(diagnosed('usb 1-1: New USB device found, idVendor=05c6, idProduct=9008').faults).toEqual(['F13']);
    expect(
      diagnosed('Bus 001 Device 005: ID 18d1:d00d Google Inc. Android Bootloader Interface').faults,
    ).toEqual(['F14']);
  });

  it('is silent about the application ids', () => {
    expect(diagnosed('Bus 001 Device 002: ID 1199:9071 Sierra Wireless').faults).toEqual([]);
  });
});
