import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

import { messageOf } from '../../core/errors.ts';
import { virtualError } from '../errors.ts';

/** A part of the flash, in sectors of 512 bytes. */
export interface Slot {
  readonly start: number;
  readonly sectors: number;
}

const MB = 2048;

/** Where things are on the virtual router's flash (/dev/vda): one firmware (vda1), what it remembers (vda2). */
export const flashLayout = {
  firmware: { start: 1 * MB, sectors: 95 * MB },
  overlay: { start: 96 * MB, sectors: 32 * MB },
} as const satisfies Record<string, Slot>;

const SECTOR = 512;
const LINUX = 0x83;

/**
 * Makes a flash without firmware: a partition table (MBR) and an empty overlay.
 * @throws HarnessError `virtual.no-mkfs`
 */
export function createFlash(path: string): void {
  const { firmware, overlay } = flashLayout;
  const file = openSync(path, 'w', 0o600);
  ftruncateSync(file, (overlay.start + overlay.sectors) * SECTOR);
  closeSync(file);
  const size = `${overlay.sectors / 2}k`;
  const options = ['-q', '-F', '-b', '1024', '-E', `offset=${overlay.start * SECTOR}`];
  try {
    execFileSync('/sbin/mke2fs', ['-t', 'ext4', ...options, path, size], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    const hint = 'type: apt-get install e2fsprogs';
    throw virtualError('no-mkfs', `no file system could be made: ${messageOf(error)}`, hint, {
      cause: error,
    });
  }
  writeAt(path, 0, partitionTable([firmware, overlay]));
}

/** Writes an image where U-Boot looks for it. */
export function writeFirmware(path: string, image: Uint8Array): void {
  writeAt(path, flashLayout.firmware.start * SECTOR, image);
}

function writeAt(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

/** A master boot record without a boot program; addresses count in sectors alone (type 0x83). */
function partitionTable(slots: readonly Slot[]): Buffer {
  const sector = Buffer.alloc(SECTOR);
  slots.forEach(({ start, sectors }, i) => {
    const at = 446 + 16 * i;
    sector.writeUInt8(LINUX, at + 4);
    sector.writeUInt32LE(start, at + 8);
    sector.writeUInt32LE(sectors, at + 12);
  });
  sector.writeUInt16BE(0x55aa, 510);
  return sector;
}
