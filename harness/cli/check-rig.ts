import type { Ctx } from '../core/ctx.ts';
import { isHarnessError, messageOf } from '../core/errors.ts';
import { formatMs, minutes, type Ms } from '../core/units.ts';
import { liftQuarantine } from '../lab/leases/lease-rig.ts';
import { openPower } from '../lab/open-power.ts';
import { openRig } from '../lab/open-rig.ts';
import { shownPath } from '../lab/places.ts';
import { nameOf } from '../lab/rig-catalogue.ts';
import type { RigFile } from '../lab/rig-file.ts';
import {
  freePort,
  lookAtDrivers,
  lookAtModem,
  lookAtNetwork,
  lookAtSim,
  lookAtUsb,
} from '../procedures/modem-health.ts';
import { findModem } from '../procedures/modem-rungs.ts';
import {
  lookAtClock,
  lookAtDisk,
  lookAtInterface,
  lookAtPackages,
  lookAtSystem,
  type Health,
} from '../procedures/router-health.ts';
import { proveConsole, proveModemPower, provePower } from '../procedures/wiring.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { RemoteLog } from '../rig/remote-log.ts';
import type { Rig } from '../rig/rig.ts';
import { nextFor } from './check-next.ts';
import { isInterrupt } from './interrupt.ts';
import { withCtx } from './with-rig.ts';

/** One thing that was looked at. */
export interface Looked extends Health {
  readonly what: string;
}

export interface CheckOptions {
  /** Cut the supply, to prove that the outlet is the right one. */
  readonly cutPower: boolean;
  /** How long to wait for somebody else to be done with it. */
  readonly wait: Ms | undefined;
}

export interface Checked {
  readonly looked: readonly Looked[];
  /** The first thing that is not as it should be. */
  readonly failed: Looked | undefined;
  /** It passed, and was in quarantine until now. */
  readonly lifted: boolean;
  /** What to type next. */
  readonly next: string;
}

/**
 * Is the file right, and does everything in the rig answer? What passes is in no quarantine. It is told as it is found.
 * @param say gets lines for people
 * @throws HarnessError `run.interrupted`; whatever else goes wrong is what was found
 */
export async function checkRig(
  file: RigFile,
  options: CheckOptions,
  say: (text: string) => void,
): Promise<Checked> {
  const looked: Looked[] = [];
  const keep = (item: Looked): void => {
    looked.push(item);
    say(
      `  ${item.ok ? (item.warning ? 'warn' : 'ok  ') : 'FAIL'}  ${item.what.padEnd(WIDEST)}  ${item.found}\n`,
    );
  };
  keep({ what: 'rig file', ok: true, found: shownPath(file.path) });
  await lookAt(file, options, keep);
  const failed = looked.find((item) => !item.ok);
  const lifted = failed === undefined && file.kind === 'lab' && liftQuarantine(file);
  if (lifted) say('The quarantine is lifted\n');
  const name = nameOf(file);
  const next = failed ? nextFor(failed, name, file) : `wwanlab run --rig ${name}`;
  return { looked, failed, lifted, next };
}

const WIDEST = 'modemPower'.length;

async function lookAt(file: RigFile, options: CheckOptions, keep: (item: Looked) => void): Promise<void> {
  const limit = minutes(options.cutPower ? 12 : 3) + (options.wait ?? 0);
  await withCtx(file, `check of ${file.id}`, limit, (ctx) => climb(ctx, file, options, keep)).catch(
    (error: unknown) => {
      if (isInterrupt(error)) throw error;
      keep({ what: 'rig', ok: false, ...reasonOf(error) });
    },
  );
}

/** From the outside in; what lies behind a thing that does not answer is not asked. */
async function climb(
  ctx: Ctx,
  file: RigFile,
  { cutPower, wait }: CheckOptions,
  keep: (item: Looked) => void,
): Promise<void> {
  let rig: Rig | undefined;
  try {
    // A router without power does not answer: the switch is asked first where it needs no router.
    const outlet = file.kind === 'lab' && file.power ? openPower(file.path, file.power) : undefined;
    if (outlet && !(await look('power', keep, () => lookAtPower(ctx, outlet)))) return;
    const opened = await look('router', keep, async () => {
      rig = await openRig(ctx, file, { reason: 'rigs check', wait, evenInQuarantine: true });
      return lookAtSystem(ctx, rig);
    });
    if (!opened || !rig) return;
    const { power, modemPower } = rig;
    if (power && !outlet) await look('power', keep, () => lookAtPower(ctx, power));
    if (cutPower && !(await look('outlet', keep, () => cut(ctx, rig as Rig)))) return;
    if (cutPower && modemPower && !(await look('modemPower', keep, () => cutModem(ctx, rig as Rig)))) return;
    await lookAround(ctx, rig, keep);
    await lookAtModemOf(ctx, rig, keep);
  } finally {
    await rig?.close();
  }
}

