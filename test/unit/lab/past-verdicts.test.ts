import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { keepVerdicts, pastVerdicts } from '../../../harness/lab/past-verdicts.ts';
import type { PastVerdict } from '../../../harness/verdict/reliability.ts';
import { temporaryFolder } from '../../support/cli.ts';

const verdict = (rig: string, run: string): PastVerdict => ({
  rig,
  modem: 'ec25',
  run,
  at: '2026-01-01T00:00:00.000Z',
  suite: 'connect/qmi',
  outcome: 'pass',
});

describe('verdicts of past runs', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());
  const runs = (rig: string): readonly string[] =>
    pastVerdicts(folder.path).flatMap((one) => (one.rig === rig ? [one.run] : []));

  it('are kept rig by rig, run after run', () => {
    expect(pastVerdicts(folder.path)).toEqual([]);
    keepVerdicts([verdict('a', '1'), verdict('b', '1'), verdict('a', '1')], folder.path);
    keepVerdicts([verdict('a', '2')], folder.path);
    expect([runs('a'), runs('b')]).toEqual([['1', '1', '2'], ['1']]);
  });

  it('are read as far as they are whole, and only the last 200 of a rig', () => {
    keepVerdicts(
      Array.from({ length: 3_000 }, (_, n) => verdict('a', String(n))),
      folder.path,
    );
    appendFileSync(join(folder.path, 'verdicts', 'a.jsonl'), '{"rig":"a","ru\n');
    const found = runs('a');
    expect([found.length, found[0], found.at(-1)]).toEqual([199, '2801', '2999']);
  });
});
