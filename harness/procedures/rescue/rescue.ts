import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import { messageOf } from '../../core/errors.ts';
import { formatMs, type Ms } from '../../core/units.ts';
import type { Rig } from '../../rig/rig.ts';
import type { InterfaceStatus } from '../../rig/router.ts';
import { awaitUp, dial, interfaceStatus } from '../dial.ts';
import { adviceFor } from './advice.ts';
import { interfaceAnew, redial } from './link-rungs.ts';
import { modemPower, modemReset, usbAuthorize } from './modem-rungs.ts';
import { bootLoader, failsafe, reboot, routerPower } from './router-rungs.ts';
import { rescueRungIds, type RescueMeans, type RescueRung, type RescueRungId } from './rung.ts';
import { askBehindLink, lookFor, reached, type RescueGoal, type Seen } from './seen.ts';

/** One rung: why it was climbed, what was done, and what was seen afterwards. */
export interface RescueStep {
  readonly rung: RescueRungId;
  /** What was wrong. */
  readonly cause: string;
  readonly outcome: 'skipped' | 'failed' | 'done';
  /** What was done, or why it was not. */
  readonly did: string;
  /** What the rig showed afterwards; as before where it was skipped. */
  readonly effect: string;
  readonly tookMs: Ms;
}

export interface Rescue {
  readonly goal: RescueGoal;
  readonly reached: boolean;
  /** The rung after which the goal was reached; undefined: it was not, or nothing had to be done. */
  readonly by: RescueRungId | undefined;
  readonly steps: readonly RescueStep[];
  readonly before: Seen;
  readonly after: Seen;
  /** Where nothing helped: what a human has to do. */
  readonly advice: string | undefined;
}

export interface RescuePlan extends RescueMeans {
  readonly goal: RescueGoal;
  /** The last rung that may be climbed; all by default. */
  readonly upTo?: RescueRungId;
  /** Called after each rung. */
  readonly onStep?: (step: RescueStep) => void;
}

const ladder: Readonly<Record<RescueRungId, RescueRung>> = {
  're-dial': redial,
  interface: interfaceAnew,
  'modem-reset': modemReset,
  'usb-authorize': usbAuthorize,
  'modem-power': modemPower,
  reboot,
  'router-power': routerPower,
  failsafe,
  'boot-loader': bootLoader,
};

/** How long a modem may take from a restart to its drivers. */
const MODEM_RETURNS_MS: Ms = 45_000;
/** How long a busy router's hotplug scripts may take, and after how long it is dialled again where they undid a dial. */
const HOTPLUG_MS: Ms = 60_000;
const AGAIN_MS: Ms = 2_000;
/** How long netifd's own dial may take, and one that is asked for. */
const OWN_DIAL_MS: Ms = 30_000;
const DIAL_MS: Ms = 75_000;

/** How long what a rung did may take to show. */
const SETTLES_MS: Readonly<Record<RescueGoal, Ms>> = {
  router: 0,
  modem: MODEM_RETURNS_MS,
  online: MODEM_RETURNS_MS + HOTPLUG_MS + OWN_DIAL_MS + DIAL_MS,
};

/** The whole ladder, where every rung takes as long as it may. */
export const RESCUE_LIMIT: Ms = Object.values(ladder).reduce(
  (sum, { limitMs }) => sum + limitMs + SETTLES_MS.online,
  0,
);

/**
 * Brings a rig back by the cheapest means that helps: rung after rung, each bounded, each recorded with its cause and its
 * effect. A rung that fails is data; the next one is tried.
 * @throws HarnessError what no rung can mend: another host key, a refused login, a lost lease, an interrupt
 */
export async function rescue(ctx: Ctx, rig: Rig, plan: RescuePlan): Promise<Rescue> {
  return ctx.timeline.span('rescue', { goal: plan.goal }, async () => {
    const steps: RescueStep[] = [];
    const before = await lookFor(plan.goal, ctx, rig);
    let seen = await awaitCrashed(ctx, rig, plan.goal, before);
    if (plan.goal === 'online') seen = await askBehindLink(ctx, rig, seen);
    let by: RescueRungId | undefined;
    for (const id of rungsUpTo(plan.upTo)) {
      if (reached(plan.goal, seen) || isUpToAHuman(seen)) break;
      const [step, after] = await attempt(ctx, rig, ladder[id], seen, plan);
      steps.push(step);
      ctx.timeline.add('check', 'rescue.rung', step);
      plan.onStep?.(step);
      seen = after;
      if (reached(plan.goal, seen)) by = id;
    }
    const ok = reached(plan.goal, seen);
    if (!ok) seen = await lookFor('modem', ctx, rig); // a link that stays down may be that of a modem that hangs
    const advice = ok ? undefined : withinBounds(plan.upTo, steps) + adviceFor(seen, rig);
    return { goal: plan.goal, reached: ok, by, steps, before, after: seen, advice };
  });
}

/** Nobody need go to the rig for what a rung could still do that was not allowed. */
const withinBounds = (last: RescueRungId | undefined, steps: readonly RescueStep[]): string =>
  last !== undefined && last !== rescueRungIds.at(-1) && steps.at(-1)?.rung === last
    ? `no rung beyond ${last} was allowed: allow more, or else: `
    : '';

