import type { Reporter, Test, TestResult } from '@jest/reporters';

import { loadProblem } from './load-problem.ts';
import type { ChildPlan } from './plan.ts';
import { sessionFor } from './session.ts';

/** Records suite files that could not even be loaded: without it they would vanish from the report. */
class LoadReporter implements Pick<Reporter, 'onTestResult'> {
  onTestResult(test: Test, result: TestResult): void {
    if (!result.testExecError) return;
    const plan = test.context.config.testEnvironmentOptions as unknown as ChildPlan;
    const session = sessionFor(plan);
    const suite = plan.suites[test.path] ?? test.path;
    const title = 'can be loaded';
    const message = `the suite could not be loaded: ${loadProblem(result.testExecError)}`;
    const finding = { outcome: 'error', message, code: 'suite.unloadable', blame: 'test' };
    const signed = { rig: session.rigFile.id, suite, title, repetition: 1, seed: plan.seed };
    const { ctx } = session.newCtx(plan.seed, suite);
    const begin = ctx.timeline.add('run', 'test.begin', signed);
    ctx.timeline.add('run', 'test.end', { ...finding, ...signed, tookMs: 0 }, begin.seq);
    session.tell({ type: 'test.end', suite, title, repetition: 1, outcome: 'error', message });
  }
}

export { LoadReporter as default };
