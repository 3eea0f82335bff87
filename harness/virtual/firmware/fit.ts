import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { flattenTree, type Node } from './device-tree.ts';
import type { FlatKernel } from './flat-kernel.ts';

export interface FitParts {
  readonly description: string;
  readonly kernel: FlatKernel;
  /** The real-mode part of the kernel's image, with the header of the boot protocol. */
  readonly setup: Uint8Array;
  readonly ramdisk: Uint8Array;
}

/** Every part begins at a multiple of it. The kernel begins at the first one, where it can be run from. */
export const FIT_BLOCK = 0x1000;

/** Where U-Boot puts the parts: the header for the boot protocol, the first root file system. */
const SETUP_AT = 0x90000;
const RAMDISK_AT = 0x800_0000;

/**
 * A flattened image tree whose parts lie behind it. Read to `load - 0x1000` of the kernel, the kernel is in its place
 * already: nothing is copied, so CONFIG_SYS_BOOTM_LEN (16 MB) doesn't matter. U-Boot checks the kernel by CRC-32, as a
 * SHA-256 of 37 MB takes it 5 s without KVM, and all that differs from one release to the next by SHA-256.
 * Source: U-Boot doc/uImage.FIT/source_file_format.txt.
 */
export function fitImage({ description, kernel, setup, ramdisk }: FitParts): Uint8Array[] {
  const parts = [kernel.bytes, setup, ramdisk];
  const places: number[] = [];
  let end = FIT_BLOCK;
  for (const { length } of parts) {
    places.push(end);
    end = Math.ceil((end + length) / FIT_BLOCK) * FIT_BLOCK;
  }
  const [kernelAt = 0, setupAt = 0, ramdiskAt = 0] = places;
  const tree = flattenTree({
    description,
    // U-Boot insists on one; the same content gives the same image.
    timestamp: [0],
    '#address-cells': [1],
    // For who reads it from a disk: 512 bytes each.
    sectors: [end / 512],
    images: {
      kernel: {
        type: 'kernel',
        ...part(kernel.bytes, kernelAt),
        load: [kernel.load],
        entry: [kernel.load],
        'hash-1': { algo: 'crc32', value: [crc32(kernel.bytes)] },
      },
      setup: {
        type: 'x86_setup',
        ...part(setup, setupAt),
        load: [SETUP_AT],
        entry: [SETUP_AT],
        'hash-1': sha256(setup),
      },
      ramdisk: {
        type: 'ramdisk',
        ...part(ramdisk, ramdiskAt),
        load: [RAMDISK_AT],
        'hash-1': sha256(ramdisk),
      },
    },
    configurations: {
      default: 'conf-1',
      'conf-1': { description, kernel: 'kernel', setup: 'setup', ramdisk: 'ramdisk' },
    },
  });
  return [tree, ...parts].flatMap((bytes) => [bytes, new Uint8Array(-bytes.length & (FIT_BLOCK - 1))]);
}

const part = (bytes: Uint8Array, at: number): Node => ({
  os: 'linux',
  arch: 'x86_64',
  compression: 'none',
  'data-position': [at],
  'data-size': [bytes.length],
});

const sha256 = (bytes: Uint8Array): Node => ({
  algo: 'sha256',
  value: createHash('sha256').update(bytes).digest(),
});
