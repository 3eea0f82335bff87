import { afterAll, beforeAll, describe, expect } from '@jest/globals';

import type { TimelineEvent } from '../../harness/core/timeline.ts';
import type { Ctx } from '../../harness/core/ctx.ts';
import { FOLLOWER } from '../../harness/drivers/openwrt/log.ts';
import { mergeLogs } from '../../harness/diagnosis/index.ts';
import { openRigIn } from '../../harness/lab/open-virtual.ts';
import { parseRigFile, type VirtualRigFile } from '../../harness/lab/rig-file.ts';
import { lookAtDisk } from '../../harness/procedures/router-health.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { itInGuest, missingForGuest, sharedGuest } from '../support/guest.ts';
import { recordedRealCtx } from '../support/real-ctx.ts';

const file = parseRigFile(
  JSON.stringify({
    kind: 'virtual',
    title: 'a guest that sends its log',
    modem: { model: 'mc7455' },
    connection: { apn: 'internet' },
    syslog: 'tcp',
  }),
  'v.rig.yaml',
).file as VirtualRigFile;

describe("a real kernel's storage and log", () => {
  let rig: Rig | undefined;
  afterAll(() => rig?.close()); // before the guest that it runs in: hooks run in the order in which they stand
  const guest = sharedGuest();
  let ctx: Ctx;
  let events: () => TimelineEvent[];

  beforeAll(async () => {
    if (missingForGuest !== undefined) return;
    ({ ctx, events } = recordedRealCtx());
    rig = await openRigIn(ctx, file, guest());
  });

  itInGuest('the log comes by two ways and is one', async () => {
    const { router, remoteLog } = rig as Rig;
    await router.keepLog(ctx);
    const following = await remoteLog?.follow(ctx, () => undefined);
    await router.shell(
      ctx,
      'logger -p daemon.notice -t pppd "No response to 5 echo-requests"; echo "<4>seen" >/dev/kmsg',
    );
    const came = (way: string, text: string): boolean =>
      events().some(({ source, kind, data }) => {
        return source === way && kind === 'line' && (data as { line: string }).line.endsWith(text);
      });
    const [said, seen] = ['pppd: No response to 5 echo-requests', '] seen'];
    const both = async (): Promise<true | undefined> =>
      ['router.log', 'syslog'].every((way) => came(way, said) && came(way, seen)) || undefined;
    await ctx.expect('both lines come by both ways', both, 120_000, 50);
    await following?.stop();
    const { boots, lines, gaps } = mergeLogs(events());
    const of = (text: string) => lines.filter(({ line }) => line.endsWith(text));
    expect(boots).toHaveLength(1);
    // Which way was the faster is chance.
    expect(of(said).map(({ ways, boot }) => [ways.toSorted(), boot])).toEqual([[['logread', 'syslog'], 1]]);
    const [kernel] = of(seen);
    expect(kernel?.ways).toEqual(expect.arrayContaining(['logread', 'syslog']));
    expect(gaps).toEqual([]);
    expect((await router.shell(ctx, 'uci -q get system.@system[0].log_ip')).exitCode).toBe(1);
  });

  itInGuest('a logread that a lost connection left behind is ended, and nobody else', async () => {
    const { router } = rig as Rig;
    const start = (name: string, environment: string): string =>
      `(export ${environment}; setsid logread -f >/dev/null 2>&1 </dev/null & echo $! >/tmp/${name})`;
    await router.shell(ctx, `${start('ours', FOLLOWER)}; ${start('theirs', 'OTHER=1')}`);
    const alive = async (name: string): Promise<boolean> =>
      (await router.shell(ctx, `kill -0 $(cat /tmp/${name})`)).exitCode === 0;
    expect([await alive('ours'), await alive('theirs')]).toEqual([true, true]);
    const following = await router.replayLog(ctx, () => undefined);
    await ctx.expect('ours has ended', async () => !(await alive('ours')) || undefined, 60_000, 50);
    expect(await alive('theirs')).toBe(true);
    await following.stop();
    await router.shell(ctx, 'kill $(cat /tmp/theirs)');
  });

  itInGuest('what cannot be written is told as such, and leaves things as they were', async () => {
    const { router } = rig as Rig;
    const apn = { 'network.wwan.apn': 'other' };
    await router.shell(ctx, 'mount --bind /etc/config /etc/config; mount -o remount,ro,bind /etc/config');
    await expect(router.uciSet(ctx, apn)).rejects.toMatchObject({ code: 'openwrt.read-only' });
    expect(await lookAtDisk(ctx, { name: 'r', router })).toMatchObject({
      ok: false,
      found: expect.stringContaining('/etc/config'),
    });
    await router.shell(ctx, 'umount /etc/config; uci revert network');
    await router.shell(ctx, 'dd if=/dev/zero of=/tmp/fill bs=1M 2>/dev/null');
    await expect(router.upload(ctx, Buffer.alloc(9_000), '/tmp/x')).rejects.toMatchObject({
      code: 'openwrt.full',
    });
    expect((await router.shell(ctx, '[ -e /tmp/x ]')).exitCode).toBe(1);
    await router.shell(ctx, 'rm -f /tmp/fill; uci revert network');
    expect(await router.uciGet(ctx, 'network.wwan.apn')).toBe('internet');
    await router.uciSet(ctx, apn);
  });
});
