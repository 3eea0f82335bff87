import { crc32 } from 'node:zlib';
import { HarnessError } from '../../core/errors.ts';

/** What OpenWrt's images say about themselves, as far as sysupgrade looks at it. Source: OpenWrt include/image-commands.mk. */
export interface FirmwareMetadata {
  readonly metadata_version: string;
  readonly compat_version?: string;
  /** Names of boards; behind a `compat_version` above 1.0 a sentence for people stands here. */
  readonly supported_devices: readonly string[];
  /** The names of boards in that case. */
  readonly new_supported_devices?: readonly string[];
  readonly version?: {
    readonly dist: string;
    readonly version: string;
    readonly revision: string;
    readonly target: string;
    readonly board: string;
  };
}

/** `FWx0` */
const MAGIC = 0x46577830;
const INFO = 1;
const HEADER = 8;
const TRAILER = 16;

/**
 * What is appended to an image: a header (version 0, no flags), the JSON text, and a trailer of magic, CRC, type and
 * the length of all three. The CRC is that of everything before the trailer, not inverted at its end. Big endian.
 * Source: OpenWrt's fwtool (fwimage.h, fwtool.c).
 */
export function metadataTrailer(image: readonly Uint8Array[], metadata: FirmwareMetadata): Buffer {
  const text = Buffer.from(JSON.stringify(metadata), 'utf8');
  const data = Buffer.concat([Buffer.alloc(HEADER), text]);
  const sum = [...image, data].reduce((crc, piece) => crc32(piece, crc), 0);
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32BE(MAGIC, 0);
  trailer.writeUInt32BE(~sum >>> 0, 4);
  trailer.writeUInt8(INFO, 8);
  trailer.writeUInt32BE(data.length + TRAILER, 12);
  return Buffer.concat([data, trailer]);
}

/**
 * The metadata at the end of an image, behind which a signature may stand; undefined where there is none (ar71xx, before
 * 19.07, has none).
 * @throws HarnessError `firmware.damaged` where the sum does not fit, `firmware.metadata` where the text makes no sense
 */
export function readMetadata(image: Buffer, name = 'the image'): FirmwareMetadata | undefined {
  let end = image.length;
  while (end >= TRAILER && image.readUInt32BE(end - TRAILER) === MAGIC) {
    const at = end - TRAILER;
    const size = image.readUInt32BE(at + 12);
    if (size < TRAILER || size > end) throw damaged(name, `a trailer says that it has ${size} octets`);
    const [found, written] = [~crc32(image.subarray(0, at)) >>> 0, image.readUInt32BE(at + 4)];
    if (found !== written) throw damaged(name, `its sum is ${hex(found)}, it says ${hex(written)}`);
    if (image[at + 8] === INFO) return parse(image.subarray(end - size + HEADER, at).toString('utf8'));
    end -= size;
  }
  return undefined;
}

/** The boards that an image is for. */
export const boardsOf = (metadata: FirmwareMetadata): readonly string[] =>
  metadata.new_supported_devices ?? metadata.supported_devices;

function parse(text: string): FirmwareMetadata {
  try {
    const found = JSON.parse(text) as FirmwareMetadata;
    if (Array.isArray(found.supported_devices) && boardsOf(found).every((name) => typeof name === 'string')) {
      return found;
    }
  } catch {
    // told below, with the text
  }
  throw new HarnessError(`the image's metadata makes no sense: ${text.slice(0, 200)}`, {
    code: 'firmware.metadata',
    blame: 'test',
    effect: 'none',
    hint: 'download it again; is it an image for sysupgrade?',
  });
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

const damaged = (name: string, why: string): HarnessError =>
  new HarnessError(`${name} is damaged: ${why}`, {
    code: 'firmware.damaged',
    blame: 'test',
    effect: 'none',
    hint: 'download it again, and compare its SHA-256 with the one that is published beside it',
  });
