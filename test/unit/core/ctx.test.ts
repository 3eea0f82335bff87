import { describe, expect, it } from '@jest/globals';

import { throwIfAborted } from '../../../harness/core/ctx.ts';
import { seconds } from '../../../harness/core/units.ts';
import { testCtx } from '../../support/ctx.ts';

describe('a deadline', () => {
  it('rejects after its limit, also when the body does not listen', async () => {
    const { drive, clock } = testCtx();
    const late = drive((ctx) =>
      ctx.within(seconds(5), 'the modem to answer', () => new Promise(() => undefined)),
    );
    await expect(late).rejects.toMatchObject({
      code: 'deadline.exceeded',
      blame: 'rig',
      message: 'not done within 5 s: the modem to answer',
    });
    expect(clock.now()).toBe(seconds(5));
  });

  it('aborts the signal that it hands down, so that a body that goes on is fenced off', async () => {
    const { drive } = testCtx();
    let acted = 0;
    await drive(async (ctx) => {
      const body = ctx.within(seconds(5), 'ten sends', async (fenced) => {
        for (let i = 0; i < 10; i++) {
          await ctx.clock.sleep(seconds(1)); // deaf to the fence on purpose
          throwIfAborted(fenced.signal);
          acted++;
        }
      });
      await expect(body).rejects.toMatchObject({ code: 'deadline.exceeded' });
      await ctx.clock.sleep(seconds(60));
    });
    expect(acted).toBe(4);
  });

  it('passes the result on and leaves no timer that moves time', async () => {
    const { drive, clock } = testCtx();
    expect(await drive((ctx) => ctx.within(seconds(5), 'nothing', () => Promise.resolve(7)))).toBe(7);
    await clock.drive('later', () => clock.sleep(seconds(1)));
    expect(clock.now()).toBe(seconds(1));
  });

  it('of the outer call ends the inner one', async () => {
    const { drive, clock } = testCtx();
    const outer = drive((ctx) =>
      ctx.within(seconds(2), 'outer', (c) =>
        c.within(seconds(60), 'inner', (d) => d.clock.sleep(seconds(90), d.signal)),
      ),
    );
    await expect(outer).rejects.toMatchObject({ message: 'not done within 2 s: outer' });
    expect(clock.now()).toBe(seconds(2));
  });
});

describe('an expectation', () => {
  it('asks until it gets a value', async () => {
    const { drive, clock } = testCtx();
    let asked = 0;
    const value = await drive((ctx) =>
      ctx.expect('the third answer', () => Promise.resolve(++asked === 3 ? 'yes' : undefined), seconds(10)),
    );
    expect([value, clock.now()]).toEqual(['yes', seconds(2)]);
  });

  it('blames the device when its limit is over', async () => {
    const { drive } = testCtx();
    const unmet = drive((ctx) => ctx.expect('the link is up', () => Promise.resolve(undefined), seconds(10)));
    await expect(unmet).rejects.toMatchObject({
      code: 'expectation.unmet',
      blame: 'dut',
      message: 'expected within 10 s that the link is up',
    });
  });

  it('has its limit also while a probe hangs', async () => {
    const { drive, clock } = testCtx();
    const unmet = drive((ctx) => ctx.expect('an answer', () => new Promise(() => undefined), seconds(3)));
    await expect(unmet).rejects.toMatchObject({ code: 'expectation.unmet' });
    expect(clock.now()).toBe(seconds(3));
  });

  it('lets an error of the probe through at once', async () => {
    const { drive } = testCtx();
    const broken = drive((ctx) => ctx.expect('x', () => Promise.reject(new TypeError('bug')), seconds(3)));
    await expect(broken).rejects.toThrow('bug');
  });
});
