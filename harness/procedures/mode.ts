import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError, messageOf } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { dataModes, type DataMode, type ExpectedInterface, type NetworkMode } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import { expectedInterfaces, mustHaveAllFor, needsOf, protocols, regainedInterfaces } from './dial-needs.ts';
import { hangUp } from './dial.ts';
import { brokenOff, cannotCompose, isBreak, noSuchMode } from './mode-errors.ts';
import { checkInterface, findModem } from './modem-rungs.ts';

/** One interface of the modem, as a mode wants it and as it is. */
export interface InterfaceCheck {
  readonly ok: boolean;
  /** For people: `interface 8 (QMI) is cdc-wdm0, wwan0 (qmi_wwan)`. */
  readonly text: string;
}

/** A change of mode: from what the router dialled with before, to what USB and netifd show now. */
export interface ModeSwap {
  readonly from: DataMode | undefined;
  readonly to: DataMode;
  /** False: the composition was the right one already, and nothing was restarted. */
  readonly restarted: boolean;
  /** Until the last driver was bound, or until the limit. */
  readonly tookMs: Ms;
  readonly interfaces: readonly InterfaceCheck[];
  readonly ok: boolean;
}

/** What of a rig a change of mode needs. */
type ModeRig = Pick<Rig, 'name' | 'router' | 'modem' | 'connection'>;

/** How long a modem may take to leave USB, and to come back with all drivers bound. */
const LEAVE_MS: Ms = 20_000;
const RETURN_MS: Ms = 60_000;
const LOOK_EVERY_MS: Ms = 500;

/**
 * Brings modem and router into a mode: the link is taken down, the modem recomposed and restarted if it must be, its
 * drivers awaited, and netifd's interface set to the protocol. The link stays down.
 * @param force also where the router lacks drivers or packages for it
 * @throws HarnessError `rig.lacks-packages`, `rig.driver-not-bound`, `modem.no-mode`, `modem.mode-refused`, `mode.broken-off`;
 * `mode.out-of-reach` where nothing on the router could tell the modem
 */
export async function swapMode(ctx: Ctx, rig: Rig, to: DataMode, force = false): Promise<ModeSwap> {
  await mustReach(ctx, rig, to, force);
  return change(ctx, rig, to);
}

/** To a mode that is known to be in reach. */
function change(ctx: Ctx, rig: Rig, to: DataMode): Promise<ModeSwap> {
  return ctx.timeline.span('swap mode', { to }, async () => {
    const from = await configuredMode(ctx, rig);
    doing(ctx, 'taking the link down');
    await hangUp(ctx, rig);
    const start = ctx.clock.now();
    const { restarted, device, interfaces } = await reach(ctx, rig, to, start);
    const ok = interfaces.every((check) => check.ok);
    const swap: ModeSwap = { from, to, restarted, tookMs: ctx.clock.now() - start, interfaces, ok };
    ctx.timeline.add('check', 'mode', swap);
    if (ok && device) await configure(ctx, rig, to, device);
    return swap;
  });
}

/** Before anything is changed. */
async function mustReach(ctx: Ctx, rig: Rig, to: DataMode, force: boolean): Promise<void> {
  if (!(to in rig.modem.modes)) throw noSuchMode(rig, to);
  if (!force) await mustHaveAllFor(ctx, rig, to);
  if (to === 'ppp' || (await isOnUsb(ctx, rig, rig.modem.modes[to] ?? []))) return;
  await rig.modem.canCompose(ctx, to).catch((error: unknown) => {
    throw isHarnessError(error) ? cannotCompose(rig.name, to, error) : error;
  });
}

type Reached = { readonly restarted: boolean } & Awaited<ReturnType<typeof awaitInterfaces>>;

/** A modem that falls silent or leaves USB amid it is told with what USB shows then. */
async function reach(ctx: Ctx, rig: Rig, to: DataMode, start: Ms): Promise<Reached> {
  try {
    const wanted = await expectedInterfaces(ctx, rig, to);
    const restarted = await recompose(ctx, rig, to, wanted);
    return { restarted, ...(await awaitInterfaces(ctx, rig, wanted, start)) };
  } catch (error) {
    if (!isBreak(error)) throw error;
    throw brokenOff(rig, to, await rig.router.usbDevices(ctx), error);
  }
}

/**
 * Runs `body` in a mode, and brings the rig back into the state that it was in (composition and configuration), also
 * when the body fails. A rig that can't be brought back is an error that says so.
 */
