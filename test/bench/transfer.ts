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

/** Milliseconds of each round, there and back. */
interface Taken {
  readonly put: number[];
  readonly get: number[];
}

const noneTaken = (): Taken => ({ put: [], get: [] });

/**
 * A file there and back. Like is set against like: our connection against labgrid's scp, neither of which compares
 * anything; and the router driver, which compares SHA-256 at both ends, against that scp and the sha256sum that has to
 * follow it. The best of several in turns: the least disturbed.
 */
export async function benchTransfer(
  ctx: Ctx,
  { target }: Dropbear,
  labgrid: Labgrid | undefined,
): Promise<Figure[]> {
  const folder = temporaryFolder();
  const ssh = await connectSsh(ctx, target);
  const router = createOpenwrtRouter({ name: 'dropbear', connect: (c) => connectSsh(c, target) });
  try {
    const bytes = randomBytes(MIB << 20);
    const [local, back, remote] = ['local', 'back', 'remote'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(local, bytes);
    const [bare, compared, theirs] = [noneTaken(), noneTaken(), noneTaken()];
    const sums: number[] = [];
    const ignore = (): void => undefined;
    for (let round = 0; round < ROUNDS; round++) {
      bare.put.push(...(await times(1, () => ssh.exec(ctx, `cat >${remote}`, { stdin: bytes }))));
      bare.get.push(...(await times(1, () => ssh.exec(ctx, `cat ${remote}`, { onOutput: ignore }))));
      compared.put.push(...(await times(1, () => router.upload(ctx, bytes, remote))));
      compared.get.push(...(await times(1, () => router.download(ctx, remote))));
      if (!labgrid) continue;
      theirs.put.push(await labgrid.put(local, remote));
      theirs.get.push(await labgrid.get(remote, back));
      sums.push(...(await labgrid.run(`sha256sum ${remote}`, 1)));
    }
    return (['put', 'get'] as const).flatMap((way) => [
      plain(`dropbear: ${WORDS[way]} of ${MIB} MiB`, rate(bare[way]), 'MiB/s'),
      plain(`dropbear: ${WORDS[way]}, compared by SHA-256`, rate(compared[way]), 'MiB/s'),
      ...(labgrid ? againstLabgrid(way, bare[way], compared[way], theirs[way], sums) : []),
    ]);
  } finally {
    await router.close();
    await ssh.close();
    folder.remove();
  }
}

const WORDS = { put: 'upload', get: 'download' } as const;

const rate = (taken: readonly number[]): number => (MIB * 1_000) / Math.min(...taken);

function againstLabgrid(
  way: keyof Taken,
  bare: readonly number[],
  compared: readonly number[],
  theirs: readonly number[],
  sums: readonly number[],
): Figure[] {
  const [ours, checked, scp, sum] = [bare, compared, theirs, sums].map((taken) => Math.min(...taken)) as [
    number,
    number,
    number,
    number,
  ];
  const what = `dropbear: ${WORDS[way]}`;
  return [
    plain(`${what}, labgrid's scp`, rate(theirs), 'MiB/s'),
    atMost(`${what}, time in ratio to that scp`, ours / scp, '', 1),
    atMost(`${what}, compared, in ratio to that scp and its sha256sum`, checked / (scp + sum), '', 1),
    plain(`${what}, compared, in ratio to that scp alone`, checked / scp, ''),
  ];
}
