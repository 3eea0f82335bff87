import { describe, expect, it } from '@jest/globals';

import { createVirtualClock } from '../../../harness/core/virtual-clock.ts';
import { hours, seconds } from '../../../harness/core/units.ts';

describe('the virtual clock', () => {
  it('jumps to the next timer when nothing is left to do', async () => {
    const clock = createVirtualClock();
    const end = await clock.drive('a day', async () => {
      await clock.sleep(hours(24));
      return clock.now();
    });
    expect(end).toBe(hours(24));
  });

  it('runs calls due at the same instant in the order in which they were armed', async () => {
    const clock = createVirtualClock();
    const seen: number[] = [];
    await clock.drive('order', async () => {
      for (const n of [1, 2, 3]) clock.after(seconds(5), () => seen.push(n));
      clock.after(seconds(4), () => seen.push(0));
      await clock.sleep(seconds(6));
    });
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('passes for the smallest rest of a delay', async () => {
    const clock = createVirtualClock();
    await clock.drive('rests', async () => {
      await clock.sleep(3_622_991.123);
      const due = clock.now() + 0.3;
      for (let turns = 0; clock.now() < due; turns++) {
        expect(turns).toBeLessThan(5);
        await clock.sleep((due - clock.now()) * 0.999_999);
      }
    });
  });

  it('does not run a cancelled call', async () => {
    const clock = createVirtualClock();
    let ran = false;
    await clock.drive('cancel', async () => {
      clock.after(seconds(1), () => (ran = true))();
      await clock.sleep(seconds(2));
    });
    expect(ran).toBe(false);
  });

  it('says so when everybody waits and no timer is armed', async () => {
    const clock = createVirtualClock();
    await expect(clock.drive('for ever', () => new Promise(() => undefined))).rejects.toMatchObject({
      code: 'clock.deadlock',
      blame: 'harness',
    });
  });

  it('stands still while real work goes on', async () => {
    const clock = createVirtualClock();
    await clock.drive('outside', async () => {
      clock.after(seconds(1), () => undefined);
      await clock.outside(new Promise((resolve) => setTimeout(resolve, 5)));
      expect(clock.now()).toBe(0);
    });
  });
});
