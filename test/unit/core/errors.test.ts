import { runInNewContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';

import { HarnessError, isHarnessError, messageOf } from '../../../harness/core/errors.ts';
import { formatMs } from '../../../harness/core/units.ts';

const fields = { code: 'ssh.closed', blame: 'rig', effect: 'unknown' } as const;

describe('the harness error', () => {
  it('keeps everything in own enumerable fields', () => {
    const error = new HarnessError('gone', {
      ...fields,
      hint: 'look at the cable',
      cause: new Error('reset'),
    });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      ...fields,
      hint: 'look at the cable',
      causes: ['reset'],
    });
  });

  it('is known by its fields in any realm', () => {
    const foreign: unknown = runInNewContext(
      'Object.assign(new Error("x"), { code: "a.b", blame: "dut", effect: "none" })',
    );
    expect(isHarnessError(foreign)).toBe(true);
    expect(isHarnessError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false);
  });

  it('reads a message from whatever was thrown', () => {
    expect([messageOf(new Error('a')), messageOf('b'), messageOf(undefined)]).toEqual([
      'a',
      'b',
      'undefined',
    ]);
  });
});

describe('durations for people', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_500, '1.5 s'],
    [90_500, '1 min 30.5 s'],
    [3_600_000, '1 h'],
    [5_400_000, '1 h 30 min'],
  ])('%d ms is %s', (duration, text) => expect(formatMs(duration)).toBe(text));
});
