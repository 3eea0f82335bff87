import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';

import { HarnessError, isHarnessError, messageOf } from '../../core/errors.ts';
import { makeFolders } from '../../local/folders.ts';
import { quoteWord } from '../../drivers/openwrt/quote.ts';
import { endStoppedWriters } from './unblock.ts';

/** The file of leases, undo notes and quarantines, which outlives processes and power cuts. */
export interface LeaseDatabase {
  /** Reads and writes; nothing of it is there when it throws. @throws HarnessError `lease.no-store` */
  write<T>(body: (db: Database.Database) => T): T;
  /** Reads alone, without waiting for anybody. @throws HarnessError `lease.no-store` */
  read<T>(body: (db: Database.Database) => T): T;
  close(): void;
}

/** Tries to begin, each as long as the busy timeout. */
const TRIES = 10;

/** Of the tables below; rises when they change. */
const VERSION = 1;

const SCHEMA = `
create table if not exists grants (
  key text primary key, rig text not null, who text not null, pid integer not null, started_at text not null,
  reason text not null, token integer not null, boot_id text not null, granted_at real not null,
  expires_at real not null, revoked text, revoked_at real);
create table if not exists tokens (last integer not null);
insert into tokens select 0 where not exists (select 1 from tokens);
create table if not exists undo (
  id integer primary key autoincrement, key text not null, thing text not null, undo text not null,
  rig text not null, who text not null, pid integer not null, reason text not null,
  token integer not null, unique (key, thing));
create table if not exists quarantine (
  key text primary key, rig text not null, who text not null, reason text not null, since text not null);
`;

/** @throws HarnessError `lease.no-store` where the file can't be opened, written or understood, `lease.newer-store` */
export function openDatabase(folder: string): LeaseDatabase {
  const path = join(folder, 'leases.db');
  const db = open(folder, path);
  return {
    write: (body) => inTransaction(db, path, body),
    read: (body) => {
      try {
        return body(db);
      } catch (error) {
        throw noStore(path, error);
      }
    },
    close: () => db.close(),
  };
}

function inTransaction<T>(db: Database.Database, path: string, body: (db: Database.Database) => T): T {
  begin(db, path);
  try {
    const result = body(db);
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

function open(folder: string, path: string): Database.Database {
  try {
    makeFolders(folder, 0o700);
    const db = new Database(path);
    // FULL: a grant that was given is on disk, whatever happens to the power (SQLite, PRAGMA synchronous).
    for (const pragma of ['busy_timeout = 1000', 'journal_mode = WAL', 'synchronous = FULL'])
      db.pragma(pragma);
    begin(db, path);
    // libsql's `simple` gives the row all the same.
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number };
    if (version > VERSION) throw newer(path, version);
    db.exec(SCHEMA);
    if (version < VERSION) db.pragma(`user_version = ${VERSION}`);
    db.exec('commit');
    return db;
  } catch (error) {
    throw isHarnessError(error) ? error : noStore(path, error);
  }
}

const noStore = (path: string, cause: unknown): HarnessError =>
  new HarnessError(`the file of leases, ${path}, cannot be used: ${messageOf(cause)}`, {
    code: 'lease.no-store',
    blame: 'rig',
    effect: 'none',
    hint: `${hintFor(messageOf(cause), path)}; WWANLAB_STATE=FOLDER names another place for all who share the rigs`,
    cause,
  });

/** By SQLite's own words (sqlite3_errstr) and those of the file system. */
function hintFor(said: string, path: string): string {
  if (/not a database|malformed|no such column|has \d+ columns/i.test(said))
    return `while nobody uses a rig, type: rm ${quoteWord(path)}* (it forgets who is to undo what, and quarantines)`;
  if (/full|ENOSPC/i.test(said)) return `make room: df -h ${quoteWord(dirname(path))}`;
  return `may this user write there? see: ls -ld ${quoteWord(nearestFolder(path))}`;
}

function nearestFolder(path: string): string {
  const above = dirname(path);
  return existsSync(above) ? above : nearestFolder(above);
}

const newer = (path: string, version: number): HarnessError =>
  new HarnessError(
    `the file of leases, ${path}, is of a newer wwanlab (version ${version}, known are those up to ${VERSION})`,
    {
      code: 'lease.newer-store',
      blame: 'rig',
      effect: 'none',
      hint: 'use that one on this machine: two that do not understand each other would both take a rig',
    },
  );
