import type { Blame, ErrorCode } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import type { Rung } from '../core/ladder.ts';

/**
 * `pass`; `fail`: the device under test; `error`: the rig, the lab or the harness; `inconclusive`: not enough evidence
 * yet; `skip`: the rig lacks a capability.
 */
export type Outcome = 'pass' | 'fail' | 'error' | 'inconclusive' | 'skip';

/** A number with its meaning, and the bound that the evidence gives for it. */
export interface Measure {
  /** `drops`, `connected hours`, `time to connect` */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** `95 % upper bound: 0.125 per hour` */
  readonly bound?: string;
}

/** What a test says of the rig, before it is signed with where and when. */
export interface Finding {
  readonly outcome: Outcome;
  /** One sentence for people: what was seen, or what is missing. */
  readonly message: string;
  /** The first rung of the connect ladder that was not reached. */
  readonly rung?: Rung | undefined;
  readonly blame?: Blame | undefined;
  readonly code?: ErrorCode | undefined;
  readonly hint?: string | undefined;
  readonly measures?: readonly Measure[];
  /** The capabilities that the rig lacks, for `skip`. */
  readonly missing?: readonly string[];
}

/** A finding with its circumstances: what reports are made of. */
export interface Verdict extends Finding {
  readonly rig: string;
  readonly suite: string;
  readonly title: string;
  /** From 1; above 1 only with --repeat. */
  readonly repetition: number;
  readonly seed: string;
  /** Time on the rig's own clock: virtual on a simulated rig. */
  readonly tookMs: Ms;
  /** First and last timeline event of the test. */
  readonly events: readonly [number, number];
}

/** 0 pass, 1 product failure, 2 infrastructure error, 3 inconclusive. The worst of all verdicts decides. */
export function exitCodeOf(verdicts: readonly { readonly outcome: Outcome }[]): 0 | 1 | 2 | 3 {
  const has = (outcome: Outcome): boolean => verdicts.some((v) => v.outcome === outcome);
  if (has('fail')) return 1;
  if (has('error')) return 2;
  if (has('inconclusive') || !has('pass')) return 3;
  return 0;
}
