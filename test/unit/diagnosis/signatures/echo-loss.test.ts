import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const chapDial = `
daemon.notice pppd[100]: pppd 2.4.7 started by root, uid 0
local2.info chat[101]: CONNECT
daemon.info pppd[100]: Serial connection established.
daemon.notice pppd[100]: Connect: 3g-wwan <--> /dev/ttyUSB2
daemon.notice pppd[100]: CHAP authentication succeeded`;
const echoLost = `
daemon.info pppd[100]: No response to 5 echo-requests
daemon.notice pppd[100]: Serial link appears to be disconnected.`;
const wasUp = `
daemon.info pppd[100]: Connect time 12.0 minutes.
daemon.info pppd[100]: Sent 9000 bytes, received 120000 bytes.`;
const end = `
daemon.notice pppd[100]: Connection terminated.
daemon.notice pppd[100]: Modem hangup
daemon.info pppd[100]: Exit.`;

describe('LCP echoes that stop', () => {
  it('is F01 at S7 when no address ever came, with the SIM first among the causes', () => {
    const d = diagnosed(chapDial + echoLost + end);
    expect(d).toMatchObject({ subject: 'modem', rung: 'S7', abstains: false, faults: ['F01'] });
    expect(d.causes[0]?.evidence).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(d.causes[0]?.causes[0]?.title).toContain('SIM is not seated');
    expect(d.causes[0]?.causes[0]?.confirm).toContain('AT+CPIN?');
  });

  it('is F90 at S10 when the link had been up, and leaves the cause open', () => {
    const d = diagnosed(`${chapDial}
daemon.notice pppd[100]: local  IP address 10.64.12.34${echoLost}${wasUp}${end}`);
    expect(d).toMatchObject({ rung: 'S10', abstains: true, faults: ['F90'] });
  });

  it('is F90 also where the log begins in mid-session', () => {
    expect(diagnosed(echoLost + wasUp + end)).toMatchObject({ rung: 'S10', faults: ['F90'] });
  });

  it('knows the cause of F90 when the port is dead afterwards', () => {
    const d = diagnosed(`${echoLost}${wasUp}${end}
daemon.notice netifd: wwan (222): comgt 12:02:15 -> Error @118, line 9, Could not write to COM device. (1)`);
    expect(d).toMatchObject({ rung: 'S10', abstains: false, faults: ['F90'] });
    expect(d.causes[0]?.evidence).toContain(9);
  });

  it('is nothing of a modem over PPPoE', () => {
    const d = diagnosed(`daemon.notice pppd[100]: Connect: pppoe-wan <--> eth0.2
daemon.notice pppd[100]: CHAP authentication succeeded${echoLost}${end}`);
    expect(d).toMatchObject({ subject: 'not-a-modem', rung: null });
    expect(d.faults).not.toContain('F01');
  });

  it('keeps the evidence of two dials apart', () => {
    const good = `
daemon.notice pppd[200]: pppd 2.4.7 started by root, uid 0
daemon.notice pppd[200]: Connect: 3g-wwan <--> /dev/ttyUSB2
daemon.notice pppd[200]: CHAP authentication succeeded
daemon.notice pppd[200]: local  IP address 10.64.12.34`;
    const d = diagnosed(chapDial + good + echoLost + end);
    expect(d.faults).toEqual(['F01']);
    expect(d.causes[0]?.evidence).not.toContain(8);
  });

  it('takes a pid that starts again for a new dial', () => {
    const up = chapDial + '\ndaemon.notice pppd[100]: local  IP address 10.64.12.34';
    const d = diagnosed(up + chapDial + echoLost);
    expect(d.faults).toEqual(['F01']);
  });

  it('asks about a reload only when it was the modem that came up', () => {
    const reload = (of: string): string => `\nuser.notice firewall: Reloading firewall due to ifup of ${of}`;
    expect(diagnosed(reload('lan (br-lan)') + chapDial + echoLost).questions).toEqual([]);
    expect(diagnosed(reload('wwan (3g-wwan)') + echoLost + wasUp).questions).toHaveLength(1);
  });
});
