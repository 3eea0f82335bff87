import type Database from 'libsql';

import type { Ms } from '../../core/units.ts';
import { userFolder } from '../../local/folders.ts';
import { openDatabase } from './database.ts';
import type { Holder, HostClock } from './host.ts';
import { createJournal, type Journal } from './journal.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import type { Standing } from './standing.ts';

/** A grant: one row for each resource of a rig, all with the same token. */
export interface Grant {
  /** What is held: `router 192.168.8.1:22`, `console /dev/ttyUSB0`. */
  readonly key: string;
  readonly rig: string;
  readonly holder: Holder;
  readonly reason: string;
  /** Rises with every grant and never comes back. */
  readonly token: number;
  /** On the host's clock. */
  readonly grantedAt: Ms;
  readonly expiresAt: Ms;
  /** Taken away: its holder may not act any more. */
  readonly revoked: { readonly reason: string; readonly at: Ms } | undefined;
}

/** Leases, in a file that outlives processes and power cuts. Every call is one transaction. */
export interface LeaseStore {
  /** All keys or none. @returns the token, or who is in the way */
  grant(request: GrantRequest): { readonly token: number } | { readonly held: Grant };
  /** Moves the expiry; does nothing for a token that is not held any more. */
  renew(token: number, ttl: Ms): Standing;
  standing(token: number): Standing;
  /** Marks a grant: its holder may not act from now on. @returns false: it is gone already */
  revoke(token: number, reason: string): boolean;
  release(token: number): void;
  list(): readonly Grant[];
  /** What has to be undone where a holder could not. */
  readonly journal: Journal;
  /** Rigs that nobody may use until they have been looked at. */
  readonly quarantine: Quarantine;
  close(): void;
}

export interface GrantRequest {
  readonly rig: string;
  readonly keys: readonly string[];
  readonly holder: Holder;
  readonly reason: string;
  readonly ttl: Ms;
  /** Is the holder of this expired or revoked grant gone for good? Only then its keys are granted anew. */
  readonly isGone: (grant: Grant) => boolean;
}

/** `WWANLAB_STATE`, or the place that the XDG Base Directory Specification has for state. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['WWANLAB_STATE'] || userFolder('XDG_STATE_HOME', environment);
}

interface Row {
  readonly key: string;
  readonly rig: string;
  readonly who: string;
  readonly pid: number;
  readonly started_at: string;
  readonly reason: string;
  readonly token: number;
  readonly boot_id: string;
  readonly granted_at: number;
  readonly expires_at: number;
  readonly revoked: string | null;
  readonly revoked_at: number | null;
}

/**
 * @param folder it is made where it is missing
 * @throws HarnessError `lease.no-store` where the file can't be opened, written or understood
 */
export function openLeaseStore(folder: string, clock: HostClock): LeaseStore {
  const database = openDatabase(folder);
  const { write, read } = database;
  return {
    grant: (request) => write((db) => grant(db, clock, request)),
    renew: (token, ttl) =>
      write((db) => {
        const found = standingOf(db, clock, token);
        if (found.kind === 'held') {
          db.prepare('update grants set expires_at = ? where token = ?').run(clock.now() + ttl, token);
        }
        return found;
      }),
    standing: (token) => read((db) => standingOf(db, clock, token)),
    revoke: (token, reason) =>
      write((db) => {
        const found = rowsOf(db, token).length > 0;
        const mark = 'update grants set revoked = ?, revoked_at = ? where token = ? and revoked is null';
        db.prepare(mark).run(reason, clock.now(), token);
        return found;
      }),
    release: (token) => write((db) => void db.prepare('delete from grants where token = ?').run(token)),
    list: () => {
      const rows = write((db) => db.prepare('select * from grants order by rig, key').all() as Row[]);
      return rows.filter(({ boot_id: bootId }) => bootId === clock.bootId).map(grantOf);
    },
    journal: createJournal(database, (db, token) => standingOf(db, clock, token)),
    quarantine: createQuarantine(database),
    close: () => database.close(),
  };
}

const rowsOf = (db: Database.Database, token: number): readonly Row[] =>
  db.prepare('select * from grants where token = ?').all(token) as Row[];

const isLive = (row: Row, clock: HostClock): boolean =>
  row.boot_id === clock.bootId && row.expires_at > clock.now();

function standingOf(db: Database.Database, clock: HostClock, token: number): Standing {
  const [row] = rowsOf(db, token);
  if (!row) return { kind: 'lost' };
  if (row.revoked !== null) return { kind: 'revoked', reason: row.revoked };
  return isLive(row, clock) ? { kind: 'held' } : { kind: 'lost' };
}

function grant(
  db: Database.Database,
  clock: HostClock,
  { rig, keys, holder, reason, ttl, isGone }: GrantRequest,
): { readonly token: number } | { readonly held: Grant } {
  const select = db.prepare('select * from grants where key = ?');
  const held = keys.flatMap((key) => (select.get(key) as Row | undefined) ?? []);
  const inTheWay = held.find((row) => {
    // After a boot of this machine nobody of before it is left.
    if (row.boot_id !== clock.bootId) return false;
    return (isLive(row, clock) && row.revoked === null) || !isGone(grantOf(row));
  });
  if (inTheWay) return { held: grantOf(inTheWay) };
  for (const { token } of held) db.prepare('delete from grants where token = ?').run(token);
  db.prepare('update tokens set last = last + 1').run();
  const { last: token } = db.prepare('select last from tokens').get() as { readonly last: number };
  const insert = db.prepare('insert into grants values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null)');
  const { who, pid, startedAt } = holder;
  const now = clock.now();
  for (const key of keys) {
    insert.run(key, rig, who, pid, startedAt, reason, token, clock.bootId, now, now + ttl);
  }
  return { token };
}

const grantOf = (row: Row): Grant => ({
  key: row.key,
  rig: row.rig,
  holder: { who: row.who, pid: row.pid, startedAt: row.started_at },
  reason: row.reason,
  token: row.token,
  grantedAt: row.granted_at,
  expiresAt: row.expires_at,
  revoked: row.revoked === null ? undefined : { reason: row.revoked, at: row.revoked_at ?? 0 },
});
