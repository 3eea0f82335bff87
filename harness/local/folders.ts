import { existsSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

import { thisUser } from './user.ts';

/** Below the home folder, where the variable says nothing. Source: XDG Base Directory Specification 0.8. */
const places = { XDG_CACHE_HOME: '.cache', XDG_DATA_HOME: '.local/share', XDG_STATE_HOME: '.local/state' };

/** wwanlab's folder of this kind. An empty or relative value counts as none, as the specification wants it. */
export function userFolder(
  variable: keyof typeof places,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const given = environment[variable] ?? '';
  const base = isAbsolute(given) ? given : join(thisUser(environment).home, places[variable]);
  return join(base, 'wwanlab');
}

/**
 * As mkdirSync's `recursive`, which never returns below a folder such as /proc that refuses new ones with ENOENT.
 * @throws what mkdirSync throws
 */
export function makeFolders(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!existsSync(path)) throw error; // else somebody else was faster
  }
}