export async function inMode<T>(ctx: Ctx, rig: Rig, mode: DataMode, body: () => Promise<T>): Promise<T> {
  await mustReach(ctx, rig, mode, false);
  const before = await rememberMode(ctx, rig);
  const run = async (): Promise<T> => {
    const swap = await change(ctx, rig, mode);
    if (!swap.ok) throw notInMode(rig.name, swap);
    return body();
  };
  const result = await run().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const left = await restoreMode(ctx, rig, before).then(
    () => undefined,
    (error: unknown) => leftChanged(rig.name, mode, error),
  );
  if (left) ctx.timeline.add('step', 'rig.left-changed', { message: left.message });
  if ('error' in result) throw result.error;
  if (left) throw left;
  return result.value;
}

/** What a change of mode touches. */
interface Remembered {
  readonly composition: NetworkMode | undefined;
  readonly options: Readonly<Record<string, string | undefined>>;
}

async function rememberMode(ctx: Ctx, rig: Rig): Promise<Remembered> {
  const options: Record<string, string | undefined> = {};
  for (const option of ['proto', 'device', 'ifname', 'apn', 'auto']) {
    const path = `network.${rig.connection.interfaceName}.${option}`;
    options[path] = await rig.router.uciGet(ctx, path);
  }
  await hangUp(ctx, rig); // in a call, the port does not answer AT
  return { composition: await rig.modem.composition(ctx), options };
}

async function restoreMode(ctx: Ctx, rig: Rig, { composition, options }: Remembered): Promise<void> {
  await hangUp(ctx, rig);
  if (composition !== undefined) {
    const wanted = await regainedInterfaces(ctx, rig, composition);
    const restarted = await recompose(ctx, rig, composition, wanted);
    if (restarted) await awaitInterfaces(ctx, rig, wanted, ctx.clock.now());
  }
  await rig.router.uciSet(ctx, options);
  await rig.router.reloadNetwork(ctx);
}

function leftChanged(rigName: string, mode: DataMode, error: unknown): HarnessError {
  return new HarnessError(`the rig was left in ${mode} mode: ${messageOf(error)}`, {
    code: 'rig.left-changed',
    blame: 'rig',
    effect: 'done',
    hint: `see: wwanlab rigs check ${rigName}, and wwanlab shell ${rigName} "uci show network"`,
    cause: error,
  });
}

/** The mode that netifd's interface is set to; undefined: a protocol that is none of ours. */
export async function configuredMode(ctx: Ctx, rig: Rig): Promise<DataMode | undefined> {
  const proto = await rig.router.uciGet(ctx, `network.${rig.connection.interfaceName}.proto`);
  return dataModes.find((mode) => protocols[mode] === proto);
}

/** The same; where it is none of ours, the first that this router has all for, or else PPP. */
export async function dialledMode(ctx: Ctx, rig: Rig): Promise<DataMode> {
  const configured = await configuredMode(ctx, rig);
  if (configured) return configured;
  for (const mode of dataModes) {
    if (rig.modem.modes[mode] && !(await rig.router.lacking(ctx, needsOf(rig, mode)))) return mode;
  }
  return 'ppp';
}

/**
 * Makes USB show this network function, whatever became of the modem before: another composition, or the right one that
 * waits for a restart. The link stays down.
 * @throws HarnessError `modem.no-mode`, `modem.mode-refused`, `mode.not-reached`
 */
export async function bringBackComposition(ctx: Ctx, rig: ModeRig, mode: NetworkMode): Promise<void> {
  await hangUp(ctx, rig);
  await awaitModem(ctx, rig);
  const start = ctx.clock.now();
  const wanted = await regainedInterfaces(ctx, rig, mode);
  await recompose(ctx, rig, mode, wanted);
  const { interfaces } = await awaitInterfaces(ctx, rig, wanted, start);
  if (interfaces.some(({ ok }) => !ok)) throw notInMode(rig.name, { to: mode, interfaces });
}

/** Whoever was interrupted may have left it amid its restart. What is missing afterwards is told by who asks it. */
async function awaitModem(ctx: Ctx, rig: ModeRig): Promise<void> {
  const asked = async (c: Ctx): Promise<true | undefined> => {
    const device = findModem(rig, await rig.router.usbDevices(c));
    return device?.interfaces.some(({ driver, nodes }) => driver && nodes.length > 0) ? true : undefined;
  };
  await ctx.expect('the modem is on USB', asked, RETURN_MS, LOOK_EVERY_MS).catch((error: unknown) => {
    if (!isHarnessError(error) || error.code !== 'expectation.unmet') throw error;
  });
}

/**
 * PPP needs no network function of its own: it leaves the composition as it is. One that is chosen and not on USB waits
 * for its restart: whoever chose it was interrupted. @returns was it restarted?
 */
