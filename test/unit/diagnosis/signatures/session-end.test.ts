import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('sessions that end', () => {
  it('F91: the peer ends PPP', () => {
    const d = diagnosed(`pppd[7]: Connect: 3g-wwan <--> /dev/ttyUSB2
pppd[7]: local  IP address 10.0.0.2
pppd[7]: LCP terminated by peer
pppd[7]: Connect time 700.0 minutes.
pppd[7]: Modem hangup`);
    expect(d).toMatchObject({ rung: 'S10', abstains: true, faults: ['F91'] });
  });

  it('F92: released and back again; neither weak signal nor a fault of the modem', () => {
    const d = diagnosed(`Thu Feb 23 21:02:36 2023 user.notice uqmi_d: Modem disconnected
Thu Feb 23 21:02:36 2023 daemon.notice netifd: Interface '4G' has lost the connection
Thu Feb 23 21:02:36 2023 user.notice uqmi_d: IPv4 re-connected
Thu Feb 23 21:02:36 2023 daemon.notice netifd: Interface '4G' is now up`);
    expect(d).toMatchObject({ subject: 'modem', rung: 'S10', faults: ['F92'] });
  });

  it('F92 is certain when it happens once a day', () => {
    const drop = (day: number): string =>
      `Thu Feb ${day} 04:02:36 2023 daemon.notice netifd: Interface 'wwan' has lost the connection\n`;
    const d = diagnosed(drop(20) + drop(21) + drop(22));
    expect(d.causes[0]).toMatchObject({ fault: 'F92', confidence: 0.95 });
    expect(d.causes[0]?.title).toContain('every 24 h');
  });

  it.each([
    ['F93', '(3,1077): [cm] pdp-inactive-timeout'],
    ['F95', '(3,1028): [cm] emm-detached'],
    ['F96', '(6,36): [3gpp] regular-deactivation'],
  ])('%s: %s', (fault, reason) => {
    const d = diagnosed(`<info> [modem0/bearer1] verbose call end reason ${reason}
<info> [modem0] state changed (connected -> registered)`);
    expect(d).toMatchObject({ rung: 'S10', abstains: false, faults: [fault] });
  });

  it('F97: a crash, its trigger open', () => {
    expect(diagnosed('AT!GCDUMP\nSrc: FatalError\nFile: lte_ml1_schdlr2_stm.c\nLine: 1265')).toMatchObject({
      rung: 'S10',
      abstains: true,
      faults: ['F97'],
    });
  });

  it('says nothing when the host hung up', () => {
    const d = diagnosed(`pppd[7]: Connect: 3g-wwan <--> /dev/ttyUSB2
pppd[7]: local  IP address 10.0.0.2
pppd[7]: Terminating on signal 15
pppd[7]: Connect time 0.9 minutes.
pppd[7]: Modem hangup`);
    expect(d).toMatchObject({ subject: 'healthy', faults: [] });
  });
});
