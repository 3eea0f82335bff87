import { describe, expect, it } from '@jest/globals';

import { hours, minutes, seconds } from '../../../../../harness/core/units.ts';
import { decodeEcho, encodeEcho } from '../../../../../harness/protocols/ip/icmp.ts';
import { pppdExit, type Pppd } from '../../../../../harness/sim/router/ppp/pppd.ts';
import { createPppRig, type PppRig, type RigOptions } from './rig.ts';

/** What chat says until the modem connects. */
const dialled = (apn: string): string[] =>
  [
    'abort on (BUSY)',
    'abort on (NO CARRIER)',
    'abort on (ERROR)',
    'report (CONNECT)',
    'timeout set to 10 seconds',
    'send (AT&F^M)',
    'expect (OK)',
    'AT&F^M^M',
    'OK',
    ' -- got it',
    'send (ATE1^M)',
    'expect (OK)',
    '^M',
    'ATE1^M^M',
    'OK',
    ' -- got it',
    `send (AT+CGDCONT=1,"IP","${apn}"^M)`,
    'timeout set to 30 seconds',
    'expect (OK)',
    '^M',
    `AT+CGDCONT=1,"IP","${apn}"^M^M`,
    'OK',
    ' -- got it',
    'send (ATD*99***1#^M)',
    'expect (CONNECT)',
    '^M',
    'ATD*99***1#^M^M',
    'CONNECT',
    ' -- got it',
    'send ( ^M)',
  ].map((line) => `chat: ${line}`);

const up2018 = [
  'pppd: pppd 2.4.7 started by root, uid 0',
  ...dialled('epc.tmobile.com'),
  'pppd: Serial connection established.',
  'kernel: 3g-modem: renamed from ppp0',
  'pppd: Using interface 3g-modem',
  'pppd: Connect: 3g-modem <--> /dev/ttyUSB2',
];

const current: RigOptions = { version: '2.5.2', adaptive: true, interfaceName: '3g-wwan' };
const up2024 = [
  'pppd: pppd 2.5.2 started by root, uid 0',
  ...dialled('epc.tmobile.com'),
  'pppd: Serial connection established.',
  'pppd: Using interface 3g-wwan',
  'pppd: Connect: 3g-wwan <--> /dev/ttyUSB2',
];
const chapLines = ['pppd: CHAP authentication succeeded', 'pppd: CHAP authentication succeeded'];
const rejected = "pppd: Protocol-Reject for unsupported protocol 'IPv6' (0x57)";

/** The log after dialling, without addresses of its own choice. */
function tail(rig: PppRig, from: readonly string[]): string[] {
  return rig
    .lines()
    .slice(from.length)
    .map((line) => line.replace(/local  IP address 10\.[0-9.]+$/, 'local  IP address LOCAL'));
}

const addresses = [
  'pppd: local  IP address LOCAL',
  'pppd: remote IP address 10.64.64.64',
  'pppd: primary   DNS address 8.8.8.8',
  'pppd: secondary DNS address 8.8.4.4',
];

async function untilUp(rig: PppRig): Promise<void> {
  for (let i = 0; i < 100 && rig.ups.length === 0; i++) await rig.clock.sleep(100);
  expect(rig.ups).toHaveLength(1);
}

/** Dials, lets `meanwhile` happen once the link is up, and waits for the exit. */
async function session(rig: PppRig, meanwhile: (pppd: Pppd) => Promise<void>): Promise<number> {
  return rig.drive(async () => {
    const pppd = rig.dial();
    await untilUp(rig);
    await meanwhile(pppd);
    return pppd.exited;
  });
}

const traces = (rig: PppRig): string[] =>
  rig.events
    .filter(({ source, kind }) => source === 'modem' && kind === 'ppp')
    .map(({ data }) => (data as { text: string }).text);