async function recompose(
  ctx: Ctx,
  rig: ModeRig,
  mode: DataMode,
  wanted: readonly ExpectedInterface[],
): Promise<boolean> {
  if (mode === 'ppp') return false;
  const chosen = (await rig.modem.composition(ctx)) === mode;
  if (chosen && (await isOnUsb(ctx, rig, wanted))) return false;
  if (!chosen) {
    doing(ctx, `changing what the modem shows on USB to ${mode}`);
    await rig.modem.compose(ctx, mode);
  }
  doing(ctx, 'restarting the modem, and waiting for its drivers');
  await restart(ctx, rig);
  return true;
}

/** It takes a minute: whoever watches the timeline can tell people how far it is. */
const doing = (ctx: Ctx, text: string): void => void ctx.timeline.add('step', 'mode.doing', { text });

/** A driver that has not taken it, or never will, is nothing that a restart of the modem would change. */
async function isOnUsb(ctx: Ctx, rig: ModeRig, wanted: readonly ExpectedInterface[]): Promise<boolean> {
  const device = findModem(rig, await rig.router.usbDevices(ctx));
  return wanted.every((wants) => {
    const found = device?.interfaces.find(({ number }) => number === wants.number);
    return found !== undefined && (found.driver ?? wants.driver) === wants.driver;
  });
}

async function restart(ctx: Ctx, rig: ModeRig): Promise<void> {
  const before = findModem(rig, await rig.router.usbDevices(ctx))?.number;
  await rig.modem.restart(ctx);
  await ctx.expect(
    'the modem leaves USB for its restart',
    async (c) => {
      const device = findModem(rig, await rig.router.usbDevices(c));
      return device?.number === before ? undefined : true;
    },
    LEAVE_MS,
    LOOK_EVERY_MS,
  );
}

/** Looks until every interface is as it must be, or the limit has passed. */
async function awaitInterfaces(
  ctx: Ctx,
  rig: ModeRig,
  wanted: readonly ExpectedInterface[],
  start: Ms,
): Promise<{ readonly device: UsbDevice | undefined; readonly interfaces: readonly InterfaceCheck[] }> {
  for (;;) {
    const device = findModem(rig, await rig.router.usbDevices(ctx));
    const interfaces = wanted.map((one) => checkInterface(device, one));
    const done = interfaces.every(({ ok }) => ok) || ctx.clock.now() - start > RETURN_MS;
    if (done) return { device, interfaces };
    await ctx.clock.sleep(LOOK_EVERY_MS, ctx.signal);
  }
}

/** Writes netifd's interface anew; addresses, APN and credentials stay as the rig has them. */
async function configure(ctx: Ctx, rig: Rig, mode: DataMode, modem: UsbDevice): Promise<void> {
  const section = `network.${rig.connection.interfaceName}`;
  // A protocol that dials names its port `device` in every release; a network device has had another name.
  const option = mode === 'ecm' ? await rig.router.deviceOption(ctx) : 'device';
  await rig.router.uciSet(ctx, {
    [`${section}.proto`]: protocols[mode],
    [`${section}.${option}`]: dataDevice(rig, mode, modem),
    [`${section}.apn`]: rig.connection.apn,
    // Who dials when is the suite's business.
    [`${section}.auto`]: '0',
  });
  await rig.router.reloadNetwork(ctx);
}

/** `/dev/ttyUSB2`, `/dev/cdc-wdm0`, `usb0`: by their place on USB. */
export function dataDevice(rig: Rig, mode: DataMode, modem: UsbDevice): string {
  const nodesOf = (number: number | undefined): readonly string[] =>
    modem.interfaces.find((one) => one.number === number)?.nodes ?? [];
  if (mode === 'ppp') return `/dev/${nodesOf(rig.modem.pppInterface).find((node) => node.startsWith('tty'))}`;
  const network = (rig.modem.modes[mode] ?? []).flatMap(({ number }) => nodesOf(number));
  const control = network.find((node) => node.startsWith('cdc-wdm'));
  const device = mode === 'ecm' ? network.find((node) => !node.startsWith('tty')) : control;
  return mode === 'ecm' ? (device ?? 'usb0') : `/dev/${device ?? 'cdc-wdm0'}`;
}

function notInMode(rigName: string, swap: Pick<ModeSwap, 'to' | 'interfaces'>): HarnessError {
  const wrong = swap.interfaces.filter(({ ok }) => !ok).map(({ text }) => text);
  return new HarnessError(`the modem did not come up in ${swap.to} mode: ${wrong.join('; ')}`, {
    code: 'mode.not-reached',
    blame: 'dut',
    effect: 'done',
    data: { to: swap.to, wrong },
    hint: `which driver took which interface: wwanlab shell ${rigName} "dmesg | tail -40; cat /sys/kernel/debug/usb/devices"`,
  });
}
