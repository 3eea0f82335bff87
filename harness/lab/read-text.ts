import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { HarnessError, messageOf, type ErrorCode } from '../core/errors.ts';
import { shownPath } from './places.ts';

/** No rig file is anywhere near this long. */
const MOST_BYTES = 256 * 1024;

/**
 * A small text file.
 * @param area first half of the error's code
 * @param what what the file should be, as in "is a directory, not a rig file"
 * @throws HarnessError `area.missing`, `.directory`, `.unreadable`, `.too-big`, `.not-text`, blamed on the test
 */
export function readText(path: string, area: string, what: string): string {
  const bytes = readBytes(path, area, what);
  const refuse = (problem: string): HarnessError =>
    refusal(`${area}.not-text`, `${shownPath(path)}: ${problem}`);
  if (bytes.includes(0)) throw refuse(`holds binary data, so it is not ${what}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(`is not UTF-8 text, so it is not ${what}`);
  }
}

function readBytes(path: string, area: string, what: string): Uint8Array {
  const file = open(path, area, what);
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory())
      throw refusal(`${area}.directory`, `${shownPath(path)}: is a directory, not ${what}`);
    const bytes = new Uint8Array(MOST_BYTES + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got) {
      got = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > MOST_BYTES) {
      throw refusal(
        `${area}.too-big`,
        `${shownPath(path)}: has more than ${MOST_BYTES / 1024} KiB, so it is not ${what}`,
      );
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function open(path: string, area: string, what: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw refusal(`${area}.missing`, `${shownPath(path)}: there is no such file`, error);
    }
    throw refusal(
      `${area}.unreadable`,
      `${shownPath(path)}: cannot be read: ${messageOf(error)} (expected ${what})`,
      error,
    );
  }
}

function refusal(code: string, message: string, cause?: unknown): HarnessError {
  return new HarnessError(message, { code: code as ErrorCode, blame: 'test', effect: 'none', cause });
}
