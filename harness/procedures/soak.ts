import type { Ctx } from '../core/ctx.ts';
import { hours, type Ms } from '../core/units.ts';
import type { Rig } from '../rig/rig.ts';
import { reconnect } from './climb.ts';
import { OUTAGE, watchLink } from './watch.ts';

export interface SoakPlan {
  readonly durationMs: Ms;
  /** How long to wait for the link to come back after a drop. */
  readonly reconnectMs: Ms;
}

export interface SoakResult {
  readonly drops: number;
  /** Exposure: time with the link up. */
  readonly connectedHours: number;
  readonly probes: number;
  readonly answered: number;
  /** False: the link stayed away after a drop and the soak ended early. */
  readonly complete: boolean;
}

/** How often netifd is asked even though every ping is answered: a re-dial within one second is a drop too. */
const ASK_EVERY: Ms = 60_000;

/** Lets the link run for the given time with one probe a second, and counts its drops per connected hour. */
export async function soak(ctx: Ctx, rig: Rig, plan: SoakPlan): Promise<SoakResult> {
  const end = ctx.clock.now() + plan.durationMs;
  let [drops, connectedMs, answered] = [0, 0, 0];
  let complete = true;
  while (complete && ctx.clock.now() < end) {
    const since = ctx.clock.now();
    const watch = await watchLink(ctx, rig);
    try {
      const dropped = await untilDrop(ctx, watch, since, end);
      connectedMs += ctx.clock.now() - since - (dropped ? watch.silentMs() : 0);
      answered += watch.answered;
      if (!dropped) break;
    } finally {
      await watch.stop();
    }
    drops++;
    const back = await ctx.timeline.span('reconnect', undefined, () => reconnect(ctx, rig, plan.reconnectMs));
    complete = back.up;
  }
  return {
    drops,
    connectedHours: connectedMs / hours(1),
    probes: Math.round(connectedMs / 1_000),
    answered,
    complete,
  };
}

/** True when the session that was up at `since` was lost before `end`. */
async function untilDrop(
  ctx: Ctx,
  watch: Awaited<ReturnType<typeof watchLink>>,
  since: Ms,
  end: Ms,
): Promise<boolean> {
  let asked = since;
  while (ctx.clock.now() < end) {
    await ctx.clock.sleep(Math.min(OUTAGE, end - ctx.clock.now()), ctx.signal);
    const due = ctx.clock.now() - asked >= ASK_EVERY || watch.silentMs() >= OUTAGE || ctx.clock.now() >= end;
    if (!due) continue;
    asked = ctx.clock.now();
    if (await watch.check(ctx, since)) return true;
  }
  return false;
}
