import { crc32 } from 'node:zlib';

/** What OpenWrt's images say about themselves, as far as sysupgrade looks at it. Source: OpenWrt include/image-commands.mk. */
export interface FirmwareMetadata {
  readonly metadata_version: '1.1';
  readonly compat_version: '1.0';
  readonly supported_devices: readonly string[];
  readonly version: {
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
