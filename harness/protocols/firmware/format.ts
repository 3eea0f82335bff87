import { HarnessError } from '../../core/errors.ts';
import { diskLength } from './disk-length.ts';
import { fitLength } from './fit-length.ts';
import { isTarHeader, tarLength } from './tar.ts';

export const imageFormats = [
  'fit',
  'uimage',
  'trx',
  'sysupgrade-tar',
  'squashfs',
  'gzip',
  'disk',
  'unknown',
] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** A form of image, by its first octets, and how many octets it says that it has. */
interface Known {
  readonly format: ImageFormat;
  is(bytes: Buffer): boolean;
  length?(bytes: Buffer): number;
}

const begins =
  (magic: string, at = 0) =>
  (bytes: Buffer): boolean =>
    bytes.subarray(at, at + magic.length / 2).equals(Buffer.from(magic, 'hex'));

/*
 * Sources: Devicetree Specification 5.2 (FIT), U-Boot include/image.h (legacy uImage), Linux mtd parser_trx.c,
 * OpenWrt scripts/sysupgrade-tar.sh, Linux fs/squashfs/squashfs_fs.h, RFC 1952, the boot signature of a PC disk.
 */
const known: readonly Known[] = [
  { format: 'fit', is: begins('d00dfeed'), length: fitLength },
  { format: 'uimage', is: begins('27051956'), length: (bytes) => 64 + bytes.readUInt32BE(12) },
  { format: 'trx', is: begins('48445230'), length: (bytes) => bytes.readUInt32LE(4) },
  {
    format: 'sysupgrade-tar',
    is: (bytes) => isTarHeader(bytes) && bytes.toString('latin1', 0, 11) === 'sysupgrade-',
    length: tarLength,
  },
  { format: 'squashfs', is: begins('68737173'), length: (bytes) => Number(bytes.readBigUInt64LE(40)) },
  { format: 'gzip', is: begins('1f8b') },
  { format: 'disk', is: begins('55aa', 510), length: diskLength },
];

/** Anything shorter is no firmware: the header of the longest form. */
export const SHORTEST = 1_024;

/**
 * Which form of image it is; `unknown` is not refused, the router knows its own.
 * @param name of the file, for messages
 * @throws HarnessError `firmware.not-an-image` for a web page, an archive or next to nothing; `firmware.truncated`
 */
export function formatOf(bytes: Buffer, name = 'this'): ImageFormat {
  if (bytes.length < SHORTEST)
    throw notAnImage(name, bytes.length === 0 ? 'it is empty' : `it has ${bytes.length} octets`);
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(bytes.toString('latin1', 0, 256))) {
    throw notAnImage(name, 'it is a web page: the download asked for something else first');
  }
  if (begins('504b0304')(bytes)) throw notAnImage(name, 'it is a zip file');
  const found = known.find(({ is }) => is(bytes));
  const says = found?.length?.(bytes) ?? 0;
  if (says > bytes.length) throw truncated(name, says, bytes.length);
  return found?.format ?? 'unknown';
}

const notAnImage = (name: string, why: string): HarnessError =>
  new HarnessError(`${name} is no firmware image: ${why}`, {
    code: 'firmware.not-an-image',
    blame: 'test',
    effect: 'none',
    hint: 'download it again, as a file',
  });

const truncated = (name: string, says: number, has: number): HarnessError =>
  new HarnessError(`${name} is cut short: its header says ${says} octets, there are ${has}`, {
    code: 'firmware.truncated',
    blame: 'test',
    effect: 'none',
    hint: 'download it again, and compare its SHA-256 with the one that is published beside it',
  });
