import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { messageOf } from '../../core/errors.ts';
import { makeFolders } from '../../local/folders.ts';
import type { SavedBackup } from '../../procedures/flash/flash.ts';
import { tarMembers } from '../../protocols/firmware/tar.ts';
import { catalogueFolder } from './catalogue.ts';

/**
 * Keeps a router's settings beside the images, each under a name of its own: who went back to the image of before, without
 * the settings that were lost on the way, still finds them.
 */
export function saveBackup(rigId: string, archive: Uint8Array, folder = catalogueFolder()): SavedBackup {
  const place = join(folder, 'backups');
  makeFolders(place);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const path = join(place, `${rigId}-${sha256.slice(0, 12)}.tgz`);
  // Settings hold keys and passwords.
  writeFileSync(path, archive, { mode: 0o600 });
  return { path, flaw: flawOf(archive) };
}

/** Without it nobody reaches the router that was kept so. */
const NETWORK = /^(?:\.?\/)?etc\/config\/network$/;

/**
 * What is wrong with a backup that `sysupgrade -b` made, for the end of a sentence; undefined: the settings are in it. An
 * image whose package database or conffiles are gone keeps next to nothing, and says nothing about it.
 * Source: OpenWrt package/base-files/files/sbin/sysupgrade, build_list_of_backup_config_files.
 */
function flawOf(archive: Uint8Array): string | undefined {
  let names: string[];
  try {
    names = [...tarMembers(gunzipSync(archive))].map(({ name }) => name);
  } catch (error) {
    return `its backup of ${archive.length} octets can't be unpacked (gzip: ${messageOf(error)})`;
  }
  if (names.some((name) => NETWORK.test(name))) return undefined;
  return `its backup holds ${names.length} files and no /etc/config/network`;
}
