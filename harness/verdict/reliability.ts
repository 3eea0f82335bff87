import type { Blame, ErrorCode } from '../core/errors.ts';
import { fisher, isSignificant, type Arm } from './statistics/fisher.ts';
import { clopperPearson, type Interval } from './statistics/proportion.ts';
import type { Outcome } from './verdict.ts';

/** What came of one test on a rig: what is known of it when its report is gone. */
export interface PastVerdict {
  readonly rig: string;
  /** Of the rig file: rigs are compared with those that carry the same one. */
  readonly modem: string;
  readonly run: string;
  /** ISO 8601, when its run ended. */
  readonly at: string;
  readonly suite: string;
  readonly outcome: Outcome;
  readonly blame?: Blame | undefined;
  readonly code?: ErrorCode | undefined;
}

/** A suite whose failures stay with this rig. */
export interface Suspect {
  readonly suite: string;
  readonly failed: number;
  readonly of: number;
  /** On the other rigs with the same modem. */
  readonly elsewhere: { readonly failed: number; readonly of: number };
  /** Fisher's exact test, one-sided: the chance of this if the rigs did not differ. */
  readonly p: number;
}

/** How far verdicts from a rig can be trusted. */
export interface Reliability {
  readonly rig: string;
  /** Tests that were judged or should have been: without those skipped, and those asked for wrongly. */
  readonly verdicts: number;
  /** ISO 8601, of the oldest of them. */
  readonly since: string;
  /** Of these, such as ended as the error of the rig or of wwanlab, and not of the device. */
  readonly errors: number;
  /** Of that share, at 95 % (Clopper and Pearson). */
  readonly share: Interval;
  /** The errors by code, the most frequent first. */
  readonly codes: readonly { readonly code: string; readonly times: number }[];
  readonly lastError?: { readonly at: string; readonly run: string } | undefined;
  readonly suspects: readonly Suspect[];
}

const ALPHA = 0.05;

/** @returns undefined where nothing was judged on it yet */
export function reliabilityOf(rig: string, past: readonly PastVerdict[]): Reliability | undefined {
  const judged = past.filter(({ outcome, blame }) => outcome !== 'skip' && blame !== 'test');
  const here = judged.filter((one) => one.rig === rig);
  const [oldest] = here;
  if (!oldest) return undefined;
  const errors = here.filter(isError);
  const last = errors.at(-1);
  const { modem } = here.at(-1) ?? oldest;
  const elsewhere = judged.filter((one) => one.rig !== rig && one.modem === modem);
  return {
    rig,
    verdicts: here.length,
    since: oldest.at,
    errors: errors.length,
    share: clopperPearson(errors.length, here.length),
    codes: commonest(errors.map(({ code }) => code ?? 'unknown')),
    lastError: last && { at: last.at, run: last.run },
    suspects: suspects(here, elsewhere),
  };
}

const isError = ({ outcome }: PastVerdict): boolean => outcome === 'error';

function commonest(codes: readonly string[]): { readonly code: string; readonly times: number }[] {
  const times = new Map<string, number>();
  for (const code of codes) times.set(code, (times.get(code) ?? 0) + 1);
  return [...times].map(([code, n]) => ({ code, times: n })).sort((a, b) => b.times - a.times);
}

/** The product fails on all rigs, a rig by itself: each suite that failed here is held against the other rigs. */
function suspects(here: readonly PastVerdict[], elsewhere: readonly PastVerdict[]): Suspect[] {
  const failing = new Set(here.flatMap(({ outcome, suite }) => (outcome === 'fail' ? [suite] : [])));
  return [...failing].flatMap((suite) => {
    const [mine, others] = [armOf(here, suite), armOf(elsewhere, suite)];
    const p = fisher(mine, others);
    // Bonferroni: one suite of twenty would stand out by chance.
    if (!isSignificant(p, ALPHA / failing.size)) return [];
    const { drops: failed, windows: of } = mine;
    return [{ suite, failed, of, elsewhere: { failed: others.drops, of: others.windows }, p }];
  });
}

function armOf(verdicts: readonly PastVerdict[], suite: string): Arm {
  const outcomes = verdicts.filter((one) => one.suite === suite && !isError(one)).map((one) => one.outcome);
  return { windows: outcomes.length, drops: outcomes.filter((outcome) => outcome === 'fail').length };
}
