import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const session = (...lines: string[]): string =>
  ['pppd 2.4.7 started by root, uid 0', ...lines, 'Exit.']
    .map((line) => `daemon.info pppd[7]: ${line}`)
    .join('\n');
const connect = ['Serial connection established.', 'Connect: 3g-wwan <--> /dev/ttyUSB2'];

describe('from the dial to an address', () => {
  it('F70: NO CARRIER', () => {
    const d = diagnosed(`daemon.notice pppd[7]: pppd 2.4.7 started by root, uid 0
local2.info chat[8]: abort on (NO CARRIER)
local2.info chat[8]: send (ATD*99***1#^M)
local2.info chat[8]: NO CARRIER
local2.info chat[8]: Failed (NO CARRIER)
daemon.err pppd[7]: Connect script failed`);
    expect(d).toMatchObject({ rung: 'S7', abstains: true, faults: ['F70'] });
    expect(d.causes[0]?.evidence).not.toContain(2);
  });

  it('F73: CONNECT and then silence', () => {
    expect(diagnosed(session(...connect, 'LCP: timeout sending Config-Requests')).faults).toEqual(['F73']);
  });

  it('F74: refused', () => {
    expect(diagnosed(session(...connect, 'CHAP authentication failed: Authentication failed'))).toMatchObject(
      {
        rung: 'S7',
        abstains: false,
        faults: ['F74'],
      },
    );
  });

  it('F75 at S8: IPCP times out; at S7: hung up before it began', () => {
    expect(
      diagnosed(
        session(...connect, 'CHAP authentication succeeded', 'IPCP: timeout sending Config-Requests'),
      ),
    ).toMatchObject({ rung: 'S8', faults: ['F75'] });
    expect(
      diagnosed(
        session(...connect, 'CHAP authentication succeeded', 'LCP terminated by peer', 'Modem hangup'),
      ),
    ).toMatchObject({ rung: 'S7', abstains: true, faults: ['F75'] });
  });

  it('says nothing of a failed login over PPPoE', () => {
    const d = diagnosed(`daemon.info pppd[7]: Plugin rp-pppoe.so loaded.
daemon.info pppd[7]: PAP authentication failed`);
    expect(d.faults).not.toContain('F74');
    expect(d.subject).toBe('not-a-modem');
  });
});
