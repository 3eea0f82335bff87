import type { Test } from '@jest/reporters';

import type { ChildPlan } from './plan.ts';

/**
 * Keeps suites in the order of the plan. Jest's own sequencer puts the slowest or last failed first, as its cache
 * remembers them: the same run would leave another timeline tomorrow.
 */
class PlanSequencer {
  sort(tests: readonly Test[]): Test[] {
    const place = (test: Test): number => {
      const plan = test.context.config.testEnvironmentOptions as unknown as ChildPlan;
      return Object.keys(plan.suites).indexOf(test.path);
    };
    return tests.toSorted((a, b) => place(a) - place(b));
  }

  allFailedTests(tests: readonly Test[]): readonly Test[] {
    return tests;
  }

  cacheResults(): void {
    // nothing is remembered
  }
}

export { PlanSequencer as default };
