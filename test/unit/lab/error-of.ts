import type { HarnessError } from '../../../harness/core/errors.ts';

/** What `body` throws. */
export function errorOf(body: () => unknown): HarnessError {
  try {
    body();
  } catch (error) {
    return error as HarnessError;
  }
  throw new Error('expected it to throw');
}
