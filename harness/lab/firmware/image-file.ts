import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import { HarnessError, messageOf } from '../../core/errors.ts';
import { formatOf, type ImageFormat } from '../../protocols/firmware/format.ts';
import { boardsOf, readMetadata } from '../../protocols/firmware/metadata.ts';
import { mustBeWhole } from './gzip.ts';
import { imageInZip, isZip } from './zip.ts';

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
  /** Whose it is, where its name or a flash that was proven told it. */
  readonly flavour?: string;
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
 * @throws HarnessError `firmware.unreadable`, `firmware.zip`, `firmware.no-hash`, `firmware.wrong-hash`,
 * `firmware.damaged`, `firmware.not-an-image`, `firmware.truncated`
 */
export function readFirmwareFile(path: string, sha256?: string): FirmwareFile {
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) throw noHash(sha256);
  const file = read(path);
  const whole = hashOf(file);
  const { name, bytes } = isZip(file) ? imageInZip(path, file) : { name: basename(path), bytes: file };
  const own = hashOf(bytes);
  if (sha256 !== undefined && ![whole, own].includes(sha256.toLowerCase()))
    throw wrongHash(path, sha256, own);
  const facts = factsIn(name, bytes);
  if (facts.format === 'gzip') mustBeWhole(name, bytes);
  return { bytes, facts: { sha256: own, name, length: bytes.length, ...facts } };
}

function factsIn(name: string, bytes: Buffer): Omit<FirmwareFacts, 'sha256' | 'name' | 'length'> {
  const format = formatOf(bytes, name);
  const metadata = readMetadata(bytes, name);
  const own = { format, ...(ROOTERS.test(name) ? { flavour: 'ROOter' } : {}) };
  if (!metadata) return own;
  const { dist, version, revision } = metadata.version ?? {};
  return {
    ...own,
    boards: boardsOf(metadata),
    ...(dist === undefined ? {} : { distribution: dist }),
    ...(version === undefined ? {} : { version }),
    ...(revision === undefined ? {} : { revision }),
  };
}

/** `gl-mifi-GO2019-01-13.bin`, `ROOter-GL-X750-…`: its images say OpenWrt of themselves. */
const ROOTERS = /ROOter|GoldenOrb|-GO\d{4}-/i;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function read(path: string): Buffer {
  try {
    // A pipe or a device need not have an end.
    if (statSync(path).isFile()) return readFileSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unreadable(missing ? `there is no file ${path || '""'}` : messageOf(error), error);
  }
  throw unreadable(`${path} is no file`, undefined);
}

const unreadable = (why: string, cause: unknown): HarnessError =>
  new HarnessError(`the image can't be read: ${why}`, {
    code: 'firmware.unreadable',
    blame: 'test',
    effect: 'none',
    hint: 'give the path of a file, or the beginning of a SHA-256 that is in the catalogue: wwanlab firmware list',
    cause,
  });

const noHash = (found: string): HarnessError =>
  new HarnessError(`"${found}" is no SHA-256: that has 64 hexadecimal digits`, {
    code: 'firmware.no-hash',
    blame: 'test',
    effect: 'none',
    hint: 'it is published beside the image (sha256sums), or printed by: sha256sum FILE',
  });

const wrongHash = (path: string, wanted: string, found: string): HarnessError =>
  new HarnessError(`${path} has the SHA-256 ${found}, not ${wanted}`, {
    code: 'firmware.wrong-hash',
    blame: 'test',
    effect: 'none',
    hint: 'download it again; if that gives the same, it is not the file that is meant',
  });
