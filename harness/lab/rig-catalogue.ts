import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { HarnessError } from '../core/errors.ts';
import { quoteWord } from '../drivers/openwrt/quote.ts';
import { didYouMean } from './nearest.ts';
import { packageRoot, shownPath } from './places.ts';
import { RIG_SUFFIX } from './rig-file.ts';

/** A rig file that was found, not read yet. */
export interface RigEntry {
  readonly id: string;
  readonly path: string;
}

/** Where rigs are looked for: `rigs/` of the working directory, then `rigs/` of this package. */
export function rigFolders(): string[] {
  return [...new Set([resolve('rigs'), join(packageRoot(), 'rigs')])];
}

/** The rig files of the first folder that has any, by id. */
export function listRigs(folders: readonly string[] = rigFolders()): RigEntry[] {
  return folders.map(rigsIn).find((rigs) => rigs.length > 0) ?? [];
}

function rigsIn(folder: string): RigEntry[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(RIG_SUFFIX));
  return names.sort().map((name) => ({ id: basename(name, RIG_SUFFIX), path: join(folder, name) }));
}

/**
 * The rig that was named by its id or by the path of its file.
 * @throws HarnessError `usage.unknown-rig`, with the rigs that are known
 */
export function findRig(name: string, folders: readonly string[] = rigFolders()): RigEntry {
  const known = folders.flatMap(rigsIn);
  const found = known.find(({ id }) => id === name);
  if (found) return found;
  if (looksLikePath(name)) return { id: basename(name).replace(/(\.rig)?\.ya?ml$/, ''), path: resolve(name) };
  const ids = [...new Set(known.map(({ id }) => id))];
  throw new HarnessError(`there is no rig "${name}"${didYouMean(name, ids)}`, {
    code: 'usage.unknown-rig',
    blame: 'test',
    effect: 'none',
    hint: `known rigs: ${ids.join(', ') || 'none'}; or give the path of a rig file`,
    data: { known: ids },
  });
}

/** What to type for a rig, as a shell takes it: its id where it is found by that, the path of its file elsewhere. */
export function nameOf({ id, path }: RigEntry, folders: readonly string[] = rigFolders()): string {
  const found = folders.flatMap(rigsIn).find((rig) => rig.id === id);
  return quoteWord(found?.path === resolve(path) ? id : shownPath(path));
}

function looksLikePath(name: string): boolean {
  return /[/\\]|\.ya?ml$/.test(name) || existsSync(name);
}
