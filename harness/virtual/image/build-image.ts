import { closeSync, openSync, readFileSync, writeFileSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { setupPart } from '../firmware/flat-kernel.ts';
import { createFlash } from '../firmware/flash.ts';
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
  /** The parts of a firmware that are not the kernel, and a flash without firmware. */
  setup: 'setup.bin',
  packedInitrd: 'initrd.cpio.gz',
  flash: 'flash.img',
  /** The booted guest: its memory, and everything else of it. */
  memory: 'memory',
  state: 'state',
} as const;

/** Writes kernel, first root file system, keys, and what firmware is made of into a folder. */
export function buildImage(folder: string, kernel: Kernel): void {
  const keys = createGuestKeys();
  const bzImage = readFileSync(kernel.path);
  writeFileSync(join(folder, imageFiles.kernel), extractVmlinux(bzImage) ?? bzImage);
  writeFileSync(join(folder, imageFiles.userKey), keys.user, { mode: 0o600 });
  writeFileSync(join(folder, imageFiles.hostKey), `${keys.hostFingerprint}\n`);
  writeFileSync(join(folder, imageFiles.setup), setupPart(bzImage));
  const initrdPath = join(folder, imageFiles.initrd);
  const initrd = openSync(initrdPath, 'w', 0o600);
  // One piece a time: writev takes at most 1024.
  for (const piece of cpioArchive(guestTree(guestRoot(), kernel, keys))) writevSync(initrd, [piece]);
  closeSync(initrd);
  writeFileSync(join(folder, imageFiles.packedInitrd), gzipSync(readFileSync(initrdPath)), { mode: 0o600 });
  createFlash(join(folder, imageFiles.flash));
}
