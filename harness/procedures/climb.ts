import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import type { Rung } from '../core/ladder.ts';
import type { Ms } from '../core/units.ts';
import type { DataMode } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import { recordRung, type RungResult } from './checks.ts';
import { lacksPackages, protocols } from './dial-needs.ts';
import { answersPing, awaitUp, dial, hangUp, type Dial } from './dial.ts';
import { findMisfit, misfitting } from './misfit.ts';
import { configuredMode } from './mode.ts';
import {
  checkControl,
  checkDriver,
  checkEnumeration,
  checkPower,
  checkRadio,
  checkRegistration,
  checkSim,
  readSim,
  type RungCheck,
} from './modem-rungs.ts';

export interface ClimbLimits {
  /** For registration after the modem answers. */
  readonly registrationMs: Ms;
  /** From `ifup` to an address. */
  readonly dialMs: Ms;
  /** How the packets go: the rig has been brought into this mode before (`inMode`); as netifd has it, if left out. */
  readonly mode?: DataMode;
}

/** The ladder as it was climbed: every rung up to the first that was not reached. */
export interface Climb {
  readonly rungs: readonly RungResult[];
  readonly firstMissed: RungResult | undefined;
  /** From `ifup` to the first answered ping; undefined if it never came. */
  readonly timeToConnectMs: Ms | undefined;
}

/** From ifup to an address, netifd, the qmi handler and udhcpc of a real OpenWrt took 50 s in an emulator that was idle. */
const CLIMB: ClimbLimits = { registrationMs: 45_000, dialMs: 120_000 };

/**
 * Climbs the connect ladder S0..S9 from a link that was taken down first, and stops at the first rung that is not
 * reached. If that is a rung of the modem (S3..S6), the dial is tried all the same: what chat and pppd log then is what
 * a user would have pasted, and evidence.
 * @throws HarnessError `rig.lacks-packages` before the first rung, where nothing could dial; `connect.other-mode`;
 * `rig.device-misfit` after S2, before anything is touched
 */
export async function climb(ctx: Ctx, rig: Rig, limits: ClimbLimits = CLIMB): Promise<Climb> {
  const mode = await modeOf(ctx, rig, limits);
  await mustDial(ctx, rig, mode);
  const rungs: RungResult[] = [];
  const checks: RungCheck[] = [checkPower, checkEnumeration, checkDriver(mode)];
  const modemChecks = [checkSim, checkRadio, checkRegistration(limits.registrationMs)];
  const log = await startLog(ctx, rig);
  try {
    if (!(await climbAll(ctx, rig, checks, rungs))) return climbed(rungs);
    await mustFit(ctx, rig);
    await ctx.timeline.span('hang up', undefined, () => hangUp(ctx, rig));
    const answers = await climbAll(ctx, rig, [checkControl], rungs);
    const unlocked = answers && (await letRouterUnlock(ctx, rig, limits.dialMs));
    if (!answers || !(await climbAll(ctx, rig, modemChecks, rungs))) {
      // A wrong PIN costs the card one of its three tries: it is not given twice.
      if (unlocked) return climbed(rungs);
      await ctx.timeline.span('dial all the same, for its log', undefined, () => dialForLog(ctx, rig, log));
      return climbed(rungs);
    }
    const attempt = await ctx.timeline.span('dial', undefined, () => dial(ctx, rig, limits.dialMs));
    const tookMs = await climbLink(ctx, rig, attempt, rungs, log);
    if (rungs.at(-1)?.rung === 'S7')
      await ctx.timeline.span('ask why', undefined, () => askWhy(ctx, rig, log));
    return climbed(rungs, tookMs);
  } finally {
    await log.stop();
  }
}

/** A link that is up in another mode proves nothing of the one that is meant. */
async function modeOf(ctx: Ctx, rig: Rig, { mode: wanted }: ClimbLimits): Promise<DataMode> {
  const configured = await configuredMode(ctx, rig);
  if (wanted === undefined || wanted === configured) return configured ?? 'ppp';
  const { interfaceName } = rig.connection;
  throw new HarnessError(
    `netifd dials ${interfaceName} in ${configured ?? 'no known'} mode, and ${wanted} is to be tried`,
    {
      code: 'connect.other-mode',
      blame: 'test',
      effect: 'none',
      hint: `a suite does it inside procedures.inMode(ctx, rig, '${wanted}', …); by hand: wwanlab mode ${rig.name} ${wanted}`,
    },
  );
}

