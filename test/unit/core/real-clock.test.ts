import { describe, expect, it, jest } from '@jest/globals';

import { createRealClock } from '../../../harness/core/real-clock.ts';

describe("the machine's own time", () => {
  it('waits for a year where it is told to: a console that nobody leaves is no deadline', () => {
    jest.useFakeTimers();
    try {
      const clock = createRealClock();
      const day = 24 * 3_600_000;
      const called: string[] = [];
      clock.after(365 * day, () => called.push('year'));
      const cancel = clock.after(60 * day, () => called.push('never'));
      jest.advanceTimersByTime(40 * day);
      cancel();
      jest.advanceTimersByTime(324 * day);
      expect(called).toEqual([]);
      jest.advanceTimersByTime(2 * day);
      expect(called).toEqual(['year']);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
