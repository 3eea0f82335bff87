import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import type { Rig } from '../rig/rig.ts';
import { reconnect } from './climb.ts';
import { watchLink, ZOMBIE, type LinkWatch } from './watch.ts';

export type Arm = 'disturbed' | 'sham';

export interface TrialPlan {
  /** Windows in each arm; the order of all of them is drawn from the seed. */
  readonly windows: number;
  /** The link has been up this long before anything is done to it. */
  readonly settleMs: Ms;
  /** How long each window is watched. */
  readonly windowMs: Ms;
  /** How long to wait for the link to come back after a drop. */
  readonly reconnectMs: Ms;
  /** What is done to the router in the disturbed arm. */
  readonly disturb: (ctx: Ctx, rig: Rig) => Promise<void>;
}

export interface ArmCount {
  readonly windows: number;
  readonly drops: number;
}

export interface TrialResult {
  readonly disturbed: ArmCount;
  readonly sham: ArmCount;
  /** Windows that were not run, because the link did not come back. */
  readonly abandoned: number;
}

/**
 * A randomised trial with a sham arm. Every ifup in a firewall zone brings a reload of its own about a second later, so
 * "drops after a reload" is mixed up with "drops after connecting"; only the comparison of arms tells them apart.
 */
export async function runTrial(ctx: Ctx, rig: Rig, plan: TrialPlan): Promise<TrialResult> {
  const arms: Arm[] = ctx.rng
    .fork('order of arms')
    .shuffle([...Array<Arm>(plan.windows).fill('disturbed'), ...Array<Arm>(plan.windows).fill('sham')]);
  const counts = { disturbed: { windows: 0, drops: 0 }, sham: { windows: 0, drops: 0 } };
  let watch = await watchLink(ctx, rig);
  try {
    for (const arm of arms) {
      const dropped = await runWindow(ctx, rig, plan, arm, watch);
      counts[arm].windows++;
      if (!dropped) continue;
      counts[arm].drops++;
      await watch.stop();
      const back = await ctx.timeline.span('reconnect', undefined, () =>
        reconnect(ctx, rig, plan.reconnectMs),
      );
      if (!back.up) break;
      watch = await watchLink(ctx, rig);
    }
  } finally {
    await watch.stop();
  }
  const run = counts.disturbed.windows + counts.sham.windows;
  return { ...counts, abandoned: arms.length - run };
}

async function runWindow(ctx: Ctx, rig: Rig, plan: TrialPlan, arm: Arm, watch: LinkWatch): Promise<boolean> {
  const start = ctx.clock.now();
  await ctx.clock.sleep(plan.settleMs, ctx.signal);
  ctx.timeline.add('check', 'window', { arm });
  if (arm === 'disturbed') await plan.disturb(ctx, rig);
  await ctx.clock.sleep(plan.windowMs, ctx.signal);
  // A drop while the link settles counts for the arm as well: leaving it out would hide a link that never holds.
  return (await watch.check(ctx, start, Math.min(ZOMBIE, plan.windowMs))) !== undefined;
}
