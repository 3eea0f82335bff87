import { describe, expect, it } from '@jest/globals';

import { sourcesBelow } from '../support/sources.ts';

/**
 * The ratchet: what is larger than it should be today. A number here may only go down; a file that is not listed may
 * not pass the limit. Functions are held to 60 lines by the linter (max-lines-per-function).
 */
const LIMIT = 400;
const exceptions: Readonly<Record<string, number>> = {};
/** Nine files in ten are shorter than this. */
const NINETIETH_PERCENTILE = 260;

const files = [...sourcesBelow('harness'), ...sourcesBelow('suites')].map((file) => ({
  path: file.path,
  lines: file.text.split('\n').length - 1,
}));

describe('the size of files', () => {
  it(`stays below ${LIMIT} lines, but for the listed exceptions, which may only shrink`, () => {
    const tooLong = files.filter(({ path, lines }) => lines > (exceptions[path] ?? LIMIT));
    expect(tooLong).toEqual([]);
  });

  it('has no exception that is no longer needed', () => {
    const stale = Object.keys(exceptions).filter(
      (path) => (files.find((file) => file.path === path)?.lines ?? 0) <= LIMIT,
    );
    expect(stale).toEqual([]);
  });

  it(`is at most ${NINETIETH_PERCENTILE} lines for nine files in ten`, () => {
    const sorted = files.map((file) => file.lines).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThanOrEqual(NINETIETH_PERCENTILE);
  });
});
