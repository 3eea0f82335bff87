import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { incompleteBeta } from '../../../../harness/verdict/statistics/beta.ts';
import { bestAttainable, fisher, windowsToConclude } from '../../../../harness/verdict/statistics/fisher.ts';
import { incompleteGamma, logGamma } from '../../../../harness/verdict/statistics/gamma.ts';
import {
  clopperPearson,
  ruleOfThree,
  trialsWithoutEvent,
  upperBound,
  wilson,
} from '../../../../harness/verdict/statistics/proportion.ts';
import { exposureFor, poissonLower, poissonUpper } from '../../../../harness/verdict/statistics/rate.ts';
import { bernoulliSprt, poissonSprt } from '../../../../harness/verdict/statistics/sprt.ts';

interface Vectors {
  readonly logGamma: [number, number][];
  readonly incompleteGamma: [number, number, number][];
  readonly incompleteBeta: [number, number, number, number][];
  readonly clopperPearson: {
    k: number;
    n: number;
    low: number;
    high: number;
    upper: number;
    wilson: [number, number];
  }[];
  readonly poissonUpper: [number, number, number][];
  readonly poissonLower: [number, number, number][];
  readonly fisher: [number, number, number, number, number][];
}

const vectors = JSON.parse(readFileSync('test/vectors/statistics/scipy.json', 'utf8')) as Vectors;

describe('special functions against SciPy', () => {
  it.each(vectors.logGamma)('ln gamma(%d)', (x, value) => {
    expect(logGamma(x)).toBeCloseTo(value, 8);
  });
  it.each(vectors.incompleteGamma)('P(%d, %d)', (a, x, value) => {
    expect(incompleteGamma(a, x)).toBeCloseTo(value, 12);
  });
  it.each(vectors.incompleteBeta)('I(%d, %d; %d)', (a, b, x, value) => {
    expect(incompleteBeta(a, b, x)).toBeCloseTo(value, 12);
  });
});

describe('bounds of a proportion against SciPy', () => {
  it.each(vectors.clopperPearson)('$k of $n', ({ k, n, low, high, upper, wilson: [from, to] }) => {
    const exact = clopperPearson(k, n);
    expect(exact.low).toBeCloseTo(low, 10);
    expect(exact.high).toBeCloseTo(high, 10);
    expect(upperBound(k, n)).toBeCloseTo(upper, 10);
    const score = wilson(k, n);
    expect(score.low).toBeCloseTo(from, 10);
    expect(score.high).toBeCloseTo(to, 10);
  });
});

describe('bounds of a rate against SciPy', () => {
  it.each(vectors.poissonUpper)('upper, %d drops at %d', (k, confidence, value) => {
    expect(poissonUpper(k, confidence)).toBeCloseTo(value, 8);
  });
  it.each(vectors.poissonLower)('lower, %d drops at %d', (k, confidence, value) => {
    expect(poissonLower(k, confidence)).toBeCloseTo(value, 8);
  });
});

describe("Fisher's exact test against SciPy", () => {
  it.each(vectors.fisher)('%d/%d against %d/%d', (a, n, b, m, value) => {
    expect(fisher({ windows: n, drops: a }, { windows: m, drops: b })).toBeCloseTo(value, 10);
  });
});

describe('worked numbers of the practice', () => {
  it('20 green connects only show a failure rate below 14 %', () => {
    expect(upperBound(0, 20)).toBeCloseTo(0.139, 3);
    expect(ruleOfThree(20)).toBeCloseTo(0.15, 10);
  });

  it.each([
    [0.05, 0.95, 59],
    [0.01, 0.9, 230],
    [0.01, 0.95, 299],
    [0.005, 0.95, 598],
    [0.001, 0.95, 2995],
  ])('a risk below %d at %d takes %d trials without an event', (risk, confidence, trials) => {
    expect(trialsWithoutEvent(risk, confidence)).toBe(trials);
  });

  it.each([
    [24, 8],
    [72, 24],
    [144, 48],
    [503, 168],
  ])('no drop in %d h means at least %d h between drops', (hours, between) => {
    expect(Math.round(hours / poissonUpper(0))).toBe(between);
    expect(exposureFor(1 / between)).toBeCloseTo(between * 2.9957, 1);
  });

  it('a reload arm with 0 of 40 puts the risk below 7.2 %', () => {
    expect(upperBound(0, 40)).toBeCloseTo(0.072, 3);
  });

  it('three windows an arm can never conclude at 5 %, four can', () => {
    expect(bestAttainable(3, 3)).toBeCloseTo(0.05, 10);
    expect(bestAttainable(4, 4)).toBeLessThan(0.05);
    expect(windowsToConclude(1, 0.05)).toBe(4);
  });

  it('says nothing when no trial of a sensible size would tell', () => {
    expect(windowsToConclude(0, 0.05, 1, 200)).toBeUndefined();
  });
});

describe("Wald's sequential test", () => {
  it.each([
    [1 / 168, 1 / 24, {}, 63.0, 54.5, 1.49, 0.0184],
    [1 / 168, 1 / 48, {}, 151.3, 84.2, 2.31, 0.0119],
    [1 / 720, 1 / 168, { alpha: 0.05, beta: 0.05 }, 645, 319, 2.02, 0.0031],
  ])('good %d against bad %d per hour', (good, bad, risks, hours, perDrop, drops, perHour) => {
    const test = poissonSprt(good, bad, risks);
    expect(test.acceptHours.intercept / hours).toBeCloseTo(1, 2);
    expect(test.acceptHours.slope / perDrop).toBeCloseTo(1, 2);
    expect(test.rejectDrops.intercept).toBeCloseTo(drops, 2);
    expect(test.rejectDrops.slope).toBeCloseTo(perHour, 4);
  });

  it('accepts after 63 h without a drop, not after 62', () => {
    const test = poissonSprt(1 / 168, 1 / 24);
    expect(test.decide(0, 62)).toBe('go on');
    expect(test.decide(0, 64)).toBe('accept');
    expect(test.decide(2, 1)).toBe('reject');
  });

  it('accepts connects after 55 straight successes, and each failure costs 39 more', () => {
    const test = bernoulliSprt(0.01, 0.05);
    expect(Math.ceil(test.acceptSuccesses.intercept)).toBe(55);
    expect(test.acceptSuccesses.slope).toBeCloseTo(39, 0);
    expect(test.decide(2, 0)).toBe('reject');
    expect(test.decide(1, 0)).toBe('go on');
    expect(test.decide(0, 55)).toBe('accept');
  });
});
