import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createRng } from '../../../harness/core/chance.ts';

describe('seeded chance', () => {
  it('gives the same numbers for the same seed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const [a, b] = [createRng(seed), createRng(seed)];
        expect(Array.from({ length: 20 }, a.next)).toEqual(Array.from({ length: 20 }, b.next));
      }),
    );
  });

  it('does not draw from the parent when it forks', () => {
    const [a, b] = [createRng('x'), createRng('x')];
    a.fork('noise').next();
    expect(a.next()).toBe(b.next());
    expect(a.fork('one').next()).not.toBe(a.fork('two').next());
  });

  it('is uniform: a chi-square of 64 bins stays below its 99.9 % point', () => {
    const rng = createRng('uniform');
    const bins = Array.from({ length: 64 }, () => 0);
    for (let i = 0; i < 64_000; i++) bins[Math.floor(rng.next() * 64)]!++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - 1_000) ** 2 / 1_000, 0);
    expect(chiSquare).toBeLessThan(103.4);
  });

  it('shuffles without losing anything', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const sorted = (list: number[]): number[] => list.toSorted((a, b) => a - b);
        expect(sorted(createRng(seed).shuffle(items))).toEqual(sorted(items));
      }),
    );
  });

  it('keeps integers inside both ends', () => {
    const rng = createRng('ends');
    const drawn = new Set(Array.from({ length: 200 }, () => rng.integer(3, 5)));
    expect(drawn).toEqual(new Set([3, 4, 5]));
  });
});
