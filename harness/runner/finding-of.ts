import { isHarnessError, messageOf, type Blame } from '../core/errors.ts';
import type { Rung } from '../core/ladder.ts';
import type { Finding } from '../verdict/verdict.ts';

/** What was thrown, as a finding. A failing `expect` is told by its `matcherResult`: Jest's VM breaks `instanceof`. */
export function findingOf(error: unknown): Finding {
  const message = messageOf(error);
  if (isHarnessError(error)) {
    const { code, blame, hint } = error;
    return {
      outcome: blame === 'dut' ? 'fail' : 'error',
      message,
      code,
      blame,
      hint,
      rung: rungOf(error.data),
    };
  }
  const blame: Blame = isAssertion(error) ? 'dut' : 'test';
  return { outcome: blame === 'dut' ? 'fail' : 'error', message, blame };
}

function isAssertion(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'matcherResult' in error;
}

function rungOf(data: unknown): Rung | undefined {
  return typeof data === 'object' && data !== null && 'rung' in data ? (data.rung as Rung) : undefined;
}
