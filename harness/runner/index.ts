/**
 * The one door for suites, ours and anybody's: `import { rigTest } from 'wwanlab/runner'`. It is loaded inside Jest's
 * VM, so it stays thin: the harness itself is loaded natively by the test environment, which leaves a host here.
 */
import type { RigTestHost, RigTestOptions, Scene } from './host.ts';
import type { ParameterDeclaration } from './plan.ts';
import type { Finding } from '../verdict/verdict.ts';

export { seconds, minutes, hours } from '../core/units.ts';
export { connectParameters } from './connect-parameters.ts';
export type { Ctx } from '../core/ctx.ts';
export type { Rig } from '../rig/rig.ts';
export type { Router } from '../rig/router.ts';
export type { Modem } from '../rig/modem.ts';
export type { Capability } from '../rig/capability.ts';
export type { Finding, Measure, Outcome } from '../verdict/verdict.ts';
export type { ParameterDeclaration, RigTestOptions, Scene };

declare global {
  var wwanlabHost: RigTestHost | undefined;
}

/**
 * Declares one test on a rig.
 * @param title a sentence of which the rig is the subject: "connects over PPP and reaches the internet".
 * @param options what it needs, how long it may take, which parameters it has.
 * @param body gets the rig and what can be done with it, and returns what it found. Throwing a HarnessError blamed on
 * the device, or a failing `expect`, is a failure; anything else that is thrown is an error.
 */
export function rigTest<Name extends string>(
  title: string,
  options: RigTestOptions<Name>,
  body: (scene: Scene<Name>) => Promise<Finding>,
): void {
  const host = globalThis.wwanlabHost;
  if (!host) throw new Error('this suite needs a rig: run it with "wwanlab run --suite PATH"');
  host.declare(title, options as RigTestOptions<string>);
  const { test } = globalThis as unknown as JestGlobals;
  for (let repetition = 1; repetition <= host.repeat; repetition++) {
    const name = host.repeat === 1 ? title : `${title} (${repetition} of ${host.repeat})`;
    test(
      name,
      () =>
        host.run(title, options as RigTestOptions<string>, repetition, (scene) => body(scene as Scene<Name>)),
      host.jestLimitMs,
    );
  }
}

/** Jest's own `test`, by its shape: a global declaration here would clash with the types that a suite's author uses. */
interface JestGlobals {
  readonly test: (name: string, body: () => Promise<void>, limit: number) => void;
}
