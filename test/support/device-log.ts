import { appendFileSync, readFileSync } from 'node:fs';

import { bringBack, type Means } from '../../harness/lab/leases/bring-back.ts';
import type { RigLease } from '../../harness/lab/leases/lease-rig.ts';
import type { LabRigFile } from '../../harness/lab/rig-file.ts';
import type { Ctx } from '../../harness/core/ctx.ts';
import { fakeRouter } from './fake-router.ts';

/** The rig that processes fight for; only its router's address matters to leases. */
export const contested = {
  id: 'shelf',
  path: 'shelf.rig.yaml',
  kind: 'lab',
  router: { host: 'a', port: 22 },
} as unknown as LabRigFile;

/** Its configuration files, and the text of each when all is well. */
export const names = ['network', 'firewall', 'system'] as const;
export const GOOD = 'good';

/** One line of the log: who did what. */
export interface Deed {
  readonly token: number;
  readonly what: string;
  readonly text: string;
}

/** A device that takes everything from everybody, and writes it down in the order in which it came. */
export const readDeeds = (path: string): readonly Deed[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [token = '', what = '', text = ''] = line.split(' ');
      return { token: Number(token), what, text };
    });

export const stateAfter = (deeds: readonly Deed[], name: string): string =>
  deeds.findLast(({ what }) => what === name)?.text ?? GOOD;

/** The device as somebody with a lease sees it: a check, and the deed in the same breath. */
export function deviceOf(
  path: string,
  lease: RigLease,
  token: number,
): { readonly rig: Means; log(what: string, text: string): void } {
  const log = (what: string, text: string): void => {
    lease.check();
    appendFileSync(path, `${token} ${what} ${text}\n`);
  };
  const router = fakeRouter({
    uciSet: async (_ctx, values) => {
      for (const [name, text] of Object.entries(values)) log(name, String(text ?? ''));
    },
    uciRevert: () => Promise.resolve(),
    readConfiguration: async (_ctx, name) => stateAfter(readDeeds(path), name),
    writeConfiguration: async (_ctx, name, text) => log(name, text ?? ''),
  });
  return { rig: { router } as Means, log };
}

export const bringDeviceBack = (ctx: Ctx, lease: RigLease, rig: Means): Promise<void> =>
  bringBack(ctx, contested, lease, rig);
