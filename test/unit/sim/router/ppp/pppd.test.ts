import { describe, expect, it } from '@jest/globals';
import { hours, seconds } from '../../../../../harness/core/units.ts';
import { decodeEcho } from '../../../../../harness/protocols/ip/icmp.ts';
import { pppdExit } from '../../../../../harness/sim/router/ppp/pppd.ts';
import { createPppRig } from './rig.ts';
import {
  up2018,
  current,
  up2024,
  chapLines,
  rejected,
  tail,
  addresses,
  session,
  traces,
  ping,
} from './sessions.ts';

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
