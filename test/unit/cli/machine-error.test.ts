import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';

import { machineError } from '../../../harness/cli/machine-error.ts';
import { errorOf } from '../lab/error-of.ts';

describe('what this machine refuses', () => {
  it('is told as its own fault, with what to look at', () => {
    // Writing to it fails as a full disk does: full(4).
    expect(machineError(errorOf(() => writeFileSync('/dev/full', 'x')))).toMatchObject({
      code: 'machine.refused',
      blame: 'rig',
      message: expect.stringMatching(/^the disk is full: ENOSPC/),
      hint: expect.stringContaining('df -h'),
    });
  });

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a file that a command should have looked for', errorOf(() => writeFileSync('/nowhere/x', 'x'))],
    ['what is no error', undefined],
  ])('is not %s', (_what, error) => {
    expect(machineError(error)).toBe(error);
  });
});
