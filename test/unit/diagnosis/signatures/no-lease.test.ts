import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const up = `netifd: wwan (1): Starting network wwan
netifd: Interface 'wwan_4' is setting up now
`;
const discover = 'netifd: wwan_4 (2): udhcpc: sending discover\n';

describe('a session without an address', () => {
  it('F82 and F39 when discover after discover goes unanswered', () => {
    const d = diagnosed(up + discover.repeat(4));
    expect(d).toMatchObject({ rung: 'S8', abstains: false });
    expect(d.faults[0]).toBe('F82');
    expect(d.faults).toContain('F39');
  });

  it('names nothing after a single discover', () => {
    expect(diagnosed(up + discover)).toMatchObject({ rung: 'S8', abstains: true });
  });

  it('F82: dhclient gives up', () => {
    expect(diagnosed('dhclient -1 -v wwan0\nNo DHCPOFFERS received.').faults).toEqual(['F82']);
  });

  it('is silent when the lease came, or when it is another interface', () => {
    expect(
      diagnosed(
        `${up}${discover.repeat(4)}netifd: wwan_4 (2): udhcpc: lease of 10.0.0.2 obtained from 10.0.0.1`,
      ),
    ).toMatchObject({ subject: 'healthy', faults: [] });
    expect(diagnosed('netifd: wan (2): udhcpc: sending discover\n'.repeat(5)).faults).toEqual([]);
  });
});
