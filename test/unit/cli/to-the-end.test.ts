import { describe, expect, it } from '@jest/globals';

import { toTheEnd } from '../../../harness/cli/to-the-end.ts';
import { createCtx, raceAbort, type Ctx } from '../../../harness/core/ctx.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import { testCtx } from '../../support/ctx.ts';

const error = (code: `test.${string}`): HarnessError =>
  new HarnessError(code, { code, blame: 'test', effect: 'none' });

/** Ctrl-C after a second, amid work that takes `undoMs` to be put away, and what came of it. */
function interrupted(undoMs: number, last?: HarnessError) {
  const log: string[] = [];
  const { drive } = testCtx();
  const work = async (ctx: Ctx, outer: Ctx): Promise<string> => {
    const broken = await raceAbort(new Promise<never>(() => undefined), ctx.signal).catch((e: unknown) => e);
    await outer.clock.sleep(undoMs);
    log.push('undone');
    throw last ?? broken;
  };
  const run = drive(async (outer) => {
    const stop = new AbortController();
    outer.clock.after(1_000, () => stop.abort(error('test.interrupted')));
    const ctx = createCtx({ ...outer, signal: stop.signal });
    return toTheEnd(
      ctx,
      60_000,
      'work',
      (c) => work(c, outer),
      () => log.push('notice'),
    );
  });
  return { run, log };
}

describe('work that is broken off', () => {
  it('ends when it has put its things away, and says so where that takes a while', async () => {
    const quick = interrupted(500);
    await expect(quick.run).rejects.toMatchObject({ code: 'test.interrupted' });
    expect(quick.log).toEqual(['undone']);
    const slow = interrupted(30_000);
    await expect(slow.run).rejects.toMatchObject({ code: 'test.interrupted' });
    expect(slow.log).toEqual(['notice', 'undone']);
  });

  it('has the last word', async () => {
    const { run } = interrupted(500, error('test.not-brought-back'));
    await expect(run).rejects.toMatchObject({ code: 'test.not-brought-back' });
  });

  it('is not waited for for ever', async () => {
    const { run, log } = interrupted(3_600_000);
    await expect(run).rejects.toMatchObject({ code: 'test.interrupted' });
    expect(log).toEqual(['notice']);
  });

  it('that ends by itself is just that', async () => {
    const { drive } = testCtx();
    const run = (body: () => Promise<string>) =>
      drive((ctx) => toTheEnd(ctx, 60_000, 'work', body, () => undefined));
    expect(await run(() => Promise.resolve('done'))).toBe('done');
    await expect(run(() => Promise.reject(error('test.own')))).rejects.toMatchObject({ code: 'test.own' });
  });
});