/** A modem that has just crashed is back by itself: its router need not be rebooted for it. */
async function awaitCrashed(ctx: Ctx, rig: Rig, goal: RescueGoal, before: Seen): Promise<Seen> {
  if (before.modem !== 'absent' || goal === 'router') return before;
  const text = `${before.text}: it may be restarting, which takes up to ${formatMs(MODEM_RETURNS_MS)}`;
  ctx.timeline.add('step', 'rescue.waiting', { text });
  return modemBack(ctx, goal, before, () => lookFor(goal, ctx, rig));
}

/** No rung writes settings. */
const isUpToAHuman = ({ modem, link }: Seen): boolean =>
  modem === 'bound' && (link === 'absent' || link === 'misfit');

const rungsUpTo = (last: RescueRungId | undefined): readonly RescueRungId[] =>
  last === undefined ? rescueRungIds : rescueRungIds.slice(0, rescueRungIds.indexOf(last) + 1);

async function attempt(
  ctx: Ctx,
  rig: Rig,
  rung: RescueRung,
  seen: Seen,
  plan: RescuePlan,
): Promise<readonly [RescueStep, Seen]> {
  const start = ctx.clock.now();
  const told = { rung: rung.id, cause: seen.text };
  const why = rung.skip(rig, seen, plan);
  if (why !== undefined) {
    return [{ ...told, outcome: 'skipped', did: why, effect: seen.text, tookMs: 0 }, seen];
  }
  const longest = formatMs(rung.limitMs + SETTLES_MS[plan.goal]);
  const text = `${rung.id}: to ${rung.about}, since ${seen.text} (up to ${longest})`;
  ctx.timeline.add('step', 'rescue', { rung: rung.id, about: rung.about, cause: seen.text, text });
  const result = await ctx
    .within(rung.limitMs, rung.about, (c) => rung.climb(c, rig, plan))
    .then(
      (did) => ({ outcome: 'done', did }) as const,
      (error: unknown) => ({ outcome: 'failed', did: messageOf(error) }) as const,
    );
  throwIfAborted(ctx.signal);
  const after = await settle(ctx, rig, plan.goal, seen);
  return [{ ...told, ...result, effect: after.text, tookMs: ctx.clock.now() - start }, after];
}

/**
 * Waits for what a rung may bring back: the modem's drivers first, and its answer where it hung; then the link, dialled once
 * if nobody does.
 */
async function settle(ctx: Ctx, rig: Rig, goal: RescueGoal, before: Seen): Promise<Seen> {
  const suspected = goal === 'modem' || before.modem === 'hung';
  const look = (): Promise<Seen> => lookFor(goal, ctx, rig, suspected);
  const seen = await modemBack(ctx, goal, await look(), look);
  if (goal !== 'online' || seen.modem !== 'bound' || seen.link === 'online') return seen;
  try {
    await dialUp(ctx, rig);
  } catch (error) {
    throwIfAborted(ctx.signal);
    ctx.timeline.add('step', 'rescue.no-dial', { message: messageOf(error) });
  }
  return lookFor(goal, ctx, rig);
}

/**
 * netifd hears by hotplug that a device is back, and does not dial before: told to, it says that there is none. procd carries
 * its events out one by one: that the device had left may be heard after it is back, and ends a dial (seen on a real OpenWrt).
 */
async function dialUp(ctx: Ctx, rig: Rig): Promise<void> {
  const end = ctx.clock.now() + HOTPLUG_MS;
  for (;;) {
    await awaitAvailable(ctx, rig, end);
    const own = await awaitUp(ctx, rig, OWN_DIAL_MS);
    const { up, status } = own.up ? own : await dial(ctx, rig, DIAL_MS);
    if (up || !lacksDevice(status) || ctx.clock.now() >= end) return;
    await ctx.clock.sleep(AGAIN_MS, ctx.signal);
  }
}

const lacksDevice = ({ available, errors }: InterfaceStatus): boolean =>
  !available || errors.some(({ code }) => code === 'NO_DEVICE');

async function awaitAvailable(ctx: Ctx, rig: Rig, end: Ms): Promise<void> {
  const noticed = async (c: Ctx): Promise<true | undefined> =>
    (await interfaceStatus(c, rig)).available ? true : undefined;
  const left = Math.max(1, end - ctx.clock.now());
  await ctx.expect('netifd has noticed that the modem is back', noticed, left).catch(() => undefined);
  throwIfAborted(ctx.signal);
}

async function modemBack(ctx: Ctx, goal: RescueGoal, before: Seen, look: () => Promise<Seen>): Promise<Seen> {
  const end = ctx.clock.now() + MODEM_RETURNS_MS;
  let seen = before;
  while (goal !== 'router' && comesBack(seen) && ctx.clock.now() < end) {
    await ctx.clock.sleep(1_000, ctx.signal);
    seen = await look();
  }
  return seen;
}

const comesBack = ({ router, modem }: Seen): boolean =>
  router === 'answers' && (modem === 'absent' || modem === 'unbound' || modem === 'hung');
