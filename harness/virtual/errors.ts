import { HarnessError, type ErrorCode } from '../core/errors.ts';

/** Something of the machine that the virtual rig runs on is missing or refuses. */
export function virtualError(
  what: string,
  message: string,
  hint: string,
  more: { readonly cause?: unknown; readonly data?: unknown } = {},
): HarnessError {
  return new HarnessError(message, {
    code: `virtual.${what}` satisfies ErrorCode,
    blame: 'rig',
    effect: 'none',
    hint,
    ...more,
  });
}

export const SETUP_HINT = 'type: wwanlab virtual setup';
