import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { HarnessError } from '../../core/errors.ts';
import { makeFolders } from '../../local/folders.ts';
import type { Board } from '../../rig/router.ts';
import { catalogueFolder, listFirmware } from './catalogue.ts';
import type { FirmwareFacts } from './image-file.ts';

/** What a router ran, and which image that was, where it came from here. */
interface Run extends Pick<Board, 'boardName' | 'distribution' | 'version' | 'revision'> {
  readonly sha256?: string | undefined;
}

/** What ran on a rig before its last flash, and since, where that was proven. */
interface History {
  readonly before?: Run;
  readonly now?: Run;
}

const fileOf = (rigId: string, folder: string): string => join(folder, 'flashed', `${rigId}.json`);

function historyOf(rigId: string, folder: string): History {
  try {
    return JSON.parse(readFileSync(fileOf(rigId, folder), 'utf8')) as History;
  } catch {
    return {};
  }
}

function write(rigId: string, history: History, folder: string): void {
  const path = fileOf(rigId, folder);
  makeFolders(dirname(path));
  writeFileSync(path, `${JSON.stringify(history, null, 2)}\n`);
}

const runOf = ({ boardName, distribution, version, revision }: Board, sha256: string | undefined): Run => ({
  boardName,
  distribution,
  version,
  revision,
  sha256,
});

/** Which image runs, where it was flashed from here and the router still runs that release. */
export function imageOn(rigId: string, board: Board, folder = catalogueFolder()): string | undefined {
  const { now } = historyOf(rigId, folder);
  const same =
    now?.boardName === board.boardName && now.version === board.version && now.revision === board.revision;
  return same ? now?.sha256 : undefined;
}

/** Notes what is about to be replaced, before it is. */
export function noteBefore(rigId: string, board: Board, folder = catalogueFolder()): void {
  write(rigId, { before: runOf(board, imageOn(rigId, board, folder)) }, folder);
}

/** Notes what runs since, once that is proven. */
export function noteFlashed(rigId: string, board: Board, sha256: string, folder = catalogueFolder()): void {
  write(rigId, { ...historyOf(rigId, folder), now: runOf(board, sha256) }, folder);
}

/** What ran before the last flash. */
export interface FirmwareBefore {
  readonly facts: FirmwareFacts;
  /** False: it is the only image of its release that is known here, and may not be the one that ran. */
  readonly flashedFromHere: boolean;
}

/**
 * The image that ran before the last flash: the one that was flashed from here, or else the only one of its release.
 * @throws HarnessError `flash.no-way-back` where nothing was noted, or the catalogue lacks that image, or has several
 */
export function firmwareBefore(rigId: string, folder = catalogueFolder()): FirmwareBefore {
  const { before } = historyOf(rigId, folder);
  if (!before) {
    throw noWayBack(
      `${rigId} was never flashed from here`,
      'name the image instead of --back: its file, or its name in the catalogue',
    );
  }
  const { boardName, version, revision, sha256 } = before;
  const found = listFirmware(folder).filter((one) =>
    sha256 === undefined
      ? one.version === version && one.revision === revision && (one.boards?.includes(boardName) ?? true)
      : one.sha256 === sha256,
  );
  const what = `${version} ${revision} for ${boardName} ran on ${rigId}`;
  const [only, ...others] = found;
  if (only && others.length === 0) return { facts: only, flashedFromHere: sha256 !== undefined };
  if (!only)
    throw noWayBack(`${what}, and the catalogue lacks it`, 'add that image first: wwanlab firmware add FILE');
  const names = found.map((one) => `${one.name} (${one.sha256.slice(0, 12)})`).join(', ');
  throw noWayBack(
    `${what}, and which image that was is not known; of that release the catalogue has ${names}`,
    `name the one: wwanlab flash ${rigId} ${only.sha256.slice(0, 12)}`,
  );
}

const noWayBack = (message: string, hint: string): HarnessError =>
  new HarnessError(message, { code: 'flash.no-way-back', blame: 'test', effect: 'none', hint });
