import { describe, expect, it } from '@jest/globals';
import { seconds } from '../../../../../harness/core/units.ts';
import { pppdExit } from '../../../../../harness/sim/router/ppp/pppd.ts';
import { createPppRig } from './rig.ts';
import { up2018, current, up2024, chapLines, tail, traces } from './sessions.ts';

describe('a dial that fails', () => {
  it('reads like the seed thread where the data session is never granted', async () => {
    const rig = createPppRig({ simless: true });
    const status = await rig.drive(() => rig.dial().exited);
    expect(status).toBe(pppdExit.peerDead);
    expect(rig.lines()).toEqual([
      ...up2018,
      ...chapLines,
      'pppd: No response to 5 echo-requests',
      'pppd: Serial link appears to be disconnected.',
      'pppd: Connection terminated.',
      'pppd: Modem hangup',
      'pppd: Exit.',
    ]);
    expect(rig.ups).toEqual([]);
    expect(rig.downs).toBe(0);
  });

  it('reads like release 2.5 there', async () => {
    const rig = createPppRig({ ...current, simless: true });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.peerDead);
    expect(tail(rig, up2024)).toEqual([
      ...chapLines,
      'pppd: No response to 5 echo-requests',
      'pppd: Serial link appears to be disconnected.',
      'pppd: Connection terminated.',
      'pppd: Exit.',
    ]);
  });

  it('gives up IPCP after half a minute where no echoes are sent', async () => {
    const rig = createPppRig({ simless: true });
    const echo = { failures: 0, intervalMs: 1_000, adaptive: false };
    expect(await rig.drive(() => rig.dial({ echo }).exited)).toBe(pppdExit.negotiationFailed);
    expect(tail(rig, up2018)).toEqual([
      ...chapLines,
      'pppd: IPCP: timeout sending Config-Requests',
      'pppd: Connection terminated.',
      'pppd: Modem hangup',
      'pppd: Exit.',
    ]);
  });

  it('tells of refused credentials', async () => {
    const rig = createPppRig({ ...current, refusesCredentials: true });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.authToPeerFailed);
    expect(tail(rig, up2024)).toEqual([
      'pppd: CHAP authentication failed: Authentication failed',
      'pppd: CHAP authentication failed',
      'pppd: Connection terminated.',
      'pppd: Exit.',
    ]);
  });

  it('tells of refused credentials with PAP', async () => {
    const rig = createPppRig({ ...current, refusesCredentials: true, authentication: 'pap' });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.authToPeerFailed);
    expect(tail(rig, up2024).slice(0, 2)).toEqual([
      'pppd: Remote message: Authentication failed',
      'pppd: PAP authentication failed',
    ]);
  });

  it('is ended by the modem where the APN is wrong', async () => {
    const rig = createPppRig({ apn: 'wrong.example', carrierDetect: true });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.hangup);
    expect(tail(rig, up2018)).toEqual([
      ...chapLines,
      'pppd: LCP terminated by peer (No network service)',
      'pppd: Modem hangup',
      'pppd: Connection terminated.',
      'pppd: Exit.',
    ]);
    expect(rig.ends).toEqual(['refused']);
    expect(traces(rig)).toContain('data session refused, cause 27');
  });

  it('stops at NO CARRIER', async () => {
    const answer = (command: string): string | undefined =>
      command.startsWith('ATD') ? '\r\nNO CARRIER\r\n' : undefined;
    const rig = createPppRig({ answer });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.connectFailed);
    expect(rig.lines().slice(-6)).toEqual([
      'chat: ATD*99***1#^M^M',
      'chat: NO CARRIER',
      'chat:  -- failed',
      'chat: Failed (NO CARRIER)',
      'pppd: Connect script failed',
      'pppd: Exit.',
    ]);
  });

  it('waits its 30 s for a port that went mute', async () => {
    const rig = createPppRig({ answer: (command) => (command.startsWith('AT+CGDCONT') ? null : undefined) });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.connectFailed);
    expect(rig.lines().slice(-5)).toEqual([
      'chat: ^M',
      'chat: alarm',
      'chat: Failed',
      'pppd: Connect script failed',
      'pppd: Exit.',
    ]);
    expect(rig.clock.now()).toBe(seconds(32));
  });

  it('gives up LCP where nobody speaks PPP', async () => {
    const answer = (command: string): string | undefined =>
      command.startsWith('ATD') ? '\r\nCONNECT\r\n' : undefined;
    const rig = createPppRig({ answer });
    expect(await rig.drive(() => rig.dial().exited)).toBe(pppdExit.negotiationFailed);
    expect(tail(rig, up2018)).toEqual([
      'pppd: LCP: timeout sending Config-Requests',
      'pppd: Connection terminated.',
      'pppd: Modem hangup',
      'pppd: Exit.',
    ]);
  });

  it('says which device is not there', async () => {
    const rig = createPppRig();
    expect(await rig.drive(() => rig.dial({ port: undefined }).exited)).toBe(pppdExit.openFailed);
    expect(rig.lines().slice(1)).toEqual([
      'pppd: Failed to open /dev/ttyUSB2: No such file or directory',
      'pppd: Exit.',
    ]);
  });

  it('says as pppd 2.4.9 did of a cdc-wdm0 that its device is no terminal', async () => {
    const rig = createPppRig();
    const device = '/dev/cdc-wdm0';
    expect(await rig.drive(() => rig.dial({ port: undefined, device }).exited)).toBe(pppdExit.fatal);
    expect(rig.lines().slice(1)).toEqual([
      'pppd: tcgetattr: Inappropriate ioctl for device (line 975)',
      'pppd: Exit.',
    ]);
  });

  it('is interrupted by a signal', async () => {
    const rig = createPppRig({ answer: () => null });
    const status = await rig.drive(async () => {
      const pppd = rig.dial();
      await rig.clock.sleep(seconds(3));
      pppd.signal(15);
      return pppd.exited;
    });
    expect(status).toBe(pppdExit.userRequest);
    expect(rig.lines().slice(-4)).toEqual([
      'pppd: Terminating on signal 15',
      'chat: SIGTERM',
      'pppd: Connect script failed',
      'pppd: Exit.',
    ]);
    expect([...rig.processes]).toEqual([]);
  });
});
