import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';

import { HarnessError, isHarnessError, messageOf } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { Holder, HostClock } from './host.ts';
import { endStoppedWriters } from './unblock.ts';

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

/** What a token is worth now. */
export type Standing =
  | { readonly kind: 'held' }
  | { readonly kind: 'revoked'; readonly reason: string }
  | { readonly kind: 'lost' };

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
  const { WWANLAB_STATE: own, XDG_STATE_HOME: xdg } = environment;
  return own ?? join(xdg ?? join(homedir(), '.local', 'state'), 'wwanlab');
}

/** Tries to begin, each as long as the busy timeout. */
const TRIES = 10;

const SCHEMA = `
create table if not exists grants (
  key text primary key, rig text not null, who text not null, pid integer not null, started_at text not null,
  reason text not null, token integer not null, boot_id text not null, granted_at real not null,
  expires_at real not null, revoked text, revoked_at real);
create table if not exists tokens (last integer not null);
insert into tokens select 0 where not exists (select 1 from tokens);
`;

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
  const path = join(folder, 'leases.db');
  const db = open(folder, path);
  const write = <T>(body: () => T): T => inTransaction(db, path, body);
  return {
    grant: (request) => write(() => grant(db, clock, request)),
    renew: (token, ttl) =>
      write(() => {
        const found = standingOf(db, clock, token);
        if (found.kind === 'held') {
          db.prepare('update grants set expires_at = ? where token = ?').run(clock.now() + ttl, token);
        }
        return found;
      }),
    standing: (token) => {
      try {
        return standingOf(db, clock, token);
      } catch (error) {
        throw noStore(path, error);
      }
    },
    revoke: (token, reason) =>
      write(() => {
        const found = rowsOf(db, token).length > 0;
        const mark = 'update grants set revoked = ?, revoked_at = ? where token = ? and revoked is null';
        db.prepare(mark).run(reason, clock.now(), token);
        return found;
      }),
    release: (token) => write(() => void db.prepare('delete from grants where token = ?').run(token)),
    list: () => {
      const rows = write(() => db.prepare('select * from grants order by rig, key').all() as Row[]);
      return rows.filter(({ boot_id: bootId }) => bootId === clock.bootId).map(grantOf);
    },
    close: () => db.close(),
  };
}

function inTransaction<T>(db: Database.Database, path: string, body: () => T): T {
  begin(db, path);
  try {
    const result = body();
    db.exec('commit');
    return result;
  } catch (error) {
    db.exec('rollback');
    throw noStore(path, error);
  }
}

/** Others are at work for milliseconds: who keeps the file for longer than the busy timeout stands still. */
function begin(db: Database.Database, path: string): void {
  for (let left = TRIES; ; left--) {
    try {
      db.exec('begin immediate');
      return;
    } catch (error) {
      if (left === 0) throw noStore(path, error);
      endStoppedWriters(path);
    }
  }
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

function open(folder: string, path: string): Database.Database {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = new Database(path);
    // FULL: a grant that was given is on disk, whatever happens to the power (SQLite, PRAGMA synchronous).
    for (const pragma of ['busy_timeout = 1000', 'journal_mode = WAL', 'synchronous = FULL'])
      db.pragma(pragma);
    begin(db, path);
    db.exec(SCHEMA);
    db.exec('commit');
    return db;
  } catch (error) {
    throw isHarnessError(error) ? error : noStore(path, error);
  }
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

const noStore = (path: string, cause: unknown): HarnessError =>
  new HarnessError(`the file of leases, ${path}, cannot be used: ${messageOf(cause)}`, {
    code: 'lease.no-store',
    blame: 'rig',
    effect: 'none',
    hint: 'is the disk full, or the folder read-only? A broken file may be removed while no run is going on',
    cause,
  });
