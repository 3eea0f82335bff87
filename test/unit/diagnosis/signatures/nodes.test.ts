import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const arrival = (interfaceNumber: number, tty: number): string => `
option 1-1:1.${interfaceNumber}: GSM modem (1-port) converter detected
usb 1-1: GSM modem (1-port) converter now attached to ttyUSB${tty}`;

describe('device nodes', () => {
  it('F26: the same interface comes back under another name', () => {
    const d = diagnosed(`${arrival(2, 2)}
usb 1-1: USB disconnect, device number 4${arrival(2, 3)}
chat: Can't open device /dev/ttyUSB2`);
    expect(d).toMatchObject({ rung: 'S2', abstains: false, faults: ['F26'] });
  });

  it('F34: the control node is gone', () => {
    expect(
      diagnosed('root@OpenWrt:~# uqmi -d /dev/cdc-wdm0 --get-data-status\nFailed to open device').faults,
    ).toEqual(['F34']);
    expect(diagnosed('FATAL: cannot open /dev/ttyUSB2: No such file or directory').faults).toEqual(['F34']);
    expect(diagnosed('netifd: wwan (1): The specified control device does not exist').faults).toEqual([
      'F34',
    ]);
  });

  it('F76: the port is taken', () => {
    expect(diagnosed('pppd[1]: Device ttyUSB2 is locked by pid 1234').faults).toEqual(['F76']);
    expect(diagnosed('picocom: cannot open /dev/ttyUSB2: Device or resource busy').faults).toContain('F76');
    expect(diagnosed('nl80211: Could not set channel: Device or resource busy').faults).toEqual([]);
    expect(diagnosed('pppd[9]: Removed stale lock on ttyUSB2 (pid 8539)').faults).toEqual([]);
  });
});
