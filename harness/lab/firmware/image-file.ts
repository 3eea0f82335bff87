import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { unzipSync } from 'fflate';

import { HarnessError, messageOf } from '../../core/errors.ts';
import { formatOf, type ImageFormat } from '../../protocols/firmware/format.ts';
import { boardsOf, readMetadata } from '../../protocols/firmware/metadata.ts';
import { mustBeWhole } from './gzip.ts';

/** What is known of an image: from its metadata, or from whoever added it. */
export interface FirmwareFacts {
  readonly sha256: string;
  /** The file's name, for people. */
  readonly name: string;
  /** Octets. */
  readonly length: number;
  readonly format: ImageFormat;
  /** Names as in /tmp/sysinfo/board_name; undefined: the image does not say. */
  readonly boards?: readonly string[];
  readonly distribution?: string;
  /** DISTRIB_RELEASE and DISTRIB_REVISION. */
  readonly version?: string;
  readonly revision?: string;
}

export interface FirmwareFile {
  readonly facts: FirmwareFacts;
  readonly bytes: Buffer;
}

/**
 * Reads an image, also out of the zip that ROOter publishes.
 * @param sha256 what the file must have, where it is known
 * @throws HarnessError `firmware.unreadable`, `firmware.zip`, `firmware.wrong-hash`, `firmware.damaged`,
 * `firmware.not-an-image`, `firmware.truncated`
 */
export function readFirmwareFile(path: string, sha256?: string): FirmwareFile {
  const file = read(path);
  const whole = hashOf(file);
  const { name, bytes } = isZip(file) ? imageInZip(path, file) : { name: basename(path), bytes: file };
  const own = hashOf(bytes);
  if (sha256 !== undefined && ![whole, own].includes(sha256.toLowerCase()))
    throw wrongHash(path, sha256, own);
  const facts = factsIn(bytes);
  if (facts.format === 'gzip') mustBeWhole(name, bytes);
  return { bytes, facts: { sha256: own, name, length: bytes.length, ...facts } };
}

function factsIn(bytes: Buffer): Omit<FirmwareFacts, 'sha256' | 'name' | 'length'> {
  const format = formatOf(bytes);
  const metadata = readMetadata(bytes);
  if (!metadata) return { format };
  const { dist, version, revision } = metadata.version ?? {};
  return {
    format,
    boards: boardsOf(metadata),
    ...(dist === undefined ? {} : { distribution: dist }),
    ...(version === undefined ? {} : { version }),
    ...(revision === undefined ? {} : { revision }),
  };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const isZip = (bytes: Buffer): boolean =>
  bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'));

const IMAGE_NAME = /\.(?:bin|img|itb|trx|tar|img\.gz)$/i;

function imageInZip(path: string, file: Buffer): { name: string; bytes: Buffer } {
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
  return { name: basename(found[0]), bytes: Buffer.from(found[1]) };
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.slice(0, 8).join(', ') + (names.length > 8 ? ' …' : '');

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new HarnessError(`the image can't be read: ${messageOf(error)}`, {
      code: 'firmware.unreadable',
      blame: 'test',
      effect: 'none',
      hint: 'see what is in the catalogue: wwanlab firmware list',
      cause: error,
    });
  }
}

const badZip = (message: string, hint: string): HarnessError =>
  new HarnessError(message, { code: 'firmware.zip', blame: 'test', effect: 'none', hint });

const wrongHash = (path: string, wanted: string, found: string): HarnessError =>
  new HarnessError(`${path} has the SHA-256 ${found}, not ${wanted}`, {
    code: 'firmware.wrong-hash',
    blame: 'test',
    effect: 'none',
    hint: 'download it again; if that gives the same, it is not the file that is meant',
  });
