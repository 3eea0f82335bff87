import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
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
      await awaitBoot(ctx, router, bootId);
      await ctx.clock.sleep(10_000);
      await router.shell(ctx, 'logger after the boot');
      await following.stop();
    });
    expect(lines.at(-2)).toContain('after the boot');
    const kinds = test.events().flatMap(({ source, kind }) => (source === 'syslog' ? [kind] : []));
    expect(kinds.filter((kind) => kind !== 'line')).toEqual(['connected', 'gap', 'connected']);
  });
});