describe('a session of pppd with a modem', () => {
  it('comes up with CHAP and is ended by ifdown, as in 2018', async () => {
    const rig = createPppRig();
    const status = await session(rig, async (pppd) => {
      await rig.clock.sleep(seconds(54));
      pppd.signal(15);
    });
    expect(status).toBe(pppdExit.userRequest);
    expect(rig.lines().slice(0, up2018.length)).toEqual(up2018);
    expect(tail(rig, up2018)).toEqual([
      ...chapLines,
      ...addresses,
      'pppd: Terminating on signal 15',
      'pppd: Connect time 0.9 minutes.',
      'pppd: Sent 0 bytes, received 0 bytes.',
      'pppd: Connection terminated.',
      'pppd: Modem hangup',
      'pppd: Exit.',
    ]);
    expect(rig.downs).toBe(1);
    expect([...rig.processes]).toEqual([]);
    expect([...rig.files]).toEqual([]);
  });

  it('comes up with CHAP and is ended by ifdown, as in 2024', async () => {
    const rig = createPppRig(current);
    await session(rig, async (pppd) => {
      await rig.clock.sleep(seconds(50));
      pppd.signal(15);
      await pppd.linkEnded;
    });
    expect(rig.lines().slice(0, up2024.length)).toEqual(up2024);
    expect(tail(rig, up2024)).toEqual([
      ...chapLines,
      ...addresses,
      rejected,
      rejected,
      'pppd: Terminating on signal 15',
      'pppd: Connect time 0.9 minutes.',
      'pppd: Sent 76 bytes, received 0 bytes.',
      'pppd: Connection terminated.',
      'pppd: Exit.',
    ]);
    expect(traces(rig)).toEqual([
      'LCP nak/rej 07020802',
      'LCP opened, auth chap',
      'LCP up accm 0',
      'CHAP response from "web"',
      'data session requested',
      'protocol-reject 8057',
      'IPCP acked',
      expect.stringMatching(/^IPCP up 10\./),
      'protocol-reject 57',
      'protocol-reject 57',
      'LCP TermReq User request',
    ]);
  });

  it('writes facility and priority of each line', async () => {
    const rig = createPppRig();
    await session(rig, (pppd) => Promise.resolve(pppd.signal(15)));
    const priorityOf = (text: string): string[] =>
      rig.log.filter((line) => line.includes(text)).map((line) => line.split(' ')[0] as string);
    expect(priorityOf('started by root')).toEqual(['daemon.notice']);
    expect(priorityOf('send (ATE1')).toEqual(['local2.info']);
    expect(priorityOf('Serial connection established.')).toEqual(['daemon.info']);
    expect(priorityOf('renamed from')).toEqual(['kern.info']);
    expect(priorityOf('CHAP authentication succeeded')).toEqual(['daemon.info', 'daemon.notice']);
    expect(priorityOf('Terminating on signal')).toEqual(['daemon.info']);
  });

  it('comes up with PAP', async () => {
    const rig = createPppRig({ authentication: 'pap' });
    await session(rig, (pppd) => Promise.resolve(pppd.signal(15)));
    expect(tail(rig, up2018).slice(0, 2)).toEqual([
      'pppd: PAP authentication succeeded',
      'pppd: local  IP address LOCAL',
    ]);
  });

  it('rejects authentication without a user name, and the modem goes on without', async () => {
    const rig = createPppRig({ ...current, user: '' });
    await session(rig, (pppd) => Promise.resolve(pppd.signal(15)));
    expect(tail(rig, up2024).slice(0, 4)).toEqual(addresses);
    expect(traces(rig).slice(0, 4)).toEqual([
      'LCP nak/rej 0305c2230507020802',
      'auth option rejected, going on without',
      'LCP opened, auth none',
      'LCP up accm 0',
    ]);
  });

  it('carries packets both ways and counts them', async () => {
    const rig = createPppRig();
    await session(rig, async (pppd) => {
      for (let seq = 0; seq < 3; seq++) {
        expect(pppd.send(ping(rig, seq))).toBe(true);
        await rig.clock.sleep(seconds(1));
      }
      expect(pppd.counters).toEqual({ sent: 252, received: 252 });
      pppd.signal(15);
    });
    expect(rig.packets.map((packet) => decodeEcho(packet))).toEqual(
      [0, 1, 2].map((seq) => expect.objectContaining({ type: 'reply', source: '8.8.8.8', ttl: 58, seq })),
    );
    expect(rig.log).toContainEqual(expect.stringContaining('Sent 252 bytes, received 252 bytes.'));
  });
});