/** What the router is wired to, and whether it is fit for its work. */
async function lookAround(ctx: Ctx, rig: Rig, keep: (item: Looked) => void): Promise<void> {
  const { router, console, remoteLog } = rig;
  if (console) {
    await look('console', keep, async () => {
      const way = await proveConsole(ctx, router, console);
      return { ok: true, found: `${console.name} belongs to this router (seen by way of ${way})` };
    });
  }
  if (remoteLog) await look('syslog', keep, () => lookAtRemoteLog(ctx, remoteLog));
  await look('clock', keep, () => lookAtClock(ctx, router));
  await look('disk', keep, () => lookAtDisk(ctx, rig));
  await look('interface', keep, () => lookAtInterface(ctx, rig));
  await look('packages', keep, () => lookAtPackages(ctx, rig));
}

/** From its plug to its network; what lies behind a thing that is not there is not asked. */
async function lookAtModemOf(ctx: Ctx, rig: Rig, keep: (item: Looked) => void): Promise<void> {
  if (!(await look('USB', keep, () => lookAtUsb(ctx, rig)))) return;
  await look('drivers', keep, () => lookAtDrivers(ctx, rig));
  let redial = (): Promise<void> => Promise.resolve();
  try {
    redial = await freePort(ctx, rig).catch(() => redial); // what keeps it from being freed is told by who asks
    if (!(await look('modem', keep, () => lookAtModem(ctx, rig)))) return;
    let ready = false;
    await look('SIM card', keep, async () => {
      const seen = await lookAtSim(ctx, rig);
      ready = seen.ok && !seen.warning;
      return seen;
    });
    if (!ready) return;
    await look('network', keep, () => lookAtNetwork(ctx, rig));
  } finally {
    await redial();
  }
}

async function lookAtRemoteLog(ctx: Ctx, remoteLog: RemoteLog): Promise<Health> {
  const start = ctx.clock.now();
  const following = await remoteLog.follow(ctx, () => undefined);
  const tookMs = Math.round(ctx.clock.now() - start);
  await following.stop();
  return { ok: true, found: `${remoteLog.name}: a mark came from the router after ${formatMs(tookMs)}` };
}

async function lookAtPower(ctx: Ctx, power: PowerSwitch): Promise<Health> {
  const state = await power.state(ctx);
  const told = state === 'unknown' ? 'cannot be asked' : state;
  return { ok: state !== 'off', found: `${power.name}: ${told}; --power proves that it cuts this rig` };
}

/** How long a modem may take to be on USB after its supply came back. */
const MODEM_COMES: Ms = minutes(1.5);

async function cut(ctx: Ctx, rig: Rig): Promise<Health> {
  const { router, power } = rig;
  if (!power) return { ok: false, found: 'the rig file has no switch: --power needs one' };
  const tookMs = await provePower(ctx, router, power);
  await ctx
    .expect('the modem is on USB', async (c) => findModem(rig, await router.usbDevices(c)), MODEM_COMES)
    .catch(() => undefined); // what is missing is told where it is looked for
  return {
    ok: true,
    found: `${power.name} cuts this router, which is back after ${formatMs(Math.round(tookMs))}`,
  };
}

async function cutModem(ctx: Ctx, rig: Rig): Promise<Health> {
  const tookMs = await proveModemPower(ctx, rig);
  return {
    ok: true,
    found: `${rig.modemPower?.name} cuts this modem, which is back after ${formatMs(Math.round(tookMs))}`,
  };
}

async function look(
  what: string,
  keep: (item: Looked) => void,
  ask: () => Promise<Health>,
): Promise<boolean> {
  const answer: Omit<Looked, 'what'> = await ask().catch((error: unknown) => {
    if (isInterrupt(error)) throw error; // it says nothing of what was looked at
    return { ok: false, ...reasonOf(error) };
  });
  keep({ what, ...answer });
  return answer.ok;
}

function reasonOf(error: unknown): { readonly found: string; readonly code?: string } {
  if (!isHarnessError(error)) return { found: messageOf(error) };
  const { code, hint } = error;
  return { found: messageOf(error) + (hint === undefined ? '' : ` (${hint})`), code };
}