/** The handler that dials is the rig's business; a driver that is missing is a rung of the ladder. */
async function mustDial(ctx: Ctx, { router }: Rig, mode: DataMode): Promise<void> {
  const lacking = await router.lacking(ctx, { protocol: protocols[mode], drivers: [] });
  if (lacking) throw lacksPackages(`${mode} mode`, lacking);
}

/** Settings under which no modem would get online; a port that has moved is the modem's doing, and evidence. */
async function mustFit(ctx: Ctx, rig: Rig): Promise<void> {
  const misfit = await findMisfit(ctx, rig);
  if (misfit && !misfit.passing) throw misfitting(misfit);
}

/** A router that has the PIN gives it to the card when it dials; true: it has been let dial for that. */
async function letRouterUnlock(ctx: Ctx, rig: Rig, limit: Ms): Promise<boolean> {
  if ((await readSim(ctx, rig)) !== 'pin') return false;
  const pincode = await rig.router.uciGet(ctx, `network.${rig.connection.interfaceName}.pincode`);
  if (pincode === undefined) return false;
  await ctx.timeline.span('let the router give the PIN', undefined, async () => {
    await dial(ctx, rig, limit);
    await hangUp(ctx, rig);
  });
  return true;
}

/** A dial that failed is in nobody's hands between its end and the next one: then the modem's port is free to ask. */
const ATTEMPT_ENDS: Ms = 15_000;

/** The modem's own word on why the last data session failed (TS 27.007 6.10), as evidence on the timeline. */
async function askWhy(ctx: Ctx, rig: Rig, log: DialLog): Promise<void> {
  await untilLogged(
    ctx,
    log,
    log.lines.length,
    `Interface '${rig.connection.interfaceName}' is now down`,
    ATTEMPT_ENDS,
  );
  await hangUp(ctx, rig);
  await rig.modem.at(ctx, 'AT+CEER').catch((error: unknown) => {
    const unasked =
      isHarnessError(error) && (error.code.startsWith('modem.') || error.code === 'rig.no-comgt');
    if (!unasked) throw error;
  });
}

/** Long enough for gcom's ten questions, or for the dial, the local authentication and pppd's patience. */
const DIAL_FOR_LOG: Ms = 60_000;

/** One dial to its end: netifd says that the interface is down before it starts the next. */
async function dialForLog(ctx: Ctx, rig: Rig, log: DialLog): Promise<void> {
  const name = rig.connection.interfaceName;
  const before = log.lines.length;
  await rig.router.ifup(ctx, name);
  const end = ctx.clock.now() + DIAL_FOR_LOG;
  const begun = await untilLogged(ctx, log, before, `Interface '${name}' is setting up now`, DIAL_FOR_LOG);
  await untilLogged(ctx, log, begun, `Interface '${name}' is now down`, end - ctx.clock.now());
}

/** Waits for a line that has this text, from line number `from` on; gives the number behind it. */
async function untilLogged(ctx: Ctx, log: DialLog, from: number, text: string, limit: Ms): Promise<number> {
  const end = ctx.clock.now() + limit;
  for (;;) {
    const found = log.lines.slice(from).findIndex((line) => line.includes(text));
    if (found >= 0) return from + found + 1;
    if (ctx.clock.now() >= end) return log.lines.length;
    await ctx.clock.sleep(500, ctx.signal);
  }
}

async function climbAll(
  ctx: Ctx,
  rig: Rig,
  checks: readonly RungCheck[],
  rungs: RungResult[],
): Promise<boolean> {
  for (const check of checks) {
    const result = await check(ctx, rig);
    rungs.push(result);
    if (!result.reached) return false;
  }
  return true;
}

