import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError, type HarnessError } from '../../core/errors.ts';
import type { Rig } from '../../rig/rig.ts';
import type { InterfaceStatus } from '../../rig/router.ts';
import { isDeadline, isSilence } from '../boot.ts';
import { promptAt } from '../console.ts';
import { hangUp, interfaceStatus } from '../dial.ts';
import { findMisfit, hintOf } from '../misfit.ts';
import { configuredMode } from '../mode.ts';

/** How much of a rig works, from the outside in. What lies behind something that does not answer is `unknown`. */
export interface Seen {
  readonly router: 'answers' | 'boot-loader' | 'silent';
  /** `bound`: its AT port, or the control device of its mode, has a driver and a node. `hung`: that, and nothing answers. */
  readonly modem: 'bound' | 'hung' | 'unbound' | 'boot-loader' | 'absent' | 'unknown';
  /** `1199:9071`, where it is on USB. */
  readonly usbId?: string;
  /**
   * `online`: the interface is up and somebody on the internet answers ping. `absent`: the router's settings have none.
   * `misfit`: it is down, and they name a device that it can't dial on.
   */
  readonly link: 'online' | 'mute' | 'down' | 'misfit' | 'absent' | 'unknown';
  /** For people. */
  readonly text: string;
  /** What to type against it, where that is known. */
  readonly hint?: string;
}

/** What a rescue is for: a router that answers, a modem that has its drivers and answers, or traffic. */
export const rescueGoals = ['router', 'modem', 'online'] as const;
export type RescueGoal = (typeof rescueGoals)[number];

export function reached(goal: RescueGoal, { router, modem, link }: Seen): boolean {
  if (goal === 'router') return router === 'answers';
  return goal === 'modem' ? modem === 'bound' : link === 'online';
}

/** What is known of a router that does not answer: its console may show more. */
function silent({ console }: Rig): Seen {
  const unknown = { modem: 'unknown', link: 'unknown' } as const;
  return console && promptAt(console.recent()) === 'bootloader'
    ? { ...unknown, router: 'boot-loader', text: 'the router stands at the prompt of its boot loader' }
    : { ...unknown, router: 'silent', text: 'the router does not answer over the network' };
}

/**
 * Looks at a rig without changing it.
 * @throws HarnessError what is not silence: another host key, a refused login, a lost lease
 */
export async function lookAt(ctx: Ctx, rig: Rig): Promise<Seen> {
  try {
    await ctx.within(15_000, 'the router says when it booted', (c) => rig.router.boot(c));
    return await lookBehindRouter(ctx, rig);
  } catch (error) {
    if (!ctx.signal.aborted && (isSilence(error) || isDeadline(error))) return silent(rig);
    throw error;
  }
}

/** As lookAt; where the modem is what it is about, or is suspected, that is asked, too. */
export async function lookFor(
  goal: RescueGoal,
  ctx: Ctx,
  rig: Rig,
  suspected = goal === 'modem',
): Promise<Seen> {
  const seen = await lookAt(ctx, rig);
  return suspected && seen.modem === 'bound' && !(goal === 'online' && seen.link === 'online')
    ? askModem(goal, ctx, rig, seen)
    : seen;
}

/**
 * A link that is not there may be that of a modem that hangs, which no dial mends. It is taken down first: whoever dials has
 * the modem's ports.
 */
export async function askBehindLink(ctx: Ctx, rig: Rig, seen: Seen): Promise<Seen> {
  if (seen.modem !== 'bound' || (seen.link !== 'down' && seen.link !== 'mute')) return seen;
  const text = `asking the modem first, since ${seen.text}: no dial helps one that hangs`;
  ctx.timeline.add('step', 'rescue.asking', { text });
  await hangUp(ctx, rig).catch((error: unknown) => {
    // Its handler may wait for the modem for longer, and netifd need not know the interface yet.
    if (!isHarnessError(error) || ctx.signal.aborted) throw error;
  });
  return askModem('online', ctx, rig, seen);
}

