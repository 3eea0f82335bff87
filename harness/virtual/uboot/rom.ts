import { readFileSync } from 'node:fs';

import { virtualError } from '../errors.ts';

/** Debian's U-Boot for QEMU's PC. It is the 32-bit one: the other says that features are missing. */
export const UBOOT_ROM = '/usr/lib/u-boot/qemu-x86/u-boot.rom';
export const UBOOT_PACKAGE = 'u-boot-qemu';

/** How the environment that U-Boot was built with begins, and what shows that it is the one we know. */
const FIRST = 'bootargs=';
const KNOWN = '\0bootcmd=run distro_bootcmd\0bootdelay=';

/**
 * U-Boot with another environment of its own in place of the one that it was built with (this build keeps none
 * elsewhere, CONFIG_ENV_IS_NOWHERE). It is plain text: `name=value` and a zero each, one more zero at its end.
 * @throws HarnessError `virtual.unknown-uboot` where it isn't found
 */
export function romWithEnvironment(rom: Uint8Array, environment: Readonly<Record<string, string>>): Buffer {
  const bytes = Buffer.from(rom);
  const known = bytes.indexOf(KNOWN, 0, 'latin1');
  const start = bytes.lastIndexOf(FIRST, known, 'latin1');
  const end = bytes.indexOf('\0\0', known, 'latin1') + 2;
  const text = Object.entries(environment).map(([name, value]) => `${name}=${value}\0`);
  const wanted = Buffer.from(`${text.join('')}\0`, 'latin1');
  if (known < 0 || start < 0 || end < known || wanted.length > end - start) throw unknownUboot();
  bytes.fill(0, start, end);
  wanted.copy(bytes, start);
  return bytes;
}

export const readRom = (): Buffer => readFileSync(UBOOT_ROM);

const unknownUboot = (): Error =>
  virtualError(
    'unknown-uboot',
    `${UBOOT_ROM} is not the U-Boot that the virtual rig knows`,
    'it was tried with u-boot-qemu 2023.01 of Debian 12: install that one',
  );
