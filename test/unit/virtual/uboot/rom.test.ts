import { describe, expect, it } from '@jest/globals';

import { ubootEnvironment } from '../../../../harness/virtual/uboot/environment.ts';
import { romWithEnvironment } from '../../../../harness/virtual/uboot/rom.ts';

/** As in Debian's u-boot-qemu 2023.01: what stands before and behind the environment is code. */
const rom = Buffer.from(
  `code@@bootargs=root=/dev/sdb3\0bootcmd=run distro_bootcmd\0bootdelay=2\0arch=x86${'x'.repeat(60)}\0\0code`,
  'latin1',
);

describe('romWithEnvironment', () => {
  it('replaces the environment and nothing else', () => {
    const made = romWithEnvironment(rom, { bootcmd: 'run fw', bootdelay: '1' });
    expect(made.length).toBe(rom.length);
    expect(made.toString('latin1')).toMatch(/^code@@bootcmd=run fw\0bootdelay=1\0\0+code$/);
  });

  it('refuses a U-Boot that it does not know, and an environment that has no room', () => {
    expect(() => romWithEnvironment(Buffer.from('another'), {})).toThrow('is not the U-Boot');
    expect(() => romWithEnvironment(rom, { bootcmd: 'x'.repeat(200) })).toThrow('is not the U-Boot');
  });
});

describe('ubootEnvironment', () => {
  it('has no line that U-Boot would cut (CONFIG_SYS_CBSIZE)', () => {
    expect(Object.values(ubootEnvironment).filter(({ length }) => length > 511)).toEqual([]);
  });
});
