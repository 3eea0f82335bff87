import type Database from 'libsql';

import type { Undo } from '../../rig/undo.ts';
import type { LeaseDatabase } from './database.ts';
import type { Standing } from './standing.ts';

/** A change of a rig that has not been undone, and who made it. */
export interface UndoNote {
  /** The router that it belongs to: `router 192.168.8.1:22`. */
  readonly key: string;
  /** `/etc/config/network` */
  readonly thing: string;
  readonly undo: Undo;
  readonly rig: string;
  readonly who: string;
  readonly pid: number;
  readonly reason: string;
}

/** Undo notes. They are written and struck out under a lease that holds in that moment, or not at all. */
export interface Journal {
  /** The first note about a thing stays. */
  note(token: number, key: string, thing: string, undo: Undo): Standing;
  done(token: number, key: string, thing: string): Standing;
  forget(token: number, key: string, kind: Undo['kind']): Standing;
  /** Strikes out what was noted under this lease; what others left behind stays. */
  keep(token: number): Standing;
  /** In the order in which they were written. @param key one router's; all by default */
  pending(key?: string): readonly UndoNote[];
}

interface Row {
  readonly key: string;
  readonly thing: string;
  readonly undo: string;
  readonly rig: string;
  readonly who: string;
  readonly pid: number;
  readonly reason: string;
}

const NOTE = `insert or ignore into undo (key, thing, undo, rig, who, pid, reason, token)
  select ?, ?, ?, rig, who, pid, reason, token from grants where token = ? and key = ?`;

const FORGET = `delete from undo where key = ? and json_extract(undo, '$.kind') = ?`;

export function createJournal(
  { write, read }: LeaseDatabase,
  standing: (db: Database.Database, token: number) => Standing,
): Journal {
  const underLease = (token: number, change: (db: Database.Database) => void): Standing =>
    write((db) => {
      const found = standing(db, token);
      if (found.kind === 'held') change(db);
      return found;
    });
  return {
    note: (token, key, thing, undo) =>
      underLease(token, (db) => void db.prepare(NOTE).run(key, thing, JSON.stringify(undo), token, key)),
    done: (token, key, thing) =>
      underLease(
        token,
        (db) => void db.prepare('delete from undo where key = ? and thing = ?').run(key, thing),
      ),
    forget: (token, key, kind) => underLease(token, (db) => void db.prepare(FORGET).run(key, kind)),
    keep: (token) =>
      underLease(token, (db) => void db.prepare('delete from undo where token = ?').run(token)),
    pending: (key) => {
      const rows = read((db) => db.prepare('select * from undo order by id').all() as Row[]);
      return rows
        .filter((row) => key === undefined || row.key === key)
        .map(({ undo, ...row }) => ({ ...row, undo: JSON.parse(undo) as Undo }));
    },
  };
}
