import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { HarnessError } from '../../core/errors.ts';
import type { Board } from '../../rig/router.ts';
import { catalogueFolder, listFirmware } from './catalogue.ts';
import type { FirmwareFacts } from './image-file.ts';

/** What ran on a rig before its last flash. */
export type Before = Pick<Board, 'boardName' | 'distribution' | 'version' | 'revision'>;

const fileOf = (rigId: string, folder: string): string => join(folder, 'flashed', `${rigId}.json`);

/** Notes what is about to be replaced, before it is. */
export function noteBefore(rigId: string, board: Board, folder = catalogueFolder()): void {
  const { boardName, distribution, version, revision } = board;
  const path = fileOf(rigId, folder);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ boardName, distribution, version, revision }, null, 2)}\n`);
}

/**
 * The image that ran before the last flash.
 * @throws HarnessError `flash.no-way-back` where nothing was noted, or the catalogue lacks that image
 */
export function firmwareBefore(rigId: string, folder = catalogueFolder()): FirmwareFacts {
  let before: Before;
  try {
    before = JSON.parse(readFileSync(fileOf(rigId, folder), 'utf8')) as Before;
  } catch {
    throw noWayBack(
      `${rigId} was never flashed from here`,
      'name the image instead of --back: its file, or its name in the catalogue',
    );
  }
  const { boardName, version, revision } = before;
  const found = listFirmware(folder).find(
    (one) =>
      one.version === version && one.revision === revision && (one.boards?.includes(boardName) ?? true),
  );
  if (found) return found;
  throw noWayBack(
    `${version} ${revision} for ${boardName} ran on ${rigId}, and the catalogue lacks it`,
    'add that image first: wwanlab firmware add FILE',
  );
}

const noWayBack = (message: string, hint: string): HarnessError =>
  new HarnessError(message, { code: 'flash.no-way-back', blame: 'test', effect: 'none', hint });
