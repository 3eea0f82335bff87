import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';

import { didYouMean } from '../lab/nearest.ts';
import { packageRoot } from '../lab/places.ts';
import { usageError } from './usage.ts';

/** A suite file. */
export interface SuiteEntry {
  /** `connect/ppp` */
  readonly id: string;
  /** Absolute, symbolic links resolved, as Jest will name it. */
  readonly path: string;
}

const SUITE = /\.suite\.[cm]?[jt]s$/;

/** The suites of this package. */
export function listSuites(root: string = join(packageRoot(), 'suites')): SuiteEntry[] {
  if (!existsSync(root)) return [];
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => SUITE.test(name) && !name.split(sep).includes('node_modules'),
  );
  return names.sort().map((name) => entry(name.replaceAll(sep, '/'), join(root, name)));
}

const entry = (name: string, path: string): SuiteEntry => ({
  id: name.replace(SUITE, ''),
  path: realpathSync(path),
});

/**
 * The suite of that id, all suites of a folder (`connect` or `connect/`), or those in that file or directory, which may
 * belong to another repository.
 * @throws HarnessError `usage.unknown-suite`, `usage.not-a-suite`
 */
export function findSuites(name: string, known: readonly SuiteEntry[] = listSuites()): readonly SuiteEntry[] {
  const folder = `${name.replace(/\/+$/, '')}/`;
  const found = known.filter(({ id }) => id === name || id.startsWith(folder));
  if (found.length > 0) return found;
  if (!existsSync(name)) {
    const ids = known.map(({ id }) => id);
    throw usageError(
      'unknown-suite',
      `there is no suite "${name}"${didYouMean(name, ids)}`,
      `known suites: ${ids.join(', ')}; or give a folder of them, or the path of a suite file`,
    );
  }
  const paths = statSync(name).isFile() ? [name] : listSuites(name).map(({ path }) => path);
  if (paths.length === 0 || !paths.every((path) => /\.[cm]?[jt]s$/.test(path))) {
    throw usageError(
      'not-a-suite',
      `${name} is not a suite file, and no folder that has one`,
      'a suite is a file such as roaming.suite.ts',
    );
  }
  return paths.map((path) => realpathSync(path)).map((path) => entry(idOfOutsider(path), path));
}

/** The path below the folder `suites`, or the bare name of the file; no ending either way. */
function idOfOutsider(path: string): string {
  const parts = path.split(sep);
  const below = parts.slice(parts.lastIndexOf('suites') + 1);
  const name = below.length < parts.length ? below.join('/') : basename(path);
  return name.replace(/(?:\.suite)?\.[cm]?[jt]s$/, '');
}
