import { inverseIncompleteBeta } from './beta.ts';

/** A proportion's bounds, each in [0, 1]. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Clopper and Pearson's exact two-sided interval for k events in n trials (Biometrika 1934): conservative, for gates.
 * @param confidence 0.95 by default.
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return {
    low: k === 0 ? 0 : inverseIncompleteBeta(k, n - k + 1, tail),
    high: k === n ? 1 : inverseIncompleteBeta(k + 1, n - k, 1 - tail),
  };
}

/** The one-sided upper bound of the same: what may be said of a risk after k events in n trials. */
export function upperBound(k: number, n: number, confidence = 0.95): number {
  return k >= n ? 1 : inverseIncompleteBeta(k + 1, n - k, confidence);
}

const Z_95 = 1.959_963_984_540_054;

/** Wilson's score interval at 95 % (JASA 1927): centred better than the exact one, for reports. */
export function wilson(k: number, n: number, z = Z_95): Interval {
  const p = k / n;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // At the ends the exact value is 0 or 1; the difference of two equal roots is not quite.
  return { low: k === 0 ? 0 : (centre - half) / scale, high: k === n ? 1 : (centre + half) / scale };
}

/** The rule of three: after n trials without an event the risk is below about 3/n, at 95 %. */
export function ruleOfThree(n: number): number {
  return Math.min(1, 3 / n);
}

/** Trials without a single event that put the risk below `risk`: ln(1 - C) / ln(1 - risk), rounded up. */
export function trialsWithoutEvent(risk: number, confidence = 0.95): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log1p(-risk));
}
