import { HarnessError, type ErrorCode } from '../core/errors.ts';

/** The command line is wrong: exit code 64, with what to type instead. */
export function usageError(what: string, message: string, hint: string): HarnessError {
  return new HarnessError(message, {
    code: `usage.${what}` satisfies ErrorCode,
    blame: 'test',
    effect: 'none',
    hint,
  });
}
