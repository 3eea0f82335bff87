import type { Rung } from '../core/ladder.ts';
import type { FaultId, RankedCause } from './signature.ts';

/** A line that is quoted as evidence. */
export interface Quote {
  /** Line number in the pasted text, or `seq` in a timeline. */
  readonly line: number;
  readonly text: string;
}

/** A fault that the log shows, with its possible causes in order. */
export interface DiagnosedFault {
  readonly fault: FaultId;
  readonly title: string;
  readonly rung: Rung;
  /** 0 to 1: how surely the lines show this fault. */
  readonly confidence: number;
  /** True: the fault is the cause. False: a symptom; which of its causes it is, the log does not say. */
  readonly settled: boolean;
  /** Line numbers, ascending; the telling ones of many. */
  readonly evidence: readonly number[];
  readonly quotes: readonly Quote[];
  readonly causes: readonly RankedCause[];
}

/** Something that the log suggests and cannot prove, with the experiment that would settle it. */
export interface OpenQuestion {
  readonly fault: FaultId;
  readonly question: string;
  readonly evidence: readonly number[];
  readonly experiment: string;
}

/** Lines that look alarming and are normal. */
export interface NormalLines {
  readonly lines: readonly number[];
  readonly why: string;
}

/** What a log or a run says. */
export interface Diagnosis {
  readonly subject: 'modem' | 'healthy' | 'not-a-modem';
  /** The first rung of the connect ladder that was not reached; null where nothing failed or it cannot be told. */
  readonly rung: Rung | null;
  /** The leading fault first. */
  readonly causes: readonly DiagnosedFault[];
  /** True: the cause is not established by this log; `why` says what is missing. */
  readonly abstains: boolean;
  readonly why?: string;
  readonly questions: readonly OpenQuestion[];
  readonly normal: readonly NormalLines[];
  /** What makes the evidence weaker: minute stamps, a beginning that is cut off. */
  readonly caveats: readonly string[];
}