/**
 * One whose ports are in others' hands is not taken for hung: its link or those others have it. Nor is one that answers
 * where QMI or MBIM dials, as far as the link is concerned.
 */
async function askModem(goal: RescueGoal, ctx: Ctx, rig: Rig, seen: Seen): Promise<Seen> {
  const ask = async (question: Promise<unknown>): Promise<HarnessError | undefined> => {
    try {
      await question;
      return undefined;
    } catch (error) {
      if (!isHarnessError(error) || ctx.signal.aborted) throw error;
      return error;
    }
  };
  const silence = await ask(rig.modem.radio(ctx)); // for its identity, uqmi would take USB's word
  if (silence?.code !== 'modem.no-answer') return seen;
  const needsAt = goal === 'modem' || (await configuredMode(ctx, rig)) === 'ppp';
  if (!needsAt && (await ask(rig.modem.radioOverControl(ctx))) === undefined) return seen;
  return { ...seen, modem: 'hung', text: silence.message };
}

async function lookBehindRouter(ctx: Ctx, rig: Rig): Promise<Seen> {
  const { usbIds, atInterface } = rig.modem;
  const devices = await rig.router.usbDevices(ctx);
  const has = (ids: readonly string[]) =>
    devices.find(({ vendorId, productId }) => ids.includes(`${vendorId}:${productId}`));
  const device = has(usbIds.application);
  const nothing = { router: 'answers', link: 'unknown' } as const;
  if (!device && has(usbIds.bootLoader)) {
    return { ...nothing, modem: 'boot-loader', text: 'the modem sits in its boot loader' };
  }
  if (!device) return { ...nothing, modem: 'absent', text: 'the modem is not on USB' };
  const usbId = `${device.vendorId}:${device.productId}`;
  const asked = device.interfaces.filter(
    ({ number, nodes }) => number === atInterface || nodes.some((node) => node.startsWith('cdc-wdm')),
  );
  if (!asked.some(({ driver, nodes }) => driver !== undefined && nodes.length > 0)) {
    const text = `the modem is at ${device.path}, without a driver on its AT port or a control device`;
    return { ...nothing, modem: 'unbound', usbId, text };
  }
  const bound = { router: 'answers', modem: 'bound', usbId } as const;
  const status = await linkOf(ctx, rig);
  if ('link' in status) return { ...bound, ...status };
  if (!status.up) return { ...bound, ...(await whyDown(ctx, rig)) };
  const { received, sent } = await rig.router.ping(ctx, rig.connection.probeHost, 3);
  const answered = `${received} of ${sent} pings to ${rig.connection.probeHost} answered`;
  return { ...bound, link: received > 0 ? 'online' : 'mute', text: answered };
}

async function whyDown(ctx: Ctx, rig: Rig): Promise<Pick<Seen, 'link' | 'text' | 'hint'>> {
  const misfit = await findMisfit(ctx, rig);
  if (!misfit) return { link: 'down', text: `interface ${rig.connection.interfaceName} is down` };
  return { link: misfit.passing ? 'down' : 'misfit', text: misfit.text, hint: hintOf(misfit) };
}

/** Its interface; where there is none, that is what was seen: other settings may have left it out. */
async function linkOf(ctx: Ctx, rig: Rig): Promise<InterfaceStatus | Pick<Seen, 'link' | 'text' | 'hint'>> {
  try {
    await rig.connection.locate?.(ctx);
    return await interfaceStatus(ctx, rig);
  } catch (error) {
    const link = isHarnessError(error) && missing[error.code];
    if (!link) throw error;
    const { message: text, hint } = error;
    return { link, text, ...(hint === undefined ? {} : { hint }) };
  }
}

/** What is missing in the settings no rung brings back; what netifd has not read yet it may. */
const missing: Readonly<Record<string, 'absent' | 'down'>> = {
  'rig.no-interface': 'absent',
  'rig.many-modem-interfaces': 'absent',
  'rig.interface-not-loaded': 'down',
};
