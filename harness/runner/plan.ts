/** What a Jest child is told to do; travels as JSON in Jest's testEnvironmentOptions. */
export interface ChildPlan {
  /** `list`: suites only declare themselves, nothing is run and no rig is opened. */
  readonly mode: 'run' | 'list';
  /** Path of the rig file. */
  readonly rig: string;
  readonly seed: string;
  readonly repeat: number;
  /** Parameters as given with --set: `soak.hours` -> `24`. */
  readonly set: Readonly<Record<string, string>>;
  readonly runDirectory: string;
  /** How long to wait for a rig that is in use, in ms; the lease's own by default. */
  readonly wait?: number;
  /** The suite's id by its absolute path. */
  readonly suites: Readonly<Record<string, string>>;
}

/** What the child tells its parent while it works. */
export type Progress =
  | { readonly type: 'suite'; readonly declaration: SuiteDeclaration }
  | {
      readonly type: 'test.begin';
      readonly suite: string;
      readonly title: string;
      readonly repetition: number;
    }
  | { readonly type: 'step'; readonly text: string }
  | {
      readonly type: 'test.end';
      readonly suite: string;
      readonly title: string;
      readonly repetition: number;
      readonly outcome: string;
      readonly message: string;
      readonly rung?: string | undefined;
    };

/** A suite as `wwanlab run --list` shows it. */
export interface SuiteDeclaration {
  readonly suite: string;
  readonly title: string;
  readonly requires: readonly string[];
  readonly parameters: readonly (ParameterDeclaration & { readonly name: string })[];
}

/** A number that a suite can be given with `--set NAME=VALUE`. */
export interface ParameterDeclaration {
  /** What it means, for `--list`. */
  readonly about: string;
  readonly default: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}
