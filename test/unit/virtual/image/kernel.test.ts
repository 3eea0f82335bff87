import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';

import { extractVmlinux } from '../../../../harness/virtual/image/kernel.ts';

/** A bzImage of one setup sector with this payload (Linux boot protocol 2.15). */
function bzImage(payload: Uint8Array): Buffer {
  const setup = Buffer.alloc(1024);
  setup[0x1f1] = 1;
  setup.write('HdrS', 0x202, 'latin1');
  setup.writeUInt16LE(0x020f, 0x206);
  setup.writeUInt32LE(16, 0x248);
  setup.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([setup, Buffer.alloc(16), payload, Buffer.alloc(8, 0xff)]);
}

describe('extractVmlinux', () => {
  it('finds the ELF kernel behind the setup code', () => {
    const elf = Buffer.from('\x7fELF the kernel', 'latin1');
    expect(Buffer.from(extractVmlinux(bzImage(gzipSync(elf))) ?? []).equals(elf)).toBe(true);
  });

  it('gives none where the payload is of no known format or holds no ELF', () => {
    expect(extractVmlinux(bzImage(Buffer.from('no format at all')))).toBeUndefined();
    expect(extractVmlinux(bzImage(gzipSync('something else')))).toBeUndefined();
  });

  it('refuses what is no kernel', () => {
    expect(() => extractVmlinux(Buffer.alloc(2048))).toThrow('no bzImage');
  });
});
