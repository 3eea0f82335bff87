import { describe, expect, it } from '@jest/globals';

import { createCtx } from '../../../harness/core/ctx.ts';
import { cyclePower } from '../../../harness/procedures/power.ts';
import type { PowerSwitch } from '../../../harness/rig/power.ts';
import { testCtx } from '../../support/ctx.ts';

function outlet(log: string[], now: () => number, broken = false): PowerSwitch {
  return {
    name: 'outlet',
    leastOffMs: 5_000,
    state: () => Promise.resolve('unknown'),
    set: async (_ctx, on) => {
      log.push(`${on ? 'on' : 'off'} ${now()}`);
      if (on && broken) throw new Error('no answer');
    },
  };
}

describe('a power cycle', () => {
  it('leaves it off for as long as the switch needs, even if less was asked for', async () => {
    const { drive, clock } = testCtx();
    const log: string[] = [];
    await drive((ctx) =>
      cyclePower(
        ctx,
        outlet(log, () => clock.now()),
        1_000,
      ),
    );
    expect(log).toEqual(['off 0', 'on 5000']);
  });

  it('switches on again when it is broken off', async () => {
    const { drive, clock } = testCtx();
    const log: string[] = [];
    const stop = new AbortController();
    const work = drive(async (ctx) => {
      clock.after(2_000, () => stop.abort(new Error('Ctrl-C')));
      await cyclePower(
        createCtx({ ...ctx, signal: stop.signal }),
        outlet(log, () => clock.now()),
      );
    });
    await expect(work).rejects.toThrow('Ctrl-C');
    expect(log).toEqual(['off 0', 'on 2000']);
  });

  it('says so when the rig was left dark', async () => {
    const { drive, clock } = testCtx();
    const work = drive((ctx) =>
      cyclePower(
        ctx,
        outlet([], () => clock.now(), true),
      ),
    );
    await expect(work).rejects.toMatchObject({ code: 'power.left-off', effect: 'done', blame: 'rig' });
  });
});
