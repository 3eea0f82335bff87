import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('data sessions', () => {
  it('F77: No effect', () => {
    const d = diagnosed(
      'netifd: wan (2704): Starting network internet\nnetifd: wan (2704): Unable to connect IPv4\n"No effect"',
    );
    expect(d).toMatchObject({ rung: 'S7', abstains: false, faults: ['F77'] });
  });

  it('F78: refused, without a reason', () => {
    expect(
      diagnosed('netifd: wwan (1): Starting network wwan\nnetifd: wwan (1): Unable to connect IPv4'),
    ).toMatchObject({
      rung: 'S7',
      abstains: true,
      faults: ['F78'],
    });
  });

  it.each([
    [27, 'unknown or missing APN'],
    [33, 'not subscribed'],
    [50, 'another PDP type'],
    [29, 'authentication'],
  ])('F78 with 3GPP cause %d says what it means', (code, meaning) => {
    const d = diagnosed(`couldn't start network: QMI protocol error (14): 'CallFailed'
verbose call end reason (6,${code}): [3gpp] something`);
    expect(d).toMatchObject({ rung: 'S7', abstains: false, faults: ['F78'] });
    expect(d.causes[0]?.title).toContain(meaning);
    expect(d.causes[0]?.causes).toHaveLength(1);
  });

  it('F79: nwerror is hexadecimal', () => {
    const d = diagnosed(
      'netifd: wwan (1):   activationstate: 0003 - deactivated\nnetifd: wwan (1):   nwerror: 0021 - x\nnetifd: wwan (1): mbim[1] Failed to connect bearer',
    );
    expect(d).toMatchObject({ rung: 'S7', abstains: false, faults: ['F79'] });
    expect(d.causes[0]?.title).toContain('cause 33');
  });

  it('F80: connected, sent, nothing received', () => {
    const d = diagnosed(
      '"connected"\nwwan0     Link encap:UNSPEC\n  RX packets:0 errors:0\n  TX packets:120 errors:0',
    );
    expect(d).toMatchObject({ rung: 'S9', abstains: true, faults: ['F80'] });
  });
});
