import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../../harness/core/ctx.ts';
import { hours, minutes, seconds } from '../../../harness/core/units.ts';
import { dial } from '../../../harness/procedures/dial.ts';
import { runTrial, type TrialPlan } from '../../../harness/procedures/disturb.ts';
import { soak } from '../../../harness/procedures/soak.ts';
import { testCtx } from '../../support/ctx.ts';
import { scriptedRig, type Script } from '../../support/scripted-rig.ts';

const plan: TrialPlan = {
  windows: 10,
  settleMs: seconds(30),
  windowMs: seconds(60),
  reconnectMs: seconds(60),
  disturb: (ctx, rig) => rig.router.reloadFirewall(ctx),
};

/** Ends the session a little later and lets netifd dial again. */
function redial(script: Script, ctx: Ctx, afterMs: number): void {
  ctx.clock.after(afterMs, () => (script.upSince = undefined));
  ctx.clock.after(afterMs + 5_000, () => (script.upSince = ctx.clock.now()));
}

describe('the trial with a sham arm', () => {
  it('finds no drop on a link that holds', async () => {
    const { drive } = testCtx();
    const { rig } = scriptedRig();
    const result = await drive(async (ctx) => {
      await dial(ctx, rig, seconds(30));
      return runTrial(ctx, rig, plan);
    });
    expect(result).toEqual({
      disturbed: { windows: 10, drops: 0 },
      sham: { windows: 10, drops: 0 },
      abandoned: 0,
    });
  });

  it('counts drops in the arm in which they happen, also when netifd has dialled again by the end', async () => {
    const { drive } = testCtx();
    const { rig, script } = scriptedRig();
    script.onReload = (ctx) => redial(script, ctx, 6_000);
    const result = await drive(async (ctx) => {
      await dial(ctx, rig, seconds(30));
      return runTrial(ctx, rig, plan);
    });
    expect(result.disturbed).toEqual({ windows: 10, drops: 10 });
    expect(result.sham).toEqual({ windows: 10, drops: 0 });
  });

  it('counts a link that stays up and lets nothing through any more, however short the window', async () => {
    const { drive, events } = testCtx();
    const { rig, script } = scriptedRig();
    script.onReload = () => void (script.answersPing = false);
    script.onIfup = (ctx) => {
      script.upSince = ctx.clock.now();
      script.answersPing = true;
    };
    const result = await drive(async (ctx) => {
      await dial(ctx, rig, seconds(30));
      return runTrial(ctx, rig, { ...plan, windowMs: seconds(10) });
    });
    expect(result).toMatchObject({ disturbed: { drops: 10 }, sham: { drops: 0 }, abandoned: 0 });
    const [drop] = events().filter(({ kind }) => kind === 'drop');
    expect(drop?.data).toMatchObject({ seen: 'up, and nobody has answered for 11 s' });
  });

  it('gives up when the link is up again and lets nothing through', async () => {
    const { drive } = testCtx();
    const { rig, script } = scriptedRig();
    script.onReload = () => void (script.answersPing = false);
    const result = await drive(async (ctx) => {
      await dial(ctx, rig, seconds(30));
      return runTrial(ctx, rig, plan);
    });
    expect(result.disturbed.drops).toBe(1);
    expect(result.sham.drops).toBe(0);
    expect(result.abandoned).toBeGreaterThan(0);
  });

  it('gives up when the link stays away', async () => {
    const { drive } = testCtx();
    const { rig, script } = scriptedRig();
    script.onReload = () => {
      script.upSince = undefined;
      script.onIfup = () => undefined;
    };
    const result = await drive(async (ctx) => {
      await dial(ctx, rig, seconds(30));
      return runTrial(ctx, rig, plan);
    });
    expect(result.disturbed.drops).toBe(1);
    expect(result.abandoned).toBeGreaterThan(0);
  });

  it('draws the order of arms from the seed', async () => {
    const order = async (seed: string): Promise<unknown[]> => {
      const { drive, events } = testCtx({ seed });
      const { rig } = scriptedRig();
      await drive(async (ctx) => {
        await dial(ctx, rig, seconds(30));
        await runTrial(ctx, rig, plan);
      });
      return events().flatMap((e) => (e.kind === 'window' ? [(e.data as { arm: string }).arm] : []));
    };
    expect(await order('a')).toEqual(await order('a'));
    expect(await order('a')).not.toEqual(await order('b'));
  });
});

describe('the soak', () => {
  const soaked = async (script: (s: Script, ctx: Ctx) => void): Promise<Awaited<ReturnType<typeof soak>>> => {
    const { drive } = testCtx();
    const scripted = scriptedRig();
    return drive(async (ctx) => {
      await dial(ctx, scripted.rig, seconds(30));
      script(scripted.script, ctx);
      return soak(ctx, scripted.rig, { durationMs: hours(2), reconnectMs: seconds(60) });
    });
  };

  it('counts its exposure on a link that holds', async () => {
    const result = await soaked(() => undefined);
    expect(result).toMatchObject({ drops: 0, complete: true });
    expect(result.connectedHours).toBeCloseTo(2, 3);
    expect(result.answered).toBeGreaterThan(7_190);
  });

  it('counts each drop once and only connected time', async () => {
    const result = await soaked((script, ctx) => {
      redial(script, ctx, minutes(20));
      redial(script, ctx, minutes(70));
    });
    expect(result).toMatchObject({ drops: 2, complete: true });
    expect(result.connectedHours).toBeGreaterThan(1.98);
    expect(result.connectedHours).toBeLessThan(2);
  });

  it('sees a re-dial that loses no ping', async () => {
    const result = await soaked((script, ctx) => {
      ctx.clock.after(minutes(20) + 500, () => (script.upSince = ctx.clock.now()));
    });
    expect(result.drops).toBe(1);
  });

  it('counts a session that is up but dead', async () => {
    const result = await soaked((script, ctx) => {
      ctx.clock.after(minutes(20), () => (script.answersPing = false));
      ctx.clock.after(minutes(21), () => (script.answersPing = true));
    });
    expect(result).toMatchObject({ drops: 1, complete: true });
  });

  it('dials a session anew that is up but dead, and goes on', async () => {
    const result = await soaked((script, ctx) => {
      ctx.clock.after(minutes(20), () => (script.answersPing = false));
      script.onIfup = (c) => {
        script.upSince = c.clock.now();
        script.answersPing = true;
      };
    });
    expect(result).toMatchObject({ drops: 1, complete: true });
    expect(result.connectedHours).toBeGreaterThan(1.98);
  });

  it('ends early when the link does not come back', async () => {
    const result = await soaked((script, ctx) => {
      ctx.clock.after(minutes(20), () => {
        script.upSince = undefined;
        script.onIfup = () => undefined;
      });
    });
    expect(result).toMatchObject({ drops: 1, complete: false });
    expect(result.connectedHours).toBeCloseTo(1 / 3, 2);
  });
});
