import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('USB below the drivers', () => {
  it.each([
    ['F17', 'hub 1-0:1.0: port 1 disabled by hub (EMI?), re-enabling...\nusb 1-1: USB disconnect, address 2'],
    ['F18', 'usb 1-1.1: device descriptor read/64, error -71'],
    ['F18', "usb 1-1.1: can't set config #1, error -71\nusb 1-1.1: USB disconnect, device number 11"],
    [
      'F18',
      'usb 1-1: device not accepting address 9, error -71\nusb usb1-port1: unable to enumerate USB device',
    ],
    ['F19', 'usb 4-1: device descriptor read/64, error -110\nusb usb4-port1: attempt power cycle'],
    ['F21', '[ 33.1] Under-voltage detected! (0x00050005)'],
    ['F22', 'usb usb1-port1: over-current change #2'],
    ['F24', 'dwc2 1e101000.usb: Not connected\nusb 1-1: USB disconnect, device number 13'],
    ['F24', 'xhci-hcd xhci-hcd.0.auto: HC died; cleaning up'],
  ])('%s: %s', (fault, text) => {
    expect(diagnosed(text)).toMatchObject({ subject: 'modem', abstains: false, faults: [fault] });
  });
});
