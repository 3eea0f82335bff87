import { appendFileSync, closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { makeFolders } from '../local/folders.ts';
import type { PastVerdict } from '../verdict/reliability.ts';
import { stateFolder } from './leases/store.ts';

/** A rig is repaired, and gets worse: what is older says little of it. */
const RECENT = 200;
/** More than so many lines have. */
const TAIL_BYTES = RECENT * 1_024;

const folderOf = (state: string): string => join(state, 'verdicts');

/**
 * Adds to what is known of each rig, a line a verdict.
 * @throws what node:fs throws where the folder can't be written
 */
export function keepVerdicts(verdicts: readonly PastVerdict[], state = stateFolder()): void {
  const folder = folderOf(state);
  if (verdicts.length > 0) makeFolders(folder, 0o700);
  for (const name of new Set(verdicts.map(({ rig }) => rig))) {
    const lines = verdicts.flatMap((one) => (one.rig === name ? [`${JSON.stringify(one)}\n`] : []));
    appendFileSync(join(folder, `${name}.jsonl`), lines.join('')); // at once: two runs may end together
  }
}

/** The last 200 verdicts of each rig, the oldest first. */
export function pastVerdicts(state = stateFolder()): readonly PastVerdict[] {
  const folder = folderOf(state);
  return namesIn(folder).flatMap((name) => {
    const lines = tailOf(join(folder, name)).trimEnd().split('\n');
    return lines.slice(-RECENT).flatMap(parse);
  });
}

/** Nothing was kept where there is no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
}

function tailOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** A line that was torn, by a power cut or where the tail begins, says nothing. */
function parse(line: string): PastVerdict[] {
  try {
    return [JSON.parse(line) as PastVerdict];
  } catch {
    return [];
  }
}
