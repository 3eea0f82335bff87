import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import type { UndoJournal } from '../../rig/undo.ts';
import { nameOf } from '../rig-catalogue.ts';
import type { LabRigFile } from '../rig-file.ts';
import { createHostClock, thisHolder } from './host.ts';
import type { UndoNote } from './journal.ts';
import { leaseKeys, routerKey } from './keys.ts';
import { acquireLease, describeHolder, TTL, type Lease } from './lease.ts';
import { inQuarantine, type QuarantinedRig } from './quarantine.ts';
import { openLeaseStore, stateFolder, type Grant, type LeaseStore } from './store.ts';

/** How long to wait for somebody else to be done, before it is said who that is. */
const WAIT: Ms = 30_000;

export interface LeaseOptions {
  /** What the rig is wanted for: whoever finds it in use reads it. */
  readonly reason: string;
  /** How long to wait for somebody else to be done; 30 s by default. */
  readonly wait?: Ms | undefined;
  /** How long it lasts unless it is renewed, which it is; 20 s by default. */
  readonly ttl?: Ms | undefined;
  /** Grant it also in quarantine: to look at it, or to bring it back. */
  readonly evenInQuarantine?: boolean | undefined;
}

/** A lease of a lab rig, with the file that it stands in. */
export interface RigLease extends Pick<Lease, 'check' | 'lost'> {
  readonly journal: UndoJournal;
  /** What others and this one have noted and not undone, in the order of their changes. */
  pending(): readonly UndoNote[];
  quarantine(ctx: Ctx, reason: string): void;
  release(): Promise<void>;
}

/** @throws HarnessError `lease.held`, `lease.no-store`, `rig.quarantined` */
export async function leaseRig(ctx: Ctx, file: LabRigFile, options: LeaseOptions): Promise<RigLease> {
  const { reason, wait = WAIT, ttl = TTL, evenInQuarantine = false } = options;
  const host = createHostClock();
  const store = openLeaseStore(stateFolder(), host);
  const key = routerKey(file);
  let lease: Lease | undefined;
  try {
    lease = await acquireLease(ctx, store, host, {
      rig: file.id,
      name: nameOf(file),
      keys: leaseKeys(file),
      reason,
      wait,
      ttl,
      onHeld: (grant) => recordWaiting(ctx, file, grant, host.now(), wait),
    });
    const found = evenInQuarantine ? undefined : store.quarantine.of(key);
    if (found) throw inQuarantine(nameOf(file), found);
  } catch (error) {
    lease?.release();
    store.close();
    throw error;
  }
  return rigLease(file, store, lease);
}

function rigLease(file: LabRigFile, store: LeaseStore, lease: Lease): RigLease {
  const key = routerKey(file);
  const { token, lost, check } = lease;
  const { journal } = store;
  /** What may not be written any more says why. */
  const mustHold = (standing: { readonly kind: string }): void => {
    if (standing.kind !== 'held') check();
  };
  return {
    check,
    lost,
    journal: {
      note: (thing, undo) => mustHold(journal.note(token, key, thing, undo)),
      noted: (thing) => journal.pending(key).find((note) => note.thing === thing)?.undo,
      done: (thing) => mustHold(journal.done(token, key, thing)),
      forget: (kind) => mustHold(journal.forget(token, key, kind)),
      keep: () => mustHold(journal.keep(token)),
    },
    pending: () => journal.pending(key),
    quarantine: (ctx, reason) => {
      ctx.timeline.add('run', 'quarantine', { rig: file.id, reason });
      quarantineRig(file, reason, ctx.clock.wall());
    },
    release: async () => {
      lease.release();
      store.close();
    },
  };
}

/** Whoever watches the timeline can tell people what is being waited for. */
function recordWaiting(ctx: Ctx, { id: rig }: LabRigFile, grant: Grant, now: Ms, wait: Ms): void {
  const { key, holder, reason, grantedAt, expiresAt } = grant;
  ctx.timeline.add('run', 'lease.waiting', {
    rig,
    key,
    holder: holder.who,
    pid: holder.pid,
    reason,
    heldMs: Math.round(now - grantedAt),
    leftMs: Math.round(expiresAt - now),
    waitMs: wait,
    text: `${rig} is in use: ${describeHolder(grant, now)}`,
  });
}

/** Everybody who holds something on this machine. @throws HarnessError `lease.no-store` */
export function listGrants(): readonly Grant[] {
  return withStore((store) => store.list());
}

/** All that has not been undone on this machine's rigs. @throws HarnessError `lease.no-store` */
export function listUndoNotes(): readonly UndoNote[] {
  return withStore((store) => store.journal.pending());
}

/** @throws HarnessError `lease.no-store` */
export function listQuarantined(): readonly QuarantinedRig[] {
  return withStore((store) => store.quarantine.list());
}

/** Why nobody may use this rig, where it is so. @throws HarnessError `lease.no-store` */
export const quarantineOf = (file: LabRigFile): QuarantinedRig | undefined =>
  withStore((store) => store.quarantine.of(routerKey(file)));

/** Nobody may use the rig until it has been looked at; the first reason stays. */
export function quarantineRig(file: LabRigFile, reason: string, since: Date): void {
  const { who } = thisHolder();
  const entry = { key: routerKey(file), rig: file.id, who, reason, since: since.toISOString() };
  withStore((store) => store.quarantine.impose(entry));
}

/** The rig was looked at, and is as it should be. @returns false: it was in no quarantine */
export function liftQuarantine(file: LabRigFile): boolean {
  return withStore((store) => store.quarantine.lift(routerKey(file)));
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
