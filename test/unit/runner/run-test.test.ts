import { describe, expect, it } from '@jest/globals';

import { HarnessError } from '../../../harness/core/errors.ts';
import { parameterValues } from '../../../harness/runner/parameters.ts';
import { findingOf } from '../../../harness/runner/finding-of.ts';

describe('what was thrown, as a finding', () => {
  it.each([
    ['dut', 'fail'],
    ['rig', 'error'],
    ['harness', 'error'],
    ['test', 'error'],
  ] as const)('blamed on %s is %s', (blame, outcome) => {
    const error = new HarnessError('x', { code: 'a.b', blame, effect: 'none', data: { rung: 'S4' } });
    expect(findingOf(error)).toMatchObject({ outcome, blame, code: 'a.b', rung: 'S4' });
  });

  it('is a failure for a failing expectation, an error for a bug', () => {
    let assertion: unknown;
    try {
      expect(1).toBe(2);
    } catch (error) {
      assertion = error;
    }
    expect(findingOf(assertion)).toMatchObject({ outcome: 'fail', blame: 'dut' });
    expect(findingOf(new TypeError('undefined is not a function'))).toMatchObject({
      outcome: 'error',
      blame: 'test',
    });
  });
});

describe('parameters', () => {
  const declared = { 'soak.hours': { about: '', default: 1, unit: 'h', min: 0.1, max: 100 } };

  it('have defaults, and take what is set', () => {
    expect(parameterValues(declared, {})).toEqual({ 'soak.hours': 1 });
    expect(parameterValues(declared, { 'soak.hours': '24', other: 'x' })).toEqual({ 'soak.hours': 24 });
  });

  it.each(['', 'many', '0', '101', 'NaN', 'Infinity'])('refuse "%s"', (value) => {
    expect(() => parameterValues(declared, { 'soak.hours': value })).toThrow(
      /soak\.hours: found .* 0\.1 to 100/,
    );
  });
});
