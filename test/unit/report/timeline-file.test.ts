import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import {
  isRunDirectory,
  isTimeline,
  openTimelineFile,
  readTimeline,
  timelinePath,
} from '../../../harness/report/timeline-file.ts';
import { temporaryFolders } from './folder.ts';

const newFolder = temporaryFolders();
const line = (seq: number, text = ''): string =>
  JSON.stringify({ seq, at: 0, source: 'run', kind: 'x', ...(text ? { data: text } : {}) }) + '\n';
const seqsOf = (path: string): number[] => [...readTimeline(path)].map(({ seq }) => seq);

describe('the timeline file', () => {
  it('begins with 1 and goes on where the last writer stopped', () => {
    const folder = newFolder();
    const first = openTimelineFile(folder);
    expect(first.nextSeq).toBe(1);
    first.write(line(1));
    first.write(line(2));
    first.close();
    const second = openTimelineFile(folder);
    expect(second.nextSeq).toBe(3);
    second.write(line(3));
    second.close();
    expect(seqsOf(timelinePath(folder))).toEqual([1, 2, 3]);
  });

  it('has every line in the file when write returns', () => {
    const folder = newFolder();
    const file = openTimelineFile(folder);
    file.write(line(1));
    expect(readFileSync(timelinePath(folder), 'utf8')).toBe(line(1));
    file.close();
  });

  it('cuts off the line that a killed writer left torn', () => {
    const folder = newFolder();
    writeFileSync(timelinePath(folder), line(1) + line(2) + line(3).slice(0, 12));
    expect(seqsOf(timelinePath(folder))).toEqual([1, 2]);
    const file = openTimelineFile(folder);
    expect(file.nextSeq).toBe(3);
    file.write(line(3));
    file.close();
    expect(readFileSync(timelinePath(folder), 'utf8')).toBe(line(1) + line(2) + line(3));
  });

  it('finds the last event behind a line that is longer than any buffer', () => {
    const folder = newFolder();
    writeFileSync(timelinePath(folder), line(7, 'x'.repeat(1_000_000)));
    const file = openTimelineFile(folder);
    expect(file.nextSeq).toBe(8);
    file.close();
  });

  it('reads lines and characters that lie across two chunks', () => {
    const folder = newFolder();
    const path = timelinePath(folder);
    const text = '…ä€'.repeat(100_000);
    for (let seq = 1; seq <= 4; seq++) appendFileSync(path, line(seq, text));
    expect([...readTimeline(path)].every(({ data }) => data === text)).toBe(true);
  });

  it('passes over what is no event', () => {
    const path = join(newFolder(), 'junk');
    writeFileSync(path, `\u0000\u0001junk\n{"seq":1}\n{broken\n[]\n${line(5)}`);
    expect(seqsOf(path)).toEqual([5]);
  });

  it('tells a timeline from a log, and a run from any folder', () => {
    const folder = newFolder();
    expect(isRunDirectory(folder)).toBe(false);
    writeFileSync(timelinePath(folder), line(1));
    writeFileSync(join(folder, 'log'), 'Mon Jan  5 08:00:00 2026 daemon.notice netifd: up\n');
    expect(isRunDirectory(folder)).toBe(true);
    expect(isTimeline(timelinePath(folder))).toBe(true);
    expect(isTimeline(join(folder, 'log'))).toBe(false);
  });
});
