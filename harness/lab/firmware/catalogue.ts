import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { HarnessError, messageOf } from '../../core/errors.ts';
import { makeFolders, userFolder } from '../../local/folders.ts';
import type { FirmwareFacts, FirmwareFile } from './image-file.ts';
import { readFirmwareFile } from './image-file.ts';

/*
 * Images by their SHA-256, in a folder each: `image` and `facts.json`. What was on a router once is found here again.
 */

/** `WWANLAB_FIRMWARE`, or the place that the XDG Base Directory Specification has for data. */
export function catalogueFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['WWANLAB_FIRMWARE'] || join(userFolder('XDG_DATA_HOME', environment), 'firmware');
}

/** Facts that an image does not say itself. */
export type GivenFacts = Pick<FirmwareFacts, 'boards' | 'version' | 'revision' | 'distribution' | 'flavour'>;

/**
 * Puts an image into the catalogue; what it says itself comes first, then what is given, then what was known of it there.
 * @throws HarnessError what readFirmwareFile throws; `firmware.catalogue` where it can't be kept
 */
export function addFirmware(
  file: FirmwareFile,
  given: GivenFacts,
  folder = catalogueFolder(),
): FirmwareFacts {
  const place = join(folder, file.facts.sha256);
  const facts = { ...knownAt(place), ...given, ...file.facts };
  const fresh = `${place}.${process.pid}`;
  try {
    makeFolders(fresh);
    writeFileSync(join(fresh, 'image'), file.bytes);
    writeFileSync(join(fresh, 'facts.json'), `${JSON.stringify(facts, null, 2)}\n`);
    // Whole or not at all: nobody finds half an image.
    rmSync(place, { recursive: true, force: true });
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw new HarnessError(`the image can't be kept in ${folder}: ${messageOf(error)}`, {
      code: 'firmware.catalogue',
      blame: 'rig',
      effect: 'none',
      hint: 'make it writable, or name another: WWANLAB_FIRMWARE=/somewhere',
      cause: error,
    });
  }
  return facts;
}

/** What somebody named before is not forgotten because the file itself does not say it. */
const knownAt = (place: string): Partial<FirmwareFacts> =>
  existsSync(join(place, 'facts.json')) ? factsIn(place) : {};

/** All images, by name. @throws HarnessError `firmware.catalogue` where one is broken */
export function listFirmware(folder = catalogueFolder()): readonly FirmwareFacts[] {
  return namesIn(folder)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .map((name) => factsIn(join(folder, name)))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function factsIn(place: string): FirmwareFacts {
  try {
    return JSON.parse(readFileSync(join(place, 'facts.json'), 'utf8')) as FirmwareFacts;
  } catch (error) {
    throw new HarnessError(`the catalogue's facts.json in ${place} can't be read: ${messageOf(error)}`, {
      code: 'firmware.catalogue',
      blame: 'rig',
      effect: 'none',
      hint: `add that image again, after: rm -r ${place}`,
      cause: error,
    });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was added yet
  }
}

/** At least so much of a SHA-256 names an image, if only one begins so. */
const SHORTEST = 6;

/**
 * The image of this name: a path, or the beginning of its SHA-256 in the catalogue.
 * @throws HarnessError what readFirmwareFile throws; `firmware.damaged` where the catalogue holds other bytes than it says
 */
export function findFirmware(name: string, folder = catalogueFolder()): FirmwareFile {
  const begin = name.toLowerCase();
  const kept =
    begin.length >= SHORTEST && /^[0-9a-f]+$/.test(begin)
      ? listFirmware(folder).filter(({ sha256 }) => sha256.startsWith(begin))
      : [];
  const [only] = kept;
  if (kept.length !== 1 || !only) return readFirmwareFile(name);
  return readKept(only, folder);
}

/** The bytes of what the catalogue lists. @throws HarnessError `firmware.wrong-hash` */
export function readKept(facts: FirmwareFacts, folder = catalogueFolder()): FirmwareFile {
  const { bytes } = readFirmwareFile(join(folder, facts.sha256, 'image'), facts.sha256);
  return { facts, bytes };
}
