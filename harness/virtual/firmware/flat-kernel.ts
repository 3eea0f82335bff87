import { virtualError } from '../errors.ts';

/** A kernel as a boot loader needs it that doesn't unpack it: bytes for their place in memory. */
export interface FlatKernel {
  /** Where the first byte goes; also where it is entered. */
  readonly load: number;
  readonly bytes: Uint8Array;
}

const LOADABLE = 1;

/**
 * An ELF kernel's segments laid out as in memory, without zeros at the end: the kernel clears its own .bss. Source: ELF-64
 * Object File Format 1.5, program header.
 * @throws HarnessError `virtual.no-flat-kernel` where it is a bzImage because its unpacker is missing
 */
export function flattenKernel(elf: Uint8Array): FlatKernel {
  const file = Buffer.from(elf.buffer, elf.byteOffset, elf.byteLength);
  if (file.toString('latin1', 0, 4) !== '\x7fELF') throw noFlatKernel();
  const table = Number(file.readBigUInt64LE(0x20));
  const size = file.readUInt16LE(0x36);
  const count = file.readUInt16LE(0x38);
  const segments = Array.from({ length: count }, (_, i) => segmentAt(file, table + i * size)).filter(
    ({ type, length }) => type === LOADABLE && length > 0,
  );
  const load = Math.min(...segments.map(({ physical }) => physical));
  const end = Math.max(...segments.map(({ physical, length }) => physical + length));
  const bytes = Buffer.alloc(end - load);
  for (const { physical, from, length } of segments) file.copy(bytes, physical - load, from, from + length);
  let used = bytes.length;
  while (used > 0 && bytes[used - 1] === 0) used--;
  return { load, bytes: bytes.subarray(0, used) };
}

const segmentAt = (
  file: Buffer,
  at: number,
): { type: number; from: number; physical: number; length: number } => ({
  type: file.readUInt32LE(at),
  from: Number(file.readBigUInt64LE(at + 0x08)),
  physical: Number(file.readBigUInt64LE(at + 0x18)),
  length: Number(file.readBigUInt64LE(at + 0x20)),
});

/** The part of a bzImage that has the boot protocol's header: 512 bytes and the sectors that it counts. Source: boot.rst. */
export const setupPart = (bzImage: Uint8Array): Uint8Array =>
  bzImage.subarray(0, ((bzImage[0x1f1] || 4) + 1) * 512);

const noFlatKernel = (): Error =>
  virtualError(
    'no-flat-kernel',
    'the kernel could not be unpacked when the guest was built, and U-Boot takes it in no other form',
    'type: apt-get install xz-utils zstd, then wwanlab virtual setup --rebuild',
  );
