import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import type { LabRigFile } from '../rig-file.ts';
import { createHostClock } from './host.ts';
import { leaseKeys } from './keys.ts';
import { acquireLease } from './lease.ts';
import { openLeaseStore, stateFolder, type Grant, type LeaseStore } from './store.ts';

/** How long to wait for somebody else to be done, before it is said who that is. */
const WAIT: Ms = 30_000;

/** A lease of a lab rig, with the file that it stands in. */
export interface RigLease {
  check(): void;
  release(): Promise<void>;
}

/** @throws HarnessError `lease.held`, `lease.no-store` */
export async function leaseRig(
  ctx: Ctx,
  file: LabRigFile,
  reason: string,
  wait: Ms = WAIT,
): Promise<RigLease> {
  const host = createHostClock();
  const store = openLeaseStore(stateFolder(), host);
  try {
    const lease = await acquireLease(ctx, store, host, {
      rig: file.id,
      keys: leaseKeys(file),
      reason,
      wait,
      onHeld: ({ holder, key }) =>
        ctx.timeline.add('run', 'lease.waiting', { rig: file.id, key, holder: holder.who, pid: holder.pid }),
    });
    return {
      check: () => lease.check(),
      release: async () => {
        lease.release();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Everybody who holds something on this machine. @throws HarnessError `lease.no-store` */
export function listGrants(): readonly Grant[] {
  return withStore((store) => store.list());
}

/** Takes the rig away from whoever has a part of it. @returns those */
export function revokeRig(file: LabRigFile, reason: string): readonly Grant[] {
  const keys = leaseKeys(file);
  return withStore((store) => {
    const taken = store.list().filter(({ key }) => keys.includes(key));
    for (const { token } of taken) store.revoke(token, reason);
    return taken;
  });
}

function withStore<T>(body: (store: LeaseStore) => T): T {
  const store = openLeaseStore(stateFolder(), createHostClock());
  try {
    return body(store);
  } finally {
    store.close();
  }
}
