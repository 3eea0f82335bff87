import { describe, expect, it } from '@jest/globals';

import { formatOf } from '../../../../harness/protocols/firmware/format.ts';
import { flattenTree } from '../../../../harness/virtual/firmware/device-tree.ts';
import { boardsOf, metadataTrailer, readMetadata } from '../../../../harness/protocols/firmware/metadata.ts';
import { tar } from '../../../support/tar.ts';

const metadata = {
  metadata_version: '1.1',
  compat_version: '1.0',
  supported_devices: ['glinet,gl-mifi', 'gl-mifi'],
  version: { dist: 'OpenWrt', version: '23.05.5', revision: 'r24106', target: 'ath79/generic', board: 'x' },
};
const body = Buffer.alloc(4_096, 7);
const image = Buffer.concat([body, metadataTrailer([body], metadata)]);

/** A trailer of type 0, as ucert and usign append theirs behind the metadata. */
function signed(whole: Buffer): Buffer {
  const again = Buffer.concat([whole, metadataTrailer([whole], metadata)]);
  again.writeUInt8(0, again.length - 8);
  return again;
}

describe("an image's metadata", () => {
  it('is found at its end, also behind a signature', () => {
    expect(readMetadata(image)).toEqual(metadata);
    expect(readMetadata(signed(image))).toEqual(metadata);
    expect(readMetadata(body)).toBeUndefined();
  });

  it('is not believed when a bit of the image has turned', () => {
    for (const at of [0, 4_000, 4_110]) {
      const turned = Buffer.from(image);
      turned[at] = (turned[at] ?? 0) ^ 1;
      expect(() => readMetadata(turned)).toThrow('the image is damaged');
    }
  });

  it('names its boards elsewhere where the image is not compatible with what runs', () => {
    const dsa = {
      ...metadata,
      supported_devices: ['Config cannot be migrated'],
      new_supported_devices: ['b'],
    };
    expect(boardsOf(dsa)).toEqual(['b']);
  });

  it('has to be of its shape', () => {
    const strange = Buffer.concat([
      body,
      metadataTrailer([body], { ...metadata, supported_devices: 'b' } as never),
    ]);
    expect(() => readMetadata(strange)).toThrow('makes no sense');
  });
});

describe('formatOf', () => {
  const header = (write: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.alloc(2_048);
    write(bytes);
    return bytes;
  };

  it.each([
    ['fit', (b: Buffer) => (b.writeUInt32BE(0xd00dfeed), b.writeUInt32BE(2_048, 4))],
    ['uimage', (b: Buffer) => (b.writeUInt32BE(0x27051956), b.writeUInt32BE(1_984, 12))],
    ['trx', (b: Buffer) => (b.write('HDR0'), b.writeUInt32LE(2_048, 4))],
    ['sysupgrade-tar', (b: Buffer) => (b.write('sysupgrade-gl/CONTROL'), b.write('ustar', 257))],
    ['gzip', (b: Buffer) => b.writeUInt16BE(0x1f8b)],
    ['disk', (b: Buffer) => b.writeUInt16BE(0x55aa, 510)],
    ['unknown', () => 0],
  ] as const)('knows %s', (format, write) => {
    expect(formatOf(header(write))).toBe(format);
  });

  it.each([
    ['data-offset', (tree: Buffer) => ((tree.length + 3) & ~3) + 0x100 + 900],
    ['data-position', () => 0x100 + 900],
  ] as const)('sees that data behind an image tree is cut short, by %s', (property, end) => {
    const part = { [property]: [0x100], 'data-size': [900], other: [4_000_000] };
    const tree = flattenTree({ 'data-size': 'none', images: { kernel: { type: 'x' }, fs: part } });
    const whole = Buffer.concat([tree, Buffer.alloc(3_000)]);
    expect(formatOf(whole.subarray(0, Math.max(end(tree), 1_024)))).toBe('fit');
    const big = { [property]: [0x100], 'data-size': [100_000] };
    const torn = Buffer.concat([flattenTree({ images: { fs: big } }), Buffer.alloc(50_000)]);
    expect(() => formatOf(torn)).toThrow(/cut short: its header says 100\d\d\d octets/);
  });

  it('sees that an archive is cut short, amid a member and between two', () => {
    const archive = tar({
      'sysupgrade-gl/CONTROL': 12,
      'sysupgrade-gl/kernel': 3_000,
      'sysupgrade-gl/root': 5_000,
    });
    expect(formatOf(archive)).toBe('sysupgrade-tar');
    expect(formatOf(Buffer.concat([archive, Buffer.from('metadata')]))).toBe('sysupgrade-tar');
    for (let length = 1_024; length < archive.length - 1_024; length += 512) {
      expect(() => formatOf(archive.subarray(0, length))).toThrow('cut short');
    }
  });

  it('takes a tree that makes no sense for as long as it says', () => {
    for (const at of [8, 12]) {
      const broken = Buffer.concat([flattenTree({ a: { 'data-size': [9] } }), Buffer.alloc(2_000)]);
      broken.writeUInt32BE(0xffff_fff0, at);
      expect(formatOf(broken)).toBe('fit');
    }
  });

  it.each([
    ['squashfs', (fs: Buffer) => (fs.write('hsqs'), fs.writeBigUInt64LE(5_000n, 40))],
    ['ext4', (fs: Buffer) => (fs.writeUInt32LE(5, 1_028), fs.writeUInt16LE(0xef53, 1_080))],
  ] as const)(
    'sees that a disk is cut short amid its %s, and not where its partition is larger',
    (_fs, fill) => {
      const disk = Buffer.alloc(4 * 512 + 5_120);
      disk.writeUInt16BE(0x55aa, 510);
      disk.writeUInt8(0x83, 462 + 4);
      disk.writeUInt32LE(4, 462 + 8);
      disk.writeUInt32LE(1_000, 462 + 12);
      fill(disk.subarray(4 * 512));
      expect(formatOf(disk)).toBe('disk');
      for (const left of [4 * 512 + 4_999, 4 * 512 + 1_000, 3 * 512]) {
        expect(() => formatOf(disk.subarray(0, left))).toThrow(`there are ${left}`);
      }
      disk.writeUInt8(0xee, 462 + 4); // a GPT's own account is not read
      expect(formatOf(disk.subarray(0, 3 * 512))).toBe('disk');
    },
  );

  it('sees that one is cut short, and what is none', () => {
    const short = header((b) => (b.writeUInt32BE(0x27051956), b.writeUInt32BE(9_000, 12)));
    expect(() => formatOf(short)).toThrow('its header says 9064 octets, there are 2048');
    expect(() => formatOf(header((b) => b.write('<!DOCTYPE html>')))).toThrow('web page');
    expect(() => formatOf(Buffer.alloc(3))).toThrow('it has 3 octets');
  });
});
