import { logChoose } from './gamma.ts';

/** Windows watched in one arm of a trial, and how many of them saw the event. */
export interface Arm {
  readonly windows: number;
  readonly drops: number;
}

/**
 * Fisher's exact test, one-sided: the chance of at least so many drops in the first arm if the arms did not differ.
 * 1 when there are no drops at all.
 */
export function fisher(treated: Arm, sham: Arm): number {
  const drops = treated.drops + sham.drops;
  const all = treated.windows + sham.windows;
  const most = Math.min(drops, treated.windows);
  const total = logChoose(all, drops);
  let p = 0;
  for (let k = treated.drops; k <= most; k++) {
    if (drops - k > sham.windows) continue;
    p += Math.exp(logChoose(treated.windows, k) + logChoose(sham.windows, drops - k) - total);
  }
  return Math.min(1, p);
}

/** p below alpha, and not by a rounding error: 3 of 3 against 0 of 3 is 0.05 and not below it. */
export function isSignificant(p: number, alpha: number): boolean {
  return p < alpha - 1e-9;
}

/** The smallest p that a trial of this size can give: every treated window drops and no other. */
export function bestAttainable(treatedWindows: number, shamWindows: number): number {
  return fisher({ windows: treatedWindows, drops: treatedWindows }, { windows: shamWindows, drops: 0 });
}

/**
 * Windows in each arm after which the test would conclude, should the drops go on at the rate seen so far (none in the
 * sham arm). Undefined above `limit`.
 */
export function windowsToConclude(rate: number, alpha: number, from = 1, limit = 10_000): number | undefined {
  for (let n = from; n <= limit; n++) {
    const drops = Math.min(n, Math.floor(rate * n + 1e-9));
    if (isSignificant(fisher({ windows: n, drops }, { windows: n, drops: 0 }), alpha)) return n;
  }
  return undefined;
}
