import { describe, expect, it } from '@jest/globals';

import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import { rescue, type Rescue } from '../../harness/procedures/rescue/rescue.ts';
import type { Fault } from '../../harness/sim/faults.ts';
import { testCtx } from '../support/ctx.ts';

async function rescued(id: string, faults: readonly Fault[]): Promise<Rescue> {
  const { drive } = testCtx();
  const file = loadRigFile(`rigs/${id}.rig.yaml`) as SimRigFile;
  return drive(async (ctx) => {
    const rig = await openRig(ctx, { ...file, faults: [...faults] });
    try {
      await ctx.clock.sleep(30_000);
      return await rescue(ctx, rig, { goal: 'online' });
    } finally {
      await rig.close();
    }
  });
}

describe.each(['sim-mifi22-mc7455', 'sim-mifi25-ec25'])('the rescue ladder on %s', (id) => {
  it('cuts the supply of a modem whose firmware hangs: nothing less helps', async () => {
    const { by, steps } = await rescued(id, [{ kind: 'stall', when: { afterMs: 20_000 } }]);
    expect(by).toBe('router-power');
    // No dial and no command of its own was tried: it was asked first.
    expect(steps.filter(({ outcome }) => outcome !== 'skipped').map(({ rung }) => rung)).toEqual([
      'usb-authorize',
      'reboot',
      'router-power',
    ]);
    expect(steps[0]).toMatchObject({
      rung: 're-dial',
      cause: expect.stringMatching(/answers \S+ on .+ with nothing/),
      did: expect.stringMatching(/^no use: .+ with nothing/),
    });
  });

  it('does not need more than a dial where the network dropped the session', async () => {
    const { reached, steps } = await rescued(id, [{ kind: 'bearer.drop', when: { afterMs: 10_000 } }]);
    expect(reached).toBe(true);
    expect(steps.filter(({ outcome }) => outcome !== 'skipped').length).toBeLessThanOrEqual(1);
  });

  it('can do nothing against a card that is not there, and tells a human where to look', async () => {
    const { reached, advice } = await rescued(id, [{ kind: 'sim.not-seated' }]);
    expect(reached).toBe(false);
    expect(advice).toContain('wwanlab rigs check');
  });
});
