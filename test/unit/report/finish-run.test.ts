import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { finishRun } from '../../../harness/report/finish-run.ts';
import { createRunDirectory, runIdOf, type RunDirectory } from '../../../harness/report/run-directory.ts';
import { timelinePath } from '../../../harness/report/timeline-file.ts';
import { errorOf } from '../lab/error-of.ts';
import { temporaryFolders } from './folder.ts';

const newFolder = temporaryFolders();
const signature = { rig: 'sim-a', suite: 'connect/ppp', title: 'connects', repetition: 1, seed: '1' };
const rig = { id: 'sim-a', title: 'a rig', kind: 'sim', parts: { modem: 'ec25-a' } };
const endedAt = new Date('2026-01-05T09:00:00Z');

function runWith(...events: readonly [string, string, unknown?][]): RunDirectory {
  const directory = createRunDirectory(newFolder(), 'r1');
  const lines = events.map(([source, kind, data], i) =>
    JSON.stringify({ seq: i + 1, at: i * 500, source, kind, data }),
  );
  writeFileSync(timelinePath(directory.path), lines.join('\n') + '\n');
  return directory;
}

const failing = (): RunDirectory =>
  runWith(
    ['run', 'rig.begin', rig],
    ['run', 'test.begin', signature],
    ['router.log', 'line', { line: 'daemon.notice netifd: up' }],
    ['check', 'rung', { rung: 'S6', reached: false, seen: 'searching' }],
    ['run', 'test.end', { outcome: 'fail', message: 'no network', rung: 'S6', ...signature, tookMs: 2_000 }],
    ['run', 'rig.end', {}],
  );

describe('finishRun', () => {
  it('makes every report from the timeline alone', () => {
    const directory = failing();
    const { exitCode, verdicts, diagnoses, record } = finishRun(directory, { endedAt });
    expect(exitCode).toBe(1);
    expect(verdicts).toHaveLength(1);
    expect(diagnoses).toMatchObject([{ rig: 'sim-a', outcome: 'fail', diagnosis: { rung: 'S6' } }]);
    expect(record).toMatchObject({
      state: 'finished',
      exitCode: 1,
      rigs: [rig],
      endedAt: '2026-01-05T09:00:00.000Z',
    });
    expect(readFileSync(directory.junit, 'utf8')).toContain('<property name="modem" value="ec25-a"/>');
    expect(JSON.parse(readFileSync(directory.run, 'utf8'))).toEqual(record);
    expect(JSON.parse(readFileSync(directory.diagnosis, 'utf8'))).toEqual(diagnoses);
    expect(readFileSync(join(directory.logs, 'router.log'), 'utf8')).toBe(
      '# sim-a connects (connect/ppp, repetition 1)\n     1.000 line daemon.notice netifd: up\n',
    );
  });

  it('gives the same when it is done again', () => {
    const directory = failing();
    const read = (): string[] =>
      [directory.junit, directory.run, directory.diagnosis, join(directory.logs, 'check.log')].map((path) =>
        readFileSync(path, 'utf8'),
      );
    finishRun(directory, { endedAt });
    const once = read();
    finishRun(directory, { endedAt });
    expect(read()).toEqual(once);
  });

  it('calls an interrupted run an error, whatever passed', () => {
    const passed = { outcome: 'pass', message: 'ok', ...signature, tookMs: 1 };
    const directory = runWith(['run', 'test.begin', signature], ['run', 'test.end', passed]);
    const { exitCode, record } = finishRun(directory, { endedAt, interrupted: true });
    expect([exitCode, record.state]).toEqual([2, 'interrupted']);
  });

  it('can be done for a run that left nothing', () => {
    const directory = createRunDirectory(newFolder(), 'r2');
    expect(finishRun(directory, { endedAt }).exitCode).toBe(3);
    expect(existsSync(directory.junit)).toBe(true);
  });
});

describe('a run directory', () => {
  it('is named after the time, so that runs sort', () => {
    expect(runIdOf(new Date('2026-11-23T20:38:25.999Z'), 'abc')).toBe('2026-11-23T20-38-25-abc');
  });

  it.each([
    ['a file in the way', () => join(writeTo(newFolder()), 'reports')],
    ['a folder that takes no folders', () => '/proc/wwanlab-reports'],
  ])('that cannot be made is the fault of who named it: %s', (_what, out) => {
    expect(errorOf(() => createRunDirectory(out(), 'r'))).toMatchObject({
      code: 'reports.unwritable',
      blame: 'test',
      hint: 'give another folder with --out DIR',
    });
  });
});

function writeTo(folder: string): string {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  return path;
}
