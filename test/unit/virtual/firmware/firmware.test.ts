import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { fitLength } from '../../../../harness/protocols/firmware/fit-length.ts';
import { flattenTree } from '../../../../harness/virtual/firmware/device-tree.ts';
import { fitImage } from '../../../../harness/virtual/firmware/fit.ts';
import { flattenKernel } from '../../../../harness/virtual/firmware/flat-kernel.ts';
import { firmwareImage } from '../../../../harness/virtual/firmware/image.ts';
import { guestRoot, hasBusybox } from '../guest/shell.ts';

/** An ELF kernel of one loadable segment at 16 MB, with zeros at its end. */
function elfKernel(content: Uint8Array): Buffer {
  const header = Buffer.alloc(64 + 56);
  header.write('\x7fELF', 'latin1');
  header.writeBigUInt64LE(64n, 0x20);
  header.writeUInt16LE(56, 0x36);
  header.writeUInt16LE(1, 0x38);
  header.writeUInt32LE(1, 64);
  header.writeBigUInt64LE(120n, 64 + 0x08);
  header.writeBigUInt64LE(0x100_0000n, 64 + 0x18);
  header.writeBigUInt64LE(BigInt(content.length), 64 + 0x20);
  return Buffer.concat([header, content]);
}

const kernelBytes = Buffer.from('the kernel\0\0\0\0');

describe('flattenTree', () => {
  it('writes what the Devicetree Specification has in 5.4.2', () => {
    const tree = flattenTree({ a: [7], node: { a: 'x' } });
    const [header, structure] = [tree.subarray(0, 40), tree.subarray(56)];
    expect(header.toString('hex')).toBe(
      `d00dfeed${word(tree.length)}${word(56)}${word(tree.length - 2)}${word(40)}${word(17)}${word(16)}${word(0)}${word(2)}${word(tree.length - 58)}`,
    );
    const begin = word(1);
    const node = `${begin}6e6f646500000000${word(3)}${word(2)}${word(0)}78000000${word(2)}`;
    expect(structure.toString('hex')).toBe(
      `${begin}00000000${word(3)}${word(4)}${word(0)}${word(7)}${node}${word(2)}${word(9)}6100`,
    );
  });
});

const word = (value: number): string => value.toString(16).padStart(8, '0');

describe('flattenKernel', () => {
  it('lays the segments out and drops the zeros at the end', () => {
    const { load, bytes } = flattenKernel(elfKernel(kernelBytes));
    expect([load, Buffer.from(bytes).toString()]).toEqual([0x100_0000, 'the kernel']);
  });

  it('refuses a kernel that is still packed', () => {
    expect(() => flattenKernel(Buffer.from('no ELF'))).toThrow('U-Boot takes it in no other form');
  });
});

describe('fitImage', () => {
  it('has its kernel where it can be run from, and the sum of what is behind it', () => {
    const ramdisk = Buffer.from('a root file system');
    const kernel = flattenKernel(elfKernel(kernelBytes));
    const image = Buffer.concat(fitImage({ description: 'x', kernel, setup: Buffer.alloc(512, 1), ramdisk }));
    expect(fitLength(image)).toBeGreaterThan(image.length - 0x1000);
    expect(fitLength(image)).toBeLessThanOrEqual(image.length);
    expect(image.subarray(0x1000, 0x100a).toString()).toBe('the kernel');
    expect(image.subarray(0x3000, 0x3012).equals(ramdisk)).toBe(true);
    const tree = image.subarray(0, 0x1000);
    expect(tree.includes(createHash('sha256').update(ramdisk).digest())).toBe(true);
    expect(image.length).toBe(0x4000);
  });
});

(hasBusybox ? describe : describe.skip)("a firmware's metadata", () => {
  it("is what the guest's fwtool takes out of it, unless a byte has changed or is missing", () => {
    const folder = mkdtempSync(join(tmpdir(), 'wwanlab-firmware-'));
    try {
      writeFileSync(join(folder, 'kernel'), elfKernel(kernelBytes));
      writeFileSync(join(folder, 'setup.bin'), Buffer.alloc(512));
      writeFileSync(join(folder, 'initrd.cpio.gz'), 'packed');
      const image = firmwareImage(folder, { release: '7', revision: 'r7', boards: ['one', 'two'] });
      expect(
        image.equals(firmwareImage(folder, { release: '7', revision: 'r7', boards: ['one', 'two'] })),
      ).toBe(true);
      const told = fwtool(folder, image);
      expect(JSON.parse(told.stdout)).toMatchObject({
        supported_devices: ['one', 'two'],
        version: { version: '7', revision: 'r7' },
      });
      const changed = Buffer.from(image);
      changed.writeUInt8(changed.readUInt8(0x1001) ^ 1, 0x1001);
      expect(fwtool(folder, changed)).toMatchObject({ status: 1, stderr: 'CRC error\n' });
      expect(fwtool(folder, image.subarray(0, -1))).toMatchObject({ status: 1, stderr: 'Data not found\n' });
      expect(fwtool(folder, Buffer.from('x'))).toMatchObject({ status: 1, stdout: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function fwtool(
  folder: string,
  image: Uint8Array,
): { status: number | null; stdout: string; stderr: string } {
  const path = join(folder, 'image');
  writeFileSync(path, image);
  const script = join(guestRoot, 'usr/bin/fwtool');
  return spawnSync('/bin/busybox', ['sh', script, '-i', '-', path], { encoding: 'utf8' });
}