/** S7, S8, S9 of a dial that is over; gives the time to the first answered ping. */
async function climbLink(
  ctx: Ctx,
  rig: Rig,
  attempt: Dial,
  rungs: RungResult[],
  log: DialLog,
): Promise<Ms | undefined> {
  const add = (rung: Rung, reached: boolean, seen: string): boolean => {
    rungs.push(recordRung(ctx, rung, reached, seen));
    return reached;
  };
  const bearer = attempt.up || log.sawAddress();
  if (!add('S7', bearer, bearer ? 'the network granted a data session' : log.lastWords())) return undefined;
  const { status } = attempt;
  const configured = attempt.up && status.hasDefaultRoute;
  const ip = `address ${status.addresses.join(', ') || 'none'}, DNS ${status.dnsServers.join(', ') || 'none'}`;
  if (
    !add('S8', configured, configured ? ip : `${ip}, ${status.hasDefaultRoute ? '' : 'no '}default route`)
  ) {
    return undefined;
  }
  const start = ctx.clock.now();
  const ping = await rig.router.ping(ctx, rig.connection.probeHost, 3);
  const rtt = ctx.clock.now() - start;
  const text = `${ping.received} of ${ping.sent} pings to ${rig.connection.probeHost} answered`;
  return add('S9', ping.received > 0, text) ? attempt.tookMs + Math.min(rtt, 1_000) : undefined;
}

function climbed(rungs: readonly RungResult[], timeToConnectMs?: Ms): Climb {
  return { rungs, firstMissed: rungs.find((result) => !result.reached), timeToConnectMs };
}

/** What the router logged during a climb. */
interface DialLog {
  readonly lines: readonly string[];
  /** pppd said that IPCP gave an address. */
  sawAddress(): boolean;
  /** The last telling line, for people. */
  lastWords(): string;
  stop(): Promise<void>;
}

/** The last words of pppd, chat, and the qmi and mbim handlers. */
const TELLING = new RegExp(
  [
    'No response to|Failed \\(|authentication failed|timeout sending|LCP terminated|Error setting PIN|: alarm$',
    'Unable to (?:connect|verify PIN|obtain client ID)|Network registration failed|SIM in illegal state',
    'PIN (?:not specified|required)|PUK required|missing this required driver attribute',
    'Subscriber (?:init|registration) failed|Failed to (?:connect bearer|attach|read modem caps)',
    'control device does not exist',
  ].join('|'),
);
/** The network granted a session: pppd names its address, the handlers set their device up. */
const GRANTED = /local\s+IP address|: (?:mbim\[\d+\] )?Setting up wwan\d/;

async function startLog(ctx: Ctx, rig: Rig): Promise<DialLog> {
  const lines: string[] = [];
  const following = await rig.router.followLog(ctx, (line) => lines.push(line));
  following.ended.catch(() => undefined); // the next command on this router reports the same loss, typed
  return {
    lines,
    sawAddress: () => lines.some((line) => GRANTED.test(line)),
    lastWords: () => {
      const telling = lines.findLast((line) => TELLING.test(line));
      return (
        telling?.replace(/^.*?(?:\w+\[\d+\]|\w+ \(\d+\)): /, '') ??
        'no address came, and the log does not say why'
      );
    },
    stop: () => following.stop(),
  };
}

/** Climbs, and throws unless the link is up in the end: how a stability suite starts. */
export async function connect(ctx: Ctx, rig: Rig, limits: ClimbLimits = CLIMB): Promise<Climb> {
  const result = await climb(ctx, rig, limits);
  const missed = result.firstMissed;
  if (!missed) return result;
  throw new HarnessError(`could not connect: ${missed.rung} not reached: ${missed.seen}`, {
    code: 'connect.failed',
    blame: 'dut',
    effect: 'done',
    data: { rung: missed.rung },
    hint: "run the suite connect/… of the rig's mode for the whole ladder",
  });
}

async function answersWithin(ctx: Ctx, rig: Rig, limit: Ms): Promise<boolean> {
  const end = ctx.clock.now() + limit;
  for (;;) {
    if (await answersPing(ctx, rig)) return true;
    if (ctx.clock.now() >= end) return false;
    await ctx.clock.sleep(1_000, ctx.signal);
  }
}

/** Brings a link that has dropped back, until somebody answers: netifd's own re-dial first, then one `ifup`. */
export async function reconnect(ctx: Ctx, rig: Rig, limit: Ms): Promise<Dial> {
  const own = await awaitUp(ctx, rig, limit);
  if (own.up && (await answersPing(ctx, rig))) return own;
  const anew = await dial(ctx, rig, limit);
  return { ...anew, up: anew.up && (await answersWithin(ctx, rig, limit)) };
}
