import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { virtualError } from '../errors.ts';

/** A Debian kernel that is installed, with its modules. */
export interface Kernel {
  /** `6.1.0-56-amd64` */
  readonly release: string;
  readonly path: string;
  readonly modules: string;
}

/** The newest amd64 kernel in /boot that has its modules beside it; undefined if there is none. */
export function findKernel(boot = '/boot', modules = '/lib/modules'): Kernel | undefined {
  if (!existsSync(boot)) return undefined;
  const releases = readdirSync(boot)
    .flatMap((name) => /^vmlinuz-(.+-amd64)$/.exec(name)?.[1] ?? [])
    .filter((release) => existsSync(join(modules, release, 'modules.dep')))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const release = releases.at(-1);
  if (release === undefined) return undefined;
  return { release, path: join(boot, `vmlinuz-${release}`), modules: join(modules, release) };
}

const MAX_VMLINUX = 256 * 1024 * 1024;

/** How compressed data begins, and what unpacks it. */
const FORMATS: readonly { readonly magic: string; readonly command: readonly string[] }[] = [
  { magic: 'fd377a585a00', command: ['xz', '-dc', '--single-stream'] },
  { magic: '28b52ffd', command: ['zstd', '-dc'] },
  { magic: '02214c18', command: ['lz4', '-dc'] },
  { magic: '425a68', command: ['bzip2', '-dc'] },
];

/**
 * Unpacks what the kernel and its modules are packed with (gzip, xz, zstd, lz4, bzip2).
 * @returns undefined where the format is unknown or its program is not installed
 */
export function unpack(data: Uint8Array): Uint8Array | undefined {
  const start = Buffer.from(data.subarray(0, 6)).toString('hex');
  if (start.startsWith('1f8b')) return gunzipSync(data);
  const format = FORMATS.find(({ magic }) => start.startsWith(magic));
  if (!format) return undefined;
  const [program = '', ...args] = format.command;
  const { status, stdout } = spawnSync(program, args, { input: data, maxBuffer: MAX_VMLINUX });
  // A second, damaged stream after the first one ends it with an error: what came out is checked by the caller.
  return status === null || stdout.length === 0 ? undefined : stdout;
}

/**
 * The ELF kernel inside a bzImage: QEMU enters it directly (PVH), which saves the guest the unpacking, 5 s and more
 * without KVM. The setup header has the place of the packed kernel since boot protocol 2.08.
 * Source: Linux Documentation/arch/x86/boot.rst, payload_offset and payload_length.
 * @returns undefined where it can't be had; the bzImage boots as well, only slower
 */
export function extractVmlinux(image: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  if (bytes.length < 0x260 || bytes.toString('latin1', 0x202, 0x206) !== 'HdrS') {
    throw virtualError(
      'bad-kernel',
      'the kernel is no bzImage of boot protocol 2 or newer',
      'type: apt-get install --reinstall linux-image-amd64',
    );
  }
  if (bytes.readUInt16LE(0x206) < 0x0208) return undefined;
  const setup = ((bytes[0x1f1] || 4) + 1) * 512;
  const start = setup + bytes.readUInt32LE(0x248);
  const payload = bytes.subarray(start, start + bytes.readUInt32LE(0x24c));
  // All but gzip have the length of the unpacked kernel behind them (arch/x86/boot/compressed/Makefile, size_append).
  const isGzip = payload.readUInt16BE(0) === 0x1f8b;
  const elf = unpack(isGzip ? payload : payload.subarray(0, -4));
  const isElf = elf !== undefined && Buffer.from(elf.subarray(0, 4)).toString('latin1') === '\x7fELF';
  return isElf ? elf : undefined;
}
