import { closeSync, openSync, readFileSync, writeFileSync, writevSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';

import { guestRoot } from '../places.ts';
import { cpioArchive } from './cpio.ts';
import { extractVmlinux, type Kernel } from './kernel.ts';
import { createGuestKeys } from './keys.ts';
import { guestTree } from './tree.ts';

/** Files of an image's folder. */
export const imageFiles = {
  kernel: 'kernel',
  initrd: 'initrd.cpio',
  userKey: 'id_ed25519',
  hostKey: 'host-key',
  flash: 'flash.img',
  /** The booted guest: its memory, and everything else of it. */
  memory: 'memory',
  state: 'state',
} as const;

/** Octets of the guest's flash: room for two firmware images. */
const FLASH = 32 * 1024 * 1024;

/** Writes kernel, first root file system, keys and an empty flash into a folder. */
export function buildImage(folder: string, kernel: Kernel): void {
  const keys = createGuestKeys();
  const bzImage = readFileSync(kernel.path);
  writeFileSync(join(folder, imageFiles.kernel), extractVmlinux(bzImage) ?? bzImage);
  writeFileSync(join(folder, imageFiles.userKey), keys.user, { mode: 0o600 });
  writeFileSync(join(folder, imageFiles.hostKey), `${keys.hostFingerprint}\n`);
  const initrd = openSync(join(folder, imageFiles.initrd), 'w', 0o600);
  // One piece a time: writev takes at most 1024.
  for (const piece of cpioArchive(guestTree(guestRoot(), kernel, keys))) writevSync(initrd, [piece]);
  closeSync(initrd);
  const flash = openSync(join(folder, imageFiles.flash), 'w', 0o600);
  ftruncateSync(flash, FLASH);
  closeSync(flash);
}
