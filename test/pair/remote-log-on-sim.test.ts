import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import { mergeLogs } from '../../harness/diagnosis/index.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import { awaitBoot } from '../../harness/procedures/boot.ts';
import type { RemoteLog } from '../../harness/rig/remote-log.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { testCtx, type TestCtx } from '../support/ctx.ts';

const settings = 'uci -q show system.@system[0] | grep log_';

async function withSyslog(
  id: string,
  syslog: 'udp' | 'tcp',
  body: (ctx: Ctx, rig: Rig & { readonly remoteLog: RemoteLog }) => Promise<void>,
): Promise<TestCtx> {
  const test = testCtx();
  const file = { ...(loadRigFile(`rigs/${id}.rig.yaml`) as SimRigFile), syslog };
  await test.drive(async (ctx) => {
    const rig = await openRig(ctx, file);
    try {
      if (!rig.remoteLog) throw new Error('no remote log');
      await body(ctx, { ...rig, remoteLog: rig.remoteLog });
    } finally {
      await rig.close();
    }
  });
  return test;
}

describe.each(['sim-mifi22-ec25', 'sim-mifi25-mc7455'])('the log of %s over the network', (id) => {
  it.each(['udp', 'tcp'] as const)('comes over %s, and goes where it went before afterwards', async (how) => {
    const lines: string[] = [];
    const test = await withSyslog(id, how, async (ctx, { router, remoteLog }) => {
      await router.uciSet(ctx, { 'system.@system[0].log_ip': '10.9.8.7' });
      const before = await router.shell(ctx, settings);
      const following = await remoteLog.follow(ctx, (line) => lines.push(line));
      await router.shell(ctx, 'logger -t pppd -p daemon.notice "No response to 5 echo-requests"');
      await following.stop();
      expect((await router.shell(ctx, settings)).stdout).toBe(before.stdout);
      await router.shell(ctx, 'logger unheard');
    });
    expect(lines).toContainEqual(
      expect.stringMatching(/^\w{3} [ \d]\d [\d:]{8} daemon\.notice pppd: No response to 5 echo-requests$/),
    );
    expect(lines.join('\n')).not.toContain('unheard');
    const heard = test.events().filter(({ source, kind }) => source === 'syslog' && kind === 'line');
    expect(heard.map(({ data }) => (data as { line: string }).line)).toEqual(lines);
  });

  it('goes on by itself after a reboot, with a gap that is told', async () => {
    const lines: string[] = [];
    const test = await withSyslog(id, 'tcp', async (ctx, { router, remoteLog }) => {
      const following = await remoteLog.follow(ctx, (line) => lines.push(line));
      const { bootId } = await router.boot(ctx);
      await router.shell(ctx, 'reboot').catch(() => undefined); // its connection may end first
      await awaitBoot(ctx, { router }, bootId);
      await ctx.clock.sleep(10_000);
      await router.shell(ctx, 'logger after the boot');
      await following.stop();
    });
    expect(lines.at(-2)).toContain('after the boot');
    const kinds = test.events().flatMap(({ source, kind }) => (source === 'syslog' ? [kind] : []));
    expect(kinds.filter((kind) => kind !== 'line')).toEqual(['connected', 'gap', 'connected']);
  });
});

describe('the log of a simulated router over SSH', () => {
  it('goes on after a reboot with all that was logged meanwhile, and each line once', async () => {
    const test = testCtx();
    await test.drive(async (ctx) => {
      const rig = await openRig(ctx, loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml'));
      await rig.router.keepLog(ctx);
      await rig.router.shell(ctx, 'logger before the boot');
      const { bootId } = await rig.router.boot(ctx);
      await rig.router.shell(ctx, 'reboot').catch(() => undefined);
      await awaitBoot(ctx, rig, bootId);
      await ctx.clock.sleep(5_000);
      await rig.router.shell(ctx, 'logger after the boot');
      await rig.close();
    });
    const { boots, lines, gaps } = mergeLogs(test.events());
    expect(boots).toHaveLength(2);
    expect(gaps).toMatchObject([{ way: 'logread' }]);
    const bootOf = (text: string) => lines.filter(({ line }) => line.endsWith(text)).map(({ boot }) => boot);
    expect([bootOf('before the boot'), bootOf('after the boot')]).toEqual([[1], [2]]);
    // What netifd did before SSH was back came out of the ring.
    const ring = test.events().findIndex(({ kind, seq }) => kind === 'clock' && seq > (boots[0]?.seq ?? 0));
    expect(ring).toBeGreaterThan(0);
    expect(lines.filter(({ boot, line }) => boot === 2 && line.includes('netifd')).length).toBeGreaterThan(3);
  });

  it('is the whole log once where only the connection broke', async () => {
    const test = testCtx();
    await test.drive(async (ctx) => {
      const rig = await openRig(ctx, loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml'));
      await rig.router.keepLog(ctx);
      await rig.router.shell(ctx, 'logger one; logger two');
      // Every connection goes with it; commands come back at once, while nobody follows the log yet.
      await rig.router.shell(ctx, 'killall dropbear').catch(() => undefined);
      await rig.router.shell(ctx, 'logger three');
      await ctx.clock.sleep(5_000);
      await rig.router.shell(ctx, 'logger four');
      await rig.close();
    });
    const { boots, lines, gaps } = mergeLogs(test.events());
    expect(boots).toHaveLength(1);
    expect(gaps).toMatchObject([{ way: 'logread' }]);
    const logged = lines.map(({ line }) => / root: (one|two|three|four)$/.exec(line)?.[1]);
    expect(logged.filter((word) => word !== undefined)).toEqual(['one', 'two', 'three', 'four']);
  });
});
