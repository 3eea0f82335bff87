import { HarnessError } from '../../core/errors.ts';
import type { LeaseDatabase } from './database.ts';

/** A rig that could not be brought back to its known good state. */
export interface QuarantinedRig {
  /** Its router: `router 192.168.8.1:22`. */
  readonly key: string;
  readonly rig: string;
  /** Who found it so: `anna@lab`. */
  readonly who: string;
  readonly reason: string;
  /** Calendar time, ISO 8601. */
  readonly since: string;
}

export interface Quarantine {
  /** The first reason stays. */
  impose(entry: QuarantinedRig): void;
  /** @returns false: it was in none */
  lift(key: string): boolean;
  of(key: string): QuarantinedRig | undefined;
  list(): readonly QuarantinedRig[];
}

export function createQuarantine({ write, read }: LeaseDatabase): Quarantine {
  const list = (): readonly QuarantinedRig[] =>
    read((db) => db.prepare('select * from quarantine order by rig').all() as QuarantinedRig[]);
  return {
    impose: ({ key, rig, who, reason, since }) =>
      write(
        (db) =>
          void db
            .prepare('insert or ignore into quarantine values (?, ?, ?, ?, ?)')
            .run(key, rig, who, reason, since),
      ),
    lift: (key) => write((db) => db.prepare('delete from quarantine where key = ?').run(key).changes > 0),
    of: (key) => list().find((entry) => entry.key === key),
    list,
  };
}

/** @param name what to type for the rig: its id or the path of its file */
export const inQuarantine = (name: string, { who, reason, since }: QuarantinedRig): HarnessError =>
  new HarnessError(`the rig ${name} is in quarantine since ${since} (${who}): ${reason}`, {
    code: 'rig.quarantined',
    blame: 'rig',
    effect: 'none',
    hint: `type: wwanlab rigs check ${name}; when it passes, the rig may be used again`,
    data: { who, reason, since },
  });
