import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('a modem that finds no SIM', () => {
  it.each([
    'AT+CPIN?\n+CME ERROR: SIM not inserted',
    'AT+CPIN?\n+CME ERROR: 10',
    '+CPIN: NOT INSERTED',
    '+QSIMSTAT: 0,0',
    'netifd: wwan (1):   readystate: 0002 - sim-not-inserted',
    'netifd: wwan (1): PIN status failed (sim_not_present)',
    'root@OpenWrt:~# uqmi -d /dev/cdc-wdm0 --uim-get-sim-state\n{\n}',
    'Status | state: failed\n       | failed reason: sim-missing',
  ])('F40: %s', (text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S4', abstains: false, faults: ['F40'] });
  });

  it('explains the illegal state that the router makes of it', () => {
    const text =
      'netifd: wwan (1): SIM in illegal state - Power-cycling SIM\n# uqmi -d /dev/cdc-wdm0 --uim-get-sim-state\n{}';
    expect(diagnosed(text).faults).toEqual(['F40']);
  });

  it('is sure of less when mbim.sh only says that the subscriber is not ready', () => {
    expect(diagnosed('netifd: wwan (6231): mbim[6231] Subscriber init failed')).toMatchObject({
      rung: 'S4',
      abstains: true,
      faults: ['F40'],
    });
  });

  it('F48 when it went away while the link was up', () => {
    expect(diagnosed('netifd: wwan (1): Setting up wwan0\n+CME ERROR: SIM not inserted').faults).toEqual([
      'F48',
    ]);
  });

  it('is silent once the SIM is ready, and about questions', () => {
    expect(diagnosed('+CME ERROR: SIM not inserted\nAT!RESET\n+CPIN: READY').faults).toEqual([]);
    expect(diagnosed('Could it be that the SIM is missing?\nAT+CPIN?\n+CPIN: READY').faults).toEqual([]);
  });
});
