import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { unzipSync } from 'fflate';

import { HarnessError, messageOf } from '../../core/errors.ts';

/** By its first octets. */
export const isZip = (bytes: Buffer): boolean =>
  bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'));

const IMAGE_NAME = /\.(?:bin|img|itb|trx|tar|img\.gz)$/i;

/**
 * The image in a zip, the one for upgrades where it has a factory image too.
 * @throws HarnessError `firmware.zip`, `firmware.damaged`
 */
export function imageInZip(path: string, file: Buffer): { name: string; bytes: Buffer } {
  const names: string[] = [];
  let images: readonly (readonly [string, Uint8Array])[];
  try {
    images = Object.entries(
      unzipSync(file, {
        filter: ({ name }) => {
          names.push(name);
          return IMAGE_NAME.test(name) && !name.startsWith('__MACOSX/');
        },
      }),
    );
  } catch (error) {
    throw badZip(`${path} can't be unpacked: ${messageOf(error)}`, 'download it again');
  }
  // ROOter's zips hold one image; others put the factory image beside the one for sysupgrade.
  const upgrades = images.filter(([name]) => /sysupgrade|upgrade/i.test(basename(name)));
  const [found, another] = upgrades.length === 1 ? upgrades : images;
  if (!found) throw badZip(`${path} holds no image, but ${listed(names)}`, 'name a .bin, .img or .itb file');
  if (another) {
    const all = listed(images.map(([name]) => name));
    throw badZip(`${path} holds more than one image: ${all}`, 'unpack it and name the one that is meant');
  }
  const [name, bytes] = found;
  if (crc32(bytes) !== checksumOf(file, name)) throw damaged(path, name);
  return { name: basename(name), bytes: Buffer.from(bytes) };
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.slice(0, 8).join(', ') + (names.length > 8 ? ' …' : '');

/**
 * The CRC-32 that the zip's directory has for a file: fflate does not look at it. Undefined: it is not listed. Source:
 * APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16.
 */
function checksumOf(file: Buffer, wanted: string): number | undefined {
  const end = endOfDirectory(file);
  let at = end < 0 ? 0 : file.readUInt32LE(end + 16);
  while (at < end) {
    const length = file.readUInt16LE(at + 28);
    if (file.toString('utf8', at + 46, at + 46 + length) === wanted) return file.readUInt32LE(at + 16);
    at += 46 + length + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return undefined;
}

/** Behind it a comment may stand, which can hold anything; negative: there is none. */
function endOfDirectory(file: Buffer): number {
  for (let from = file.length - 22; from >= 0;) {
    const end = file.lastIndexOf('PK\u0005\u0006', from, 'latin1');
    if (end < 0) return end;
    const at = file.readUInt32LE(end + 16);
    if (file.toString('latin1', at, at + 4) === 'PK\u0001\u0002') return end;
    from = end - 1;
  }
  return -1;
}

const badZip = (message: string, hint: string): HarnessError =>
  new HarnessError(message, { code: 'firmware.zip', blame: 'test', effect: 'none', hint });

const damaged = (path: string, name: string): HarnessError =>
  new HarnessError(`${name} in ${path} is damaged: it has another checksum than the zip says`, {
    code: 'firmware.damaged',
    blame: 'test',
    effect: 'none',
    hint: 'download it again',
  });