function ping(rig: PppRig, seq: number): Uint8Array {
  const { local } = rig.ups[0] as { local: string };
  const payload = new Uint8Array(56);
  return encodeEcho({ type: 'request', source: local, destination: '8.8.8.8', ttl: 64, id: 7, seq, payload });
}

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

describe('a session that drops', () => {
  it('ends five seconds after echo replies stop', async () => {
    let lostAt = Infinity;
    const rig = createPppRig({ echo: (now) => now < lostAt });
    const status = await session(rig, async () => {
      await rig.clock.sleep(minutes(2));
      lostAt = rig.clock.now();
    });
    expect(status).toBe(pppdExit.peerDead);
    expect(rig.clock.now() - lostAt).toBeGreaterThan(seconds(5));
    expect(rig.clock.now() - lostAt).toBeLessThan(seconds(8));
    expect(rig.lines().slice(-7)).toEqual([
      'pppd: No response to 5 echo-requests',
      'pppd: Serial link appears to be disconnected.',
      expect.stringMatching(/^pppd: Connect time 2\.[01] minutes\.$/),
      'pppd: Sent 0 bytes, received 0 bytes.',
      'pppd: Connection terminated.',
      'pppd: Modem hangup',
      'pppd: Exit.',
    ]);
    expect(traces(rig).filter((text) => text === 'withholding echo-reply')).toHaveLength(1);
  });

  it('holds without echo replies while data flows, if echoes are adaptive', async () => {
    let lostAt = Infinity;
    const rig = createPppRig({ ...current, echo: (now) => now < lostAt });
    await session(rig, async (pppd) => {
      lostAt = rig.clock.now();
      for (let seq = 0; seq < 60; seq++) {
        pppd.send(ping(rig, seq));
        await rig.clock.sleep(seconds(0.9));
      }
      expect(rig.downs).toBe(0);
    });
    expect(rig.lines()).toContain('pppd: No response to 5 echo-requests');
  });

  it('ends when the router starves pppd for longer than its patience', async () => {
    const starve = async (forMs: number, policy: RigOptions): Promise<number> => {
      const rig = createPppRig(policy);
      await session(rig, async (pppd) => {
        await rig.clock.sleep(seconds(10));
        Object.assign(rig.machine, { starvedUntil: rig.clock.now() + forMs });
        await rig.clock.sleep(seconds(30));
        pppd.signal(15);
      });
      return rig.lines().filter((line) => line.includes('No response to 5')).length;
    };
    expect(await starve(seconds(4), {})).toBe(0);
    expect(await starve(seconds(8), {})).toBe(1);
  });

  it('lets data through while it is starved', async () => {
    const rig = createPppRig({ ...current });
    await session(rig, async (pppd) => {
      Object.assign(rig.machine, { starvedUntil: rig.clock.now() + seconds(20) });
      for (let seq = 0; seq < 20; seq++) {
        pppd.send(ping(rig, seq));
        await rig.clock.sleep(seconds(0.9));
      }
      pppd.signal(15);
    });
    expect(rig.packets).toHaveLength(20);
    expect(rig.lines()).not.toContain('pppd: No response to 5 echo-requests');
  });

  it('ends when the modem is unplugged', async () => {
    const rig = createPppRig(current);
    const status = await session(rig, async () => {
      await rig.clock.sleep(seconds(12));
      rig.unplug();
    });
    expect(status).toBe(pppdExit.hangup);
    expect(tail(rig, up2024).slice(-5)).toEqual([
      'pppd: Modem hangup',
      'pppd: Connect time 0.2 minutes.',
      'pppd: Sent 76 bytes, received 0 bytes.',
      'pppd: Connection terminated.',
      'pppd: Exit.',
    ]);
    expect(rig.downs).toBe(1);
  });

  it('ends the dial when the modem is unplugged before it answers', async () => {
    const rig = createPppRig({ answer: () => null });
    const status = await rig.drive(async () => {
      const pppd = rig.dial();
      await rig.clock.sleep(seconds(3));
      rig.unplug();
      return pppd.exited;
    });
    expect(status).toBe(pppdExit.connectFailed);
    expect(rig.lines().slice(-2)).toEqual(['pppd: Connect script failed', 'pppd: Exit.']);
  });

  it.each([true, false])(
    'ends when the network drops the bearer (carrier detect: %s)',
    async (carrierDetect) => {
      const faults = [{ kind: 'bearer.drop', meanMs: minutes(10) } as const];
      const rig = createPppRig({ faults, carrierDetect });
      expect(await session(rig, () => Promise.resolve())).toBe(pppdExit.hangup);
      expect(rig.ends).toEqual(['released']);
      expect(rig.lines()).toContain('pppd: LCP terminated by peer (Network released the session)');
      expect(rig.downs).toBe(1);
      expect(rig.events.filter(({ source }) => source === 'fault')).toHaveLength(1);
    },
  );

  it('leaves its lock behind when it is killed, and the next one removes it', async () => {
    const rig = createPppRig();
    const killed = await session(rig, (pppd) => Promise.resolve(pppd.signal(9)));
    expect(killed).toBe(pppdExit.killed);
    expect(rig.files.get('/var/lock/LCK..ttyUSB2')).toBe('      5237\n');
    expect(rig.lines().at(-1)).toMatch(/secondary DNS/);
    const before = rig.log.length;
    await rig.drive(async () => {
      const next = rig.dial();
      await rig.clock.sleep(seconds(20));
      const third = rig.dial();
      expect(await third.exited).toBe(pppdExit.lockFailed);
      next.signal(15);
      await next.exited;
    });
    const lines = rig.lines().slice(before);
    expect(lines[1]).toBe('pppd: Removed stale lock on ttyUSB2 (pid 5237)');
    expect(lines).toContain('pppd: Device ttyUSB2 is locked by pid 5239');
    expect(rig.files.size).toBe(0);
  });

  it('is not disturbed by noise on the line', async () => {
    const rig = createPppRig();
    const clean = rig.toHost;
    let writes = 0;
    rig.toHost = (bytes) => {
      writes++;
      const damaged = bytes.slice();
      if (rig.ups.length > 0 && writes % 4 === 0) damaged[5] = (damaged[5] ?? 0) ^ 0x55;
      clean(damaged);
    };
    await session(rig, async (pppd) => {
      await rig.clock.sleep(minutes(5));
      expect(rig.downs).toBe(0);
      pppd.signal(15);
    });
    expect(writes).toBeGreaterThan(200);
  });
});

describe('a long session', () => {
  it('holds for two hours of an echo and a ping a second', async () => {
    const rig = createPppRig();
    await session(rig, async (pppd) => {
      const end = rig.clock.now() + hours(2);
      for (let seq = 0; rig.clock.now() < end; seq++) {
        pppd.send(ping(rig, seq & 0xffff));
        await rig.clock.sleep(seconds(1));
      }
      pppd.signal(15);
    });
    expect(rig.lines()).not.toContain('pppd: No response to 5 echo-requests');
    expect(rig.packets.length).toBeGreaterThan(7_190);
    expect(rig.packets.length).toBeLessThanOrEqual(7_201);
  });

  it('is the same to the byte with the same seed, and another with another', async () => {
    const play = async (seed: string): Promise<string> => {
      const rig = createPppRig({ ...current, seed });
      await session(rig, (pppd) => Promise.resolve(pppd.signal(15)));
      return JSON.stringify([rig.log, rig.events]);
    };
    expect(await play('one')).toBe(await play('one'));
    expect(await play('one')).not.toBe(await play('two'));
  });
});
