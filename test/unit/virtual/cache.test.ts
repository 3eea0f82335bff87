import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolder, isBeingBuilt, sweepCache } from '../../../harness/virtual/cache.ts';
import { temporaryFolder } from '../../support/cli.ts';

const outside = process.env['XDG_CACHE_HOME'];
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  process.env['XDG_CACHE_HOME'] = folder.path;
});
afterEach(() => {
  if (outside === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = outside;
  folder.remove();
});

/** Beyond what Linux gives to any process (pid_max is at most 2^22). */
const NOBODY = 1 << 23;

it.each([
  ['where there is no cache yet', [], false],
  ['while another process is at it', [process.ppid], true],
  ['but not by a builder that was killed', [NOBODY], false],
  ['nor by this process itself', [process.pid], false],
])('an image is being built %s', (_when, builders, expected) => {
  for (const pid of builders) mkdirSync(join(cacheFolder(), `building-${pid}-x`), { recursive: true });
  expect(isBeingBuilt()).toBe(expected);
});

it('is rid of what killed builders left, and of nothing else', () => {
  expect(sweepCache()).toBe(false);
  const kept = [`building-${process.ppid}-x`, '0123456789abcdef'];
  for (const name of [...kept, `building-${NOBODY}-x`])
    mkdirSync(join(cacheFolder(), name, 'x'), { recursive: true });
  expect(sweepCache()).toBe(true);
  expect(readdirSync(cacheFolder()).toSorted()).toEqual(kept.toSorted());
});
