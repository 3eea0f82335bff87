import { inverseIncompleteGamma } from './gamma.ts';

/**
 * Exact upper bound of a Poisson count (Garwood, Biometrika 1936), which is half a chi-square quantile with 2k + 2
 * degrees of freedom. Divided by the exposure it bounds the rate: no drop in 24 h is below 2.996 / 24 per hour.
 * @param confidence one-sided, 0.95 by default.
 */
export function poissonUpper(k: number, confidence = 0.95): number {
  return inverseIncompleteGamma(k + 1, confidence);
}

/** Exact lower bound, one-sided. */
export function poissonLower(k: number, confidence = 0.95): number {
  return k === 0 ? 0 : inverseIncompleteGamma(k, 1 - confidence);
}

/** Exposure after which k events put the rate below `rate`. */
export function exposureFor(rate: number, k = 0, confidence = 0.95): number {
  return poissonUpper(k, confidence) / rate;
}
