import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Ctx } from '../../harness/core/ctx.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { temporaryFolder } from '../support/cli.ts';
import type { Dropbear } from '../support/dropbear.ts';
import { atMost, plain, times, type Figure } from './figure.ts';
import type { Labgrid } from './labgrid.ts';

const MIB = 8;
const ROUNDS = 6;

/**
 * A file there and back, compared by SHA-256 within the time; labgrid's scp compares nothing, so its command for that is
 * given beside it. The best of several in turns: the least disturbed.
 */
export async function benchTransfer(
  ctx: Ctx,
  { target }: Dropbear,
  labgrid: Labgrid | undefined,
): Promise<Figure[]> {
  const folder = temporaryFolder();
  const router = createOpenwrtRouter({ name: 'dropbear', connect: (c) => connectSsh(c, target) });
  try {
    const bytes = randomBytes(MIB << 20);
    const [local, back, remote] = ['local', 'back', 'remote'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(local, bytes);
    const taken = { put: [] as number[], get: [] as number[] };
    const theirs = { put: [] as number[], get: [] as number[], sum: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      taken.put.push(...(await times(1, () => router.upload(ctx, bytes, remote))));
      taken.get.push(...(await times(1, () => router.download(ctx, remote))));
      if (!labgrid) continue;
      theirs.put.push(await labgrid.put(local, remote));
      theirs.get.push(await labgrid.get(remote, back));
      theirs.sum.push(...(await labgrid.run(`sha256sum ${remote}`, 1)));
    }
    const [put, get] = [Math.min(...taken.put), Math.min(...taken.get)];
    const rate = (ms: number): number => (MIB * 1_000) / ms;
    const comparison = (): Figure[] => [
      plain('dropbear: upload, labgrid, not compared', rate(Math.min(...theirs.put)), 'MiB/s'),
      plain('dropbear: download, labgrid, not compared', rate(Math.min(...theirs.get)), 'MiB/s'),
      plain("dropbear: sha256sum over labgrid's connection", Math.min(...theirs.sum), 'ms'),
      atMost('dropbear: upload, time in ratio to labgrid', put / Math.min(...theirs.put), '', 1),
      atMost('dropbear: download, time in ratio to labgrid', get / Math.min(...theirs.get), '', 1),
    ];
    return [
      plain(`dropbear: upload of ${MIB} MiB, compared by SHA-256`, rate(put), 'MiB/s'),
      plain(`dropbear: download of ${MIB} MiB, compared by SHA-256`, rate(get), 'MiB/s'),
      ...(labgrid ? comparison() : []),
    ];
  } finally {
    await router.close();
    folder.remove();
  }
}
