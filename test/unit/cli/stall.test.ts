import { describe, expect, it } from '@jest/globals';

import { createStallDetector } from '../../../harness/cli/stall.ts';

describe('the watch for a process that spins', () => {
  it('speaks up when the timeline has stopped growing for the limit, and not before', () => {
    const stalled = createStallDetector(60);
    expect([stalled(0, 0), stalled(0, 59), stalled(7, 61), stalled(7, 120)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(stalled(7, 121)).toBe(true);
  });
});
