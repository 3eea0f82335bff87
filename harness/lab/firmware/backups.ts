import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { catalogueFolder } from './catalogue.ts';

/**
 * Keeps a router's settings beside the images, each under a name of its own: who went back to the image of before, without
 * the settings that were lost on the way, still finds them. @returns the path
 */
export function saveBackup(rigId: string, archive: Uint8Array, folder = catalogueFolder()): string {
  const place = join(folder, 'backups');
  mkdirSync(place, { recursive: true });
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const path = join(place, `${rigId}-${sha256.slice(0, 12)}.tgz`);
  // Settings hold keys and passwords.
  writeFileSync(path, archive, { mode: 0o600 });
  return path;
}
