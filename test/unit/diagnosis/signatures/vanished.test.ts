import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const NETIFD = `Sun Nov 29 13:48:35 2026 daemon.notice netifd: Network device '3g-wwan' link is down
Sun Nov 29 13:48:35 2026 daemon.notice netifd: Interface 'wwan' is now down
Sun Nov 29 13:48:35 2026 daemon.notice netifd: Interface 'wwan' is setting up now
`;

/** As pppd 2.4.9 logged it on a router where a script killed it. */
const session = (pid: number, lock = ''): string =>
  `Sun Nov 29 13:48:29 2026 daemon.notice pppd[${pid}]: pppd 2.4.9 started by root, uid 0
${lock}Sun Nov 29 13:48:32 2026 daemon.info pppd[${pid}]: Serial connection established.
Sun Nov 29 13:48:32 2026 daemon.info pppd[${pid}]: Using interface 3g-wwan
Sun Nov 29 13:48:32 2026 daemon.notice pppd[${pid}]: Connect: 3g-wwan <--> /dev/ttyUSB2
Sun Nov 29 13:48:33 2026 daemon.notice pppd[${pid}]: local  IP address 10.64.12.34
Sun Nov 29 13:48:33 2026 daemon.notice pppd[${pid}]: remote IP address 10.64.64.64
Sun Nov 29 13:48:34 2026 daemon.notice netifd: Interface 'wwan' is now up
`;
const stale = (pid: number, of: number): string =>
  `Sun Nov 29 13:48:39 2026 daemon.notice pppd[${pid}]: Removed stale lock on ttyUSB2 (pid ${of})\n`;
const say = (pid: number, words: string): string =>
  `Sun Nov 29 13:48:34 2026 daemon.info pppd[${pid}]: ${words}\n`;

describe('a pppd that is gone without a word', () => {
  it('is named where its successor finds its lock', () => {
    const d = diagnosed(session(344) + NETIFD + session(373, stale(373, 344)));
    expect(d).toMatchObject({ rung: 'S10', abstains: false, faults: ['F111'] });
    expect(d.causes[0]?.causes[0]?.title).toContain('kill -9');
  });

  it('is named before it had an address, too', () => {
    const early = session(344).replace(/^.*(?:local|remote|is now up).*\n/gm, '');
    const d = diagnosed(early + NETIFD + early.replaceAll('344', '373') + stale(373, 344));
    expect(d).toMatchObject({ rung: 'S7', abstains: false, faults: ['F111'] });
  });

  it('is named without a lock where that happened more than once', () => {
    const twice = session(1) + NETIFD + session(2) + NETIFD + session(3);
    expect(diagnosed(twice)).toMatchObject({ abstains: false, faults: ['F111'] });
    expect(diagnosed(session(1) + NETIFD + session(2)).faults).not.toContain('F111');
  });

  it.each([
    // netifd waits five seconds for pppd's end and kills it then: its lock stays, and it has said why.
    ['netifd ordered', say(344, 'Terminating on signal 15') + say(344, 'Connection terminated.')],
    ['its peer ended', say(344, 'LCP terminated by peer')],
    ['its line ended', say(344, 'Modem hangup')],
    [
      'the router restarted',
      'kern.notice kernel: [    0.000000] Linux version 5.15.150 (builder@buildhost)\n',
    ],
  ])('is not one that %s', (_how, words) => {
    const log = session(344) + words + NETIFD + session(373, stale(373, 344));
    expect(diagnosed(log).faults).not.toContain('F111');
  });

  it('is none while it is still there, on another port, or where the kernel says why', () => {
    expect(diagnosed(session(344)).faults).toEqual([]);
    const other = session(373).replaceAll('ttyUSB2', 'ttyUSB6').replaceAll('wwan', 'wwan2');
    expect(diagnosed(session(344) + other + NETIFD).faults).not.toContain('F111');
    const oom = 'kern.err kernel: [  61.1] Out of memory: Killed process 344 (pppd) total-vm:3364kB\n';
    expect(diagnosed(session(344) + oom + NETIFD + session(373, stale(373, 344))).faults).toEqual(['F113']);
  });
});
