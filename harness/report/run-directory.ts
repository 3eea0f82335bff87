import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { HarnessError, messageOf } from '../core/errors.ts';
import { makeFolders } from '../local/folders.ts';

/** Where a run leaves everything; see reports/README.md. */
export interface RunDirectory {
  readonly id: string;
  readonly path: string;
  readonly logs: string;
  readonly junit: string;
  readonly diagnosis: string;
  readonly run: string;
}

/**
 * `2026-11-23T20-38-25-abc`: sorts by time, is a file name everywhere.
 * @param suffix keeps two runs begun in the same second apart
 */
export function runIdOf(started: Date, suffix: string): string {
  return `${started.toISOString().slice(0, 19).replaceAll(':', '-')}-${suffix}`;
}

/** The paths of a run that exists. */
export function runDirectoryAt(path: string, id: string = path.split(/[/\\]/).at(-1) ?? path): RunDirectory {
  return {
    id,
    path,
    logs: join(path, 'logs'),
    junit: join(path, 'junit.xml'),
    diagnosis: join(path, 'diagnosis.json'),
    run: join(path, 'run.json'),
  };
}

/**
 * Makes the folder of a new run below `out`.
 * @throws HarnessError `reports.unwritable`
 */
export function createRunDirectory(out: string, id: string): RunDirectory {
  const directory = runDirectoryAt(join(resolve(out), id), id);
  try {
    makeFolders(resolve(out));
    mkdirSync(directory.path);
    mkdirSync(directory.logs);
  } catch (error) {
    throw new HarnessError(`the reports folder ${resolve(out)} cannot be written: ${messageOf(error)}`, {
      code: 'reports.unwritable',
      blame: 'test',
      effect: 'none',
      hint: 'give another folder with --out DIR',
      cause: error,
    });
  }
  return directory;
}
