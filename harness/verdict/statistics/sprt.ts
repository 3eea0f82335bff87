/** What a sequential test says after the evidence so far. */
export type SequentialDecision = 'accept' | 'reject' | 'go on';

export interface SprtRisks {
  /** Chance that a good build is rejected; 0.05 by default. */
  readonly alpha?: number;
  /** Chance that a bad build is accepted; 0.10 by default. */
  readonly beta?: number;
}

/** A line `intercept + slope * x`. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/** Wald's sequential probability ratio test for a drop rate. Rates per hour, exposure in hours. */
export interface PoissonSprt {
  /** Hours after which k drops are good enough. */
  readonly acceptHours: Line;
  /** Drops that are too many after so many hours. */
  readonly rejectDrops: Line;
  decide(drops: number, hours: number): SequentialDecision;
}

/**
 * Wald 1945, Poisson: the statistic k ln(l1/l0) - (l1 - l0) t between ln(b / (1 - a)) and ln((1 - b) / a).
 * It assumes a constant rate: drops in clusters break it, and so does carrying hours over from another build.
 */
export function poissonSprt(good: number, bad: number, risks: SprtRisks = {}): PoissonSprt {
  const { accept, reject } = boundaries(risks);
  const perDrop = Math.log(bad / good);
  const perHour = bad - good;
  return {
    acceptHours: { intercept: -accept / perHour, slope: perDrop / perHour },
    rejectDrops: { intercept: reject / perDrop, slope: perHour / perDrop },
    decide: (drops, hours) => decide(drops * perDrop - hours * perHour, accept, reject),
  };
}

/** The same for a proportion of failed trials, such as connects. */
export interface BernoulliSprt {
  /** Successes after which k failures are good enough. */
  readonly acceptSuccesses: Line;
  decide(failures: number, successes: number): SequentialDecision;
}

export function bernoulliSprt(good: number, bad: number, risks: SprtRisks = {}): BernoulliSprt {
  const { accept, reject } = boundaries(risks);
  const perFailure = Math.log(bad / good);
  const perSuccess = Math.log((1 - good) / (1 - bad));
  return {
    acceptSuccesses: { intercept: -accept / perSuccess, slope: perFailure / perSuccess },
    decide: (failures, successes) => decide(failures * perFailure - successes * perSuccess, accept, reject),
  };
}

function boundaries({ alpha = 0.05, beta = 0.1 }: SprtRisks): { accept: number; reject: number } {
  return { accept: Math.log(beta / (1 - alpha)), reject: Math.log((1 - beta) / alpha) };
}

function decide(statistic: number, accept: number, reject: number): SequentialDecision {
  if (statistic <= accept) return 'accept';
  return statistic >= reject ? 'reject' : 'go on';
}
