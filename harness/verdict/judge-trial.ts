import { bestAttainable, fisher, isSignificant, windowsToConclude, type Arm } from './statistics/fisher.ts';
import { upperBound } from './statistics/proportion.ts';
import type { Finding, Measure } from './verdict.ts';
import { count, percent, plain } from './words.ts';

/** What a randomised trial with a sham arm counted. */
export interface Trial {
  readonly disturbed: Arm;
  readonly sham: Arm;
  /** Windows that were not run because the link stayed away after a drop. */
  readonly abandoned?: number;
  /** Significance level of the one-sided exact test; 0.05 by default. */
  readonly alpha?: number;
  /** What was done in the disturbed arm, as a noun: `reload` by default. */
  readonly disturbance?: string;
}

/**
 * Does the disturbance make the link drop? Only the comparison with the sham arm can tell, because a link that does
 * not hold drops after a reload too. "Not enough windows" is never turned into a pass.
 */
export function judgeTrial(trial: Trial): Finding {
  const { disturbed, sham, alpha = 0.05 } = trial;
  const noun = trial.disturbance ?? 'reload';
  const p = fisher(disturbed, sham);
  const measures = measuresOf(trial, p, noun);
  const s10 = { rung: 'S10', blame: 'dut', measures } as const;
  const counts = `${disturbed.drops} of ${count(disturbed.windows, 'window')} with a ${noun} dropped, ${sham.drops} of ${sham.windows} without`;

  if (disturbed.drops + sham.drops > 0 && isSignificant(p, alpha)) {
    const message = `a ${noun} makes the link drop: ${counts} (p = ${plain(p)}, Fisher, one-sided)${also(sham)}`;
    return { outcome: 'fail', message, code: 'holding.drops-on-disturbance', ...s10 };
  }
  if (sham.drops > 0) {
    const message = `the link does not hold, and the ${noun} is not shown to matter: ${counts} (p = ${plain(p)})`;
    return { outcome: 'fail', message, code: 'holding.drops', ...s10 };
  }
  if ((trial.abandoned ?? 0) > 0) {
    const message = `the link did not come back after a drop: ${counts}, ${trial.abandoned} windows not run`;
    return { outcome: 'fail', message, code: 'holding.not-recovered', ...s10 };
  }
  if (disturbed.drops > 0) return undecided(trial, alpha, counts, p, measures, noun);
  return withoutDrops(trial, alpha, measures, noun);
}

function undecided(
  trial: Trial,
  alpha: number,
  counts: string,
  p: number,
  measures: readonly Measure[],
  noun: string,
): Finding {
  const { disturbed, sham } = trial;
  const enough = windowsToConclude(disturbed.drops / disturbed.windows, alpha, 1);
  const more =
    enough === undefined ? undefined : Math.max(1, enough - Math.min(disturbed.windows, sham.windows));
  const need =
    more === undefined
      ? 'at this rate no trial of a sensible size will tell'
      : `about ${more} more windows in each arm would tell if it goes on like this`;
  return {
    outcome: 'inconclusive',
    message: `${counts}, which may be chance (p = ${plain(p)}): ${need}`,
    rung: 'S10',
    code: 'holding.undecided',
    hint: `raise ${noun}.windows to ${enough ?? 10 * disturbed.windows}`,
    measures,
  };
}

function withoutDrops(trial: Trial, alpha: number, measures: readonly Measure[], noun: string): Finding {
  const { disturbed, sham } = trial;
  if (!isSignificant(bestAttainable(disturbed.windows, sham.windows), alpha)) {
    const enough = windowsToConclude(1, alpha) ?? 0;
    return {
      outcome: 'inconclusive',
      message: `no drops, but ${disturbed.windows} and ${count(sham.windows, 'window')} could not have shown a difference: at least ${enough} in each arm are needed`,
      code: 'holding.too-few-windows',
      hint: `raise ${noun}.windows to 20 or more`,
      measures,
    };
  }
  const risk = percent(upperBound(0, disturbed.windows));
  return {
    outcome: 'pass',
    message: `no drops in ${count(disturbed.windows, noun)} and ${count(sham.windows, 'sham window')}: the risk of a drop per ${noun} is below ${risk} (95 %)`,
    measures,
  };
}

function measuresOf({ disturbed, sham }: Trial, p: number, noun: string): Measure[] {
  const arm = (name: string, { windows, drops }: Arm): Measure => ({
    name: `drops, ${name}`,
    value: drops,
    unit: `of ${windows}`,
    bound: `95 % upper bound: ${percent(windows === 0 ? 1 : upperBound(drops, windows))} per window`,
  });
  return [arm(noun, disturbed), arm('sham', sham), { name: 'p', value: p, unit: 'Fisher, one-sided' }];
}

function also(sham: Arm): string {
  return sham.drops > 0 ? '; it does not hold without one either' : '';
}
