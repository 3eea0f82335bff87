import { exposureFor, poissonLower, poissonUpper } from './statistics/rate.ts';
import type { Finding, Measure } from './verdict.ts';
import { count, plain } from './words.ts';

/** What a soak counted. */
export interface SoakCount {
  readonly drops: number;
  /** Exposure: time with the link up, in hours. */
  readonly connectedHours: number;
  /** False: the link did not come back after a drop. True by default. */
  readonly complete?: boolean;
  /** Drops per connected hour that are allowed; without it none is. */
  readonly requiredBound?: number;
}

/**
 * Counts drops per connected hour as a Poisson rate with exact bounds. With `requiredBound` the soak passes only when
 * the bound shows the rate to be below it, fails when it is shown to be above, and is inconclusive in between.
 */
export function judgeSoak(soak: SoakCount): Finding {
  const { drops, connectedHours: hours, requiredBound } = soak;
  const measures = measuresOf(drops, hours);
  const exposure = plain(hours);
  const seen = `${count(drops, 'drop')} in ${exposure} connected ${exposure === '1' ? 'hour' : 'hours'}`;
  const s10 = { rung: 'S10', blame: 'dut', measures } as const;
  if (soak.complete === false) {
    const message = `the link did not come back after a drop: ${seen}`;
    return { outcome: 'fail', message, code: 'holding.not-recovered', ...s10 };
  }
  if (drops === 0 && hours <= 0) {
    return { outcome: 'inconclusive', message: 'the link was never up, so nothing was watched', measures };
  }
  if (requiredBound !== undefined) return against(requiredBound, soak, seen, measures);
  if (drops > 0)
    return { outcome: 'fail', message: `the link does not hold: ${seen}`, code: 'holding.drops', ...s10 };
  const mtbd = plain(hours / poissonUpper(0));
  return { outcome: 'pass', message: `${seen}: at least ${mtbd} h between drops (95 %)`, measures };
}

function against(allowed: number, soak: SoakCount, seen: string, measures: readonly Measure[]): Finding {
  const { drops, connectedHours: hours } = soak;
  const limit = `${plain(allowed)} drops per hour allowed`;
  if (poissonUpper(drops) <= allowed * hours) {
    return { outcome: 'pass', message: `${seen}: shown to be within the ${limit}`, measures };
  }
  if (poissonLower(drops) > allowed * hours) {
    const message = `the link drops more often than allowed: ${seen}, ${limit}`;
    return { outcome: 'fail', message, rung: 'S10', blame: 'dut', code: 'holding.drops', measures };
  }
  const more = exposureFor(allowed, drops) - hours;
  return {
    outcome: 'inconclusive',
    message: `${seen} neither show nor exclude the ${limit}: ${plain(more)} h more without a drop would show it`,
    rung: 'S10',
    code: 'holding.undecided',
    measures,
  };
}

function measuresOf(drops: number, hours: number): Measure[] {
  const upper = hours > 0 ? poissonUpper(drops) / hours : Infinity;
  const exposure: Measure = { name: 'exposure', value: hours, unit: 'connected h' };
  const dropped: Measure = { name: 'drops', value: drops, unit: '' };
  if (hours <= 0) return [dropped, exposure];
  return [
    dropped,
    exposure,
    {
      name: 'drop rate',
      value: drops / hours,
      unit: 'per connected h',
      bound: `95 % upper bound: ${plain(upper)} per hour`,
    },
    { name: 'time between drops, 95 % lower bound', value: 1 / upper, unit: 'h' },
  ];
}
