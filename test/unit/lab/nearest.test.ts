import { describe, expect, it } from '@jest/globals';

import { didYouMean, nearest } from '../../../harness/lab/nearest.ts';

describe('nearest', () => {
  it.each([
    ['mc7544', 'mc7455'],
    ['rnu', 'run'],
    ['diagnos', 'diagnose'],
    ['EC25', 'ec25-a'],
    ['glinet-2019', 'glinet-2018'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['mc7455', 'ec25-a', 'run', 'rigs', 'diagnose', 'glinet-2018'])).toBe(meant);
  });

  it('does not guess where nothing is near', () => {
    expect(nearest('em7565', ['ec25-a', 'run'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
    expect(didYouMean('banana', ['run'])).toBe('');
  });
});
