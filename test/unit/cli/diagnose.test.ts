import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { diagnose } from '../../../harness/cli/diagnose.ts';
import { timelinePath } from '../../../harness/report/timeline-file.ts';
import { temporaryFolders } from '../report/folder.ts';
import { argumentsOf, memoryIo } from './io.ts';

const newFolder = temporaryFolders();

async function diagnosed(target: string): Promise<{ exitCode: number; json: Record<string, unknown> }> {
  const io = memoryIo();
  const exitCode = await diagnose(argumentsOf([target], { json: true }), io);
  return { exitCode, json: JSON.parse(io.written.out) as Record<string, unknown> };
}

function fileWith(content: string | Uint8Array): string {
  const path = join(newFolder(), 'log.txt');
  writeFileSync(path, content);
  return path;
}

const signature = { rig: 'sim-a', suite: 'connect/ppp', title: 'connects', repetition: 1, seed: '1' };
const event = (seq: number, source: string, kind: string, data: unknown): string =>
  JSON.stringify({ seq, at: seq, source, kind, data }) + '\n';

describe('diagnose', () => {
  it('abstains, with exit code 3, where a text does not speak of a modem', async () => {
    const { exitCode, json } = await diagnosed(fileWith('Jan  5 08:00:00 box cron[1]: nothing to do\n'));
    expect(exitCode).toBe(3);
    expect(json).toMatchObject({ subject: 'not-a-modem', rung: null, abstains: true });
  });

  it('reads a run from its folder and from its timeline, and names the test that failed', async () => {
    const folder = newFolder();
    const check = { rung: 'S6', reached: false, seen: 'searching' };
    writeFileSync(
      timelinePath(folder),
      event(1, 'run', 'test.begin', signature) +
        event(2, 'check', 'rung', check) +
        event(3, 'run', 'test.end', { outcome: 'fail', message: 'no network', ...signature, tookMs: 3 }),
    );
    for (const target of [folder, timelinePath(folder)]) {
      const { json } = await diagnosed(target);
      expect(json).toMatchObject({
        subject: 'modem',
        rung: 'S6',
        tests: [{ ...withoutSeed(), outcome: 'fail' }],
      });
    }
  });

  it.each([
    ['an empty file', () => fileWith(''), 'diagnose.empty'],
    [
      'binary junk',
      () => fileWith(new Uint8Array(4_096).map((_, i) => (i * 7_919) % 256)),
      'diagnose.not-text',
    ],
    ['a missing file', () => join(newFolder(), 'none'), 'diagnose.missing'],
    ['a folder without a timeline', () => newFolder(), 'diagnose.no-run'],
  ])('refuses %s', async (_what, make, code) => {
    await expect(diagnosed(make())).rejects.toMatchObject({ code, blame: 'test', effect: 'none' });
  });

  it('refuses a run in which no test was begun', async () => {
    const folder = newFolder();
    writeFileSync(timelinePath(folder), '');
    await expect(diagnosed(folder)).rejects.toMatchObject({ code: 'diagnose.no-tests' });
  });
});

function withoutSeed(): object {
  const { seed: _seed, ...rest } = signature;
  return rest;
}
