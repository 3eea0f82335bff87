import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('packets that do not get through', () => {
  it('F38: a stuck transmit queue', () => {
    expect(diagnosed('[ 99.1] NETDEV WATCHDOG: wwan0 (qmi_wwan): transmit queue 0 timed out').faults).toEqual(
      ['F38'],
    );
  });

  it('F98: connected and dead', () => {
    const d = diagnosed(
      '# uqmi -d /dev/cdc-wdm0 --get-data-status\n"connected"\n5 packets transmitted, 0 packets received, 100% packet loss',
    );
    expect(d).toMatchObject({ rung: 'S9', abstains: true, faults: ['F98'] });
    expect(d.causes[0]?.causes[0]?.confirm).toMatch(/QMI: uqmi .+; MBIM: umbim .+ config/); // each mode's own
  });

  it('F99: larger than the MTU', () => {
    expect(diagnosed('[  339.7] net wwan0: drop skb_len=5b8 larger than mtu=1400')).toMatchObject({
      rung: 'S9',
      abstains: false,
      faults: ['F99'],
    });
  });

  it('F107: a reload stops forwarding for a moment, the link stays', () => {
    const d = diagnosed('I run fw3 reload\nand iperf3 shows a drop on that second');
    expect(d).toMatchObject({ rung: 'S9', faults: ['F107'] });
  });
});
