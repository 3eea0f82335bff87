import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import type { BootLoaderStep, OfferedImage, TftpRescue } from '../../rig/tftp-rescue.ts';

/** Free memory that no firmware lies in while U-Boot runs: what was written is read back to there. */
const READ_BACK_AT = '0x8000000';
const SECTOR = 512;

/** U-Boot's side of a rescue: QEMU's user network serves a folder over TFTP, the flash is a virtio disk. */
export function createTftpRescue(folder: string): TftpRescue {
  let count = 0;
  return {
    offer: async (image) => {
      const name = `rescue-${++count}.itb`;
      const path = join(folder, name);
      writeFileSync(path, image);
      return {
        name,
        length: image.length,
        crc32: crc32(image),
        withdraw: async () => rmSync(path, { force: true }),
      };
    },
    steps: rescueSteps,
    start: 'reset',
  };
}

/** U-Boot's commands, with what they print in 2023.01. Nothing is scanned for before `virtio scan`, not even the network. */
function rescueSteps({ name, length, crc32: sum }: OfferedImage): BootLoaderStep[] {
  const sectors = Math.ceil(length / SECTOR);
  const size = length.toString(16);
  const crc = new RegExp(`==> ${sum.toString(16).padStart(8, '0')}\\b`);
  const read = { limit: 30_000, writes: false };
  return [
    {
      what: 'the image is loaded over TFTP',
      command: `virtio scan; tftpboot \${fwaddr} ${name}`,
      proof: new RegExp(`Bytes transferred = ${length} `),
      limit: 120_000,
      writes: false,
    },
    { what: 'what arrived is what was sent', command: `crc32 \${fwaddr} ${size}`, proof: crc, ...read },
    {
      what: 'it is a sound firmware',
      command: 'iminfo ${fwaddr}',
      proof: /Hash\(es\) for Image 2 \(ramdisk\): sha256\+/,
      limit: 60_000,
      writes: false,
    },
    {
      what: 'it is written to the flash',
      command: `virtio write \${fwaddr} \${fwstart} ${sectors.toString(16)}`,
      proof: new RegExp(` ${sectors} blocks written: OK`),
      limit: 60_000,
      writes: true,
    },
    {
      what: 'the flash is read back',
      command: `virtio read ${READ_BACK_AT} \${fwstart} ${sectors.toString(16)}`,
      proof: new RegExp(` ${sectors} blocks read: OK`),
      limit: 60_000,
      writes: true,
    },
    {
      what: 'what is on the flash is what was sent',
      command: `crc32 ${READ_BACK_AT} ${size}`,
      proof: crc,
      limit: 30_000,
      writes: true,
    },
  ];
}
