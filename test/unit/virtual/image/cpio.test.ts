import { describe, expect, it } from '@jest/globals';

import { cpioArchive, fileType } from '../../../../harness/virtual/image/cpio.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('cpioArchive', () => {
  it('writes what GNU cpio -o -H newc writes, but for inode, owner and time', () => {
    // `printf hi > a; echo a | cpio -o -H newc` (GNU cpio 2.13), with inode 1, 2 and uid, gid, mtime 0.
    const expected =
      '07070100000001000081A400000000000000000000000100000000000000020000000000000000000000000000000000000002' +
      '00000000a\0hi\0\0' +
      '07070100000002000000000000000000000000000000010000000000000000000000000000000000000000000000000000000B' +
      '00000000TRAILER!!!\0';
    const archive = cpioArchive([{ path: 'a', mode: fileType.file | 0o644, data: Buffer.from('hi') }]);
    expect(text(Buffer.concat(archive)).replace(/\0+$/, '\0')).toBe(expected);
  });

  it('starts every header and all data at a multiple of four', () => {
    const archive = Buffer.concat(
      cpioArchive([
        { path: 'x', mode: fileType.directory | 0o755 },
        { path: 'x/abc', mode: fileType.link | 0o777, data: Buffer.from('/bin/busybox') },
        { path: 'x/odd', mode: fileType.file | 0o600, data: Buffer.alloc(5) },
      ]),
    );
    const headers = [...text(archive).matchAll(/070701/g)].map(({ index }) => index);
    expect(headers).toHaveLength(4);
    expect(headers.every((at) => at % 4 === 0)).toBe(true);
    expect(archive.length % 4).toBe(0);
  });
});
