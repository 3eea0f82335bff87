import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import type { TimelineEvent } from '../core/timeline.ts';

const FILE_NAME = 'timeline.jsonl';
const CHUNK_BYTES = 1 << 20;

export function timelinePath(runDirectory: string): string {
  return join(runDirectory, FILE_NAME);
}

/** The end of a run's timeline, for whoever writes next: the parent, then one Jest child after the other. */
export interface TimelineFile {
  /** The `seq` that comes after the last one in the file when it was opened. */
  readonly nextSeq: number;
  /** The line is with the kernel when this returns, so that a process killed with -9 loses none. */
  write(line: string): void;
  close(): void;
}

/** Opens a run's timeline for appending; a last line that a killed writer left torn is cut off. */
export function openTimelineFile(runDirectory: string): TimelineFile {
  const file = openSync(timelinePath(runDirectory), 'a+');
  const end = wholeLength(file);
  if (end < fstatSync(file).size) ftruncateSync(file, end);
  return {
    nextSeq: lastSeq(file, end) + 1,
    write: (line) => {
      writeAll(file, line);
    },
    close: () => closeSync(file),
  };
}

/** A full disk or a signal can cut a write short. */
function writeAll(file: number, line: string): void {
  const bytes = Buffer.from(line);
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

/** Bytes up to and with the last newline. */
function wholeLength(file: number): number {
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = fstatSync(file).size; end > 0;) {
    const start = Math.max(0, end - chunk.length);
    const got = readSync(file, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, got).lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

function lastSeq(file: number, end: number): number {
  for (let size = 64 * 1024; ; size *= 8) {
    const start = Math.max(0, end - size);
    const tail = Buffer.alloc(end - start);
    readSync(file, tail, 0, tail.length, start);
    const lines = tail.toString('utf8').split('\n');
    if (start > 0) lines.shift();
    for (const line of lines.toReversed()) {
      const event = parseEvent(line);
      if (event) return event.seq;
    }
    if (start === 0) return 0;
  }
}

/**
 * The events of a timeline in order, a chunk of the file at a time. Lines that are no events are passed over: a
 * writer that was killed may have left its last one torn.
 */
export function* readTimeline(path: string): Generator<TimelineEvent, void, undefined> {
  const file = openSync(path, 'r');
  try {
    for (const line of linesOf(file)) {
      const event = parseEvent(line);
      if (event) yield event;
    }
  } finally {
    closeSync(file);
  }
}

function* linesOf(file: number): Generator<string, void, undefined> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const got = readSync(file, chunk, 0, chunk.length, null);
    const lines = (rest + decoder.decode(chunk.subarray(0, got), { stream: got > 0 })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (got === 0) break;
  }
  yield rest;
}

function parseEvent(line: string): TimelineEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Partial<TimelineEvent>;
    const whole =
      typeof value.seq === 'number' &&
      typeof value.at === 'number' &&
      typeof value.source === 'string' &&
      typeof value.kind === 'string';
    return whole ? (value as TimelineEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** True for a directory that has a timeline in it. */
export function isRunDirectory(path: string): boolean {
  return statSync(timelinePath(path), { throwIfNoEntry: false })?.isFile() ?? false;
}

/** True where the first line of a file is an event of a timeline. */
export function isTimeline(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(64 * 1024);
    const text = head.toString('utf8', 0, readSync(file, head, 0, head.length, 0));
    return parseEvent(text.split('\n', 1)[0] as string) !== undefined;
  } finally {
    closeSync(file);
  }
}
