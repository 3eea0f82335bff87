import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { TestEnvironment } from 'jest-environment-node';

import type { RigTestHost } from './host.ts';
import type { ChildPlan } from './plan.ts';
import { runTest } from './run-test.ts';
import { sessionFor, type Session } from './session.ts';

/**
 * Jest's test environment for rigs. It is loaded natively, outside the VM that the suites run in: there errors of
 * Node's core are still `instanceof Error`, imports are paid once, and connections survive from suite to suite.
 */
class RigEnvironment extends TestEnvironment {
  readonly #session: Session;
  readonly #suite: string;

  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    super(config, context);
    const plan = config.projectConfig.testEnvironmentOptions as unknown as ChildPlan;
    this.#session = sessionFor(plan);
    this.#suite = plan.suites[context.testPath] ?? context.testPath;
  }

  override async setup(): Promise<void> {
    await super.setup();
    this.global.wwanlabHost = createHost(this.#session, this.#suite);
  }
}

export { RigEnvironment as default };

/** Real time that Jest grants a test: a net below the test's own limit, which counts on the rig's clock. */
const JEST_LIMIT_MS = 24 * 3_600_000;

function createHost(session: Session, suite: string): RigTestHost {
  const { plan } = session;
  return {
    repeat: plan.mode === 'list' ? 1 : plan.repeat,
    jestLimitMs: JEST_LIMIT_MS,
    declare: (title, options) => {
      const parameters = Object.entries(options.parameters ?? {}).map(([name, p]) => ({ name, ...p }));
      const declaration = { suite, title, requires: options.requires, parameters };
      if (plan.mode === 'list') session.tell({ type: 'suite', declaration });
    },
    run: async (title, options, repetition, body) => {
      if (plan.mode === 'list') return;
      const finding = await runTest(session, { suite, title, repetition, options, body });
      if (finding.outcome === 'fail' || finding.outcome === 'error') throw new FindingError(finding.message);
    },
  };
}

/** Tells Jest, and its raw report, that a test did not pass; the verdict itself stands on the timeline. */
class FindingError extends Error {
  override readonly name = 'Finding';
}
