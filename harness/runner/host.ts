import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import type { Capability } from '../rig/capability.ts';
import type { Rig } from '../rig/rig.ts';
import type { Finding } from '../verdict/verdict.ts';
import type { Judges, Procedures } from './toolbox.ts';
import type { ParameterDeclaration } from './plan.ts';

export interface RigTestOptions<Name extends string> {
  /** All of them are needed; a rig that lacks one skips the test and says which. */
  readonly requires: readonly Capability[];
  /** On the rig's own clock: virtual time on a simulated rig. A function of the parameters where they matter. */
  readonly limit: Ms | ((parameters: Readonly<Record<Name, number>>) => Ms);
  /** `soak.hours`: settable with --set, shown by --list. */
  readonly parameters?: Readonly<Record<Name, ParameterDeclaration>>;
}

/** What a test is given. */
export interface Scene<Name extends string> {
  readonly ctx: Ctx;
  readonly rig: Rig;
  readonly parameters: Readonly<Record<Name, number>>;
  /** What can be done with a rig: climb, connect, disturb, soak. */
  readonly procedures: Procedures;
  /** What turns observations into a finding, with its statistics. */
  readonly judges: Judges;
}

/** What the environment leaves in the suite's global scope. */
export interface RigTestHost {
  readonly repeat: number;
  readonly jestLimitMs: number;
  declare(title: string, options: RigTestOptions<string>): void;
  run(
    title: string,
    options: RigTestOptions<string>,
    repetition: number,
    body: (scene: Scene<string>) => Promise<Finding>,
  ): Promise<void>;
}
