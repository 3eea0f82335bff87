import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('sysupgrade', () => {
  it('F110: an image of another board', () => {
    expect(diagnosed('Device gl-mifi not supported by this image\nImage check failed.')).toMatchObject({
      rung: 'S0',
      faults: ['F110'],
    });
  });
});
