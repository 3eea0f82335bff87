import type { Rung } from '../core/ladder.ts';
import type { LogLine } from './log.ts';
import type { Scene } from './scene.ts';

/** `F01` … of the fault catalogue (docs of each signature; ARCHITECTURE.md says how to add one). */
export type FaultId = `F${number}`;

/** How surely the lines show the fault, which is not how surely its cause is known. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** One possible cause of a fault: how to find out, as commands to type, and what to do then. */
export interface RankedCause {
  readonly title: string;
  readonly confirm: string;
  readonly fix: string;
}

/** What a signature found in a log. */
export interface Match {
  /** In any order, also twice. */
  readonly evidence: readonly LogLine[];
  readonly confidence: Confidence;
  /** Where they differ from the signature's own. */
  readonly title?: string | undefined;
  readonly rung?: Rung | undefined;
  readonly settles?: boolean | undefined;
  readonly causes?: readonly RankedCause[] | undefined;
  /** Faults that are only an effect of this one here. */
  readonly explains?: readonly FaultId[] | undefined;
}

/** A fault and the marks that it leaves. One file for each family, listed in signatures/index.ts. */
export interface Signature {
  readonly fault: FaultId;
  readonly title: string;
  /** The first rung of the connect ladder that the fault keeps from being reached. */
  readonly rung: Rung;
  /** True: the fault is itself the cause. False: a symptom with several causes, between which the log can't choose. */
  readonly settles: boolean;
  /**
   * `note`: it looks like a fault and is none. `circumstance`: worth knowing, never the whole story (a weak signal).
   * `fault` by default.
   */
  readonly role?: 'fault' | 'note' | 'circumstance';
  /** Most likely first. */
  readonly causes: readonly RankedCause[];
  readonly match: (scene: Scene) => Match | undefined;
}

export function cause(title: string, confirm: string, fix: string): RankedCause {
  return { title, confirm, fix };
}

export interface SeenOptions {
  readonly confidence?: Confidence;
  /** Lines that must match, 1 by default. */
  readonly atLeast?: number;
  /** Codes in errors[] of `ifstatus` by which a protocol handler says the same. */
  readonly errors?: RegExp;
  /** No match if a line like this is there. */
  readonly unless?: RegExp;
  /** No match unless a line like this is there as well. */
  readonly together?: RegExp;
  /** A line does not count once its protocol handler has said this: it is of a later rung. */
  readonly before?: RegExp;
  /** No match if the modem got to this rung afterwards: then it was a passing trouble. */
  readonly overcomeAt?: Rung;
  readonly explains?: readonly FaultId[];
  /** Where they differ from the signature's own. */
  readonly settles?: boolean;
  readonly title?: string;
  readonly causes?: readonly RankedCause[];
}

/** The plain kind of signature: these words in the log. */
export function seen(pattern: RegExp, options: SeenOptions = {}): Signature['match'] {
  return (scene) => {
    const { before } = options;
    const evidence = (options.errors ? scene.told(pattern, options.errors) : scene.with(pattern)).filter(
      (line) => !before || !scene.handlerSaid(before, line),
    );
    const last = evidence.at(-1);
    if (!last || evidence.length < (options.atLeast ?? 1)) return undefined;
    if (options.unless && scene.has(options.unless)) return undefined;
    if (options.together && !scene.has(options.together)) return undefined;
    if (options.overcomeAt && scene.reachedAfter(last.number, options.overcomeAt)) return undefined;
    const { confidence = 'likely', explains, settles, title, causes } = options;
    return { evidence, confidence, explains, settles, title, causes };
  };
}
