import { describe, expect, it } from '@jest/globals';

import { sourcesBelow } from '../support/sources.ts';
import { banned } from './layers.ts';

const sources = [...sourcesBelow('harness'), ...sourcesBelow('suites')];

describe('banned calls', () => {
  it.each(banned)('$call stands only where it may', ({ call, allowed, instead }) => {
    const found = sources
      .filter((file) => !allowed.includes(file.path.split('/')[1] ?? ''))
      .flatMap((file) =>
        file.text
          .split('\n')
          .map((line, index) => ({ line, at: `${file.path}:${index + 1}` }))
          .filter(({ line }) => call.test(stripComment(line)))
          .map(({ at }) => `${at}: use ${instead}`),
      );
    // The runner's facade is loaded inside Jest's VM and must not pull the harness in for its one error.
    expect(found.filter((text) => !text.startsWith('harness/runner/index.ts'))).toEqual([]);
  });

  it('finds a call that is planted', () => {
    expect(banned[0]?.call.test('  setTimeout(f, 5);')).toBe(true);
    expect(banned[2]?.call.test('const x = Math.random();')).toBe(true);
  });

  it('leaves no focused or silently skipped test behind', () => {
    const tests = sourcesBelow('test').filter((file) => !file.path.startsWith('test/tidy/'));
    const found = tests.filter((file) => /\.only\(|\b(?:it|test|describe)\.skip\(/.test(file.text));
    expect(found.map((file) => file.path)).toEqual([]);
  });
});

function stripComment(line: string): string {
  return line.replace(/^\s*(?:\*|\/\/|\/\*).*$/, '').replace(/\s\/\/ .*$/, '');
}
