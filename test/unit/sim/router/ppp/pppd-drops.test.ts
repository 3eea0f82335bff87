import { describe, expect, it } from '@jest/globals';
import { minutes, seconds } from '../../../../../harness/core/units.ts';
import { pppdExit } from '../../../../../harness/sim/router/ppp/pppd.ts';
import { createPppRig, type RigOptions } from './rig.ts';
import { current, up2024, tail, session, traces, ping } from './sessions.ts';

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
