import { expect, it } from '@jest/globals';

import { liveColumns, wantsColours } from '../../../harness/cli/io.ts';

it.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1', TERM: 'dumb' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
])('with %j, a terminal: %j, there are colours: %j', (environment, isTerminal, expected) => {
  expect(wantsColours(environment, isTerminal)).toBe(expected);
});

it('a dumb terminal gets whole lines alone', () => {
  const before = process.env['TERM'];
  try {
    process.env['TERM'] = 'dumb';
    expect(liveColumns(80)).toBeUndefined();
    process.env['TERM'] = 'xterm';
    expect(liveColumns(80)).toBe(80);
  } finally {
    if (before === undefined) delete process.env['TERM'];
    else process.env['TERM'] = before;
  }
});
