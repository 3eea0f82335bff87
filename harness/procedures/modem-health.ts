import { unfenced, type Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { describeRung, type Rung } from '../core/ladder.ts';
import { seconds, type Ms } from '../core/units.ts';
import type { Signal } from '../rig/readings.ts';
import type { Rig } from '../rig/rig.ts';
import { hangUp, interfaceStatus } from './dial.ts';
import { configuredMode, dialledMode } from './mode.ts';
import { describeIdentity, isModel } from './modem-identity.ts';
import { checkDriver, checkEnumeration, checkRadio, checkRegistration } from './modem-rungs.ts';
import type { RungResult } from './checks.ts';
import type { Health } from './router-health.ts';

export async function lookAtUsb(ctx: Ctx, rig: Rig): Promise<Health> {
  return healthOf(await checkEnumeration(ctx, rig));
}

/** Are the drivers bound that the mode needs which the router dials with? */
export async function lookAtDrivers(ctx: Ctx, rig: Rig): Promise<Health> {
  return healthOf(await checkDriver(await dialledMode(ctx, rig))(ctx, rig));
}

/**
 * Takes the link down where it has the port that the modem is asked on, or will have it as soon as it dials.
 * @returns brings it up again
 */
export async function freePort(ctx: Ctx, rig: Rig): Promise<() => Promise<void>> {
  const { modem, router, connection } = rig;
  const nothing = (): Promise<void> => Promise.resolve();
  if (modem.atInterface !== modem.pppInterface || (await configuredMode(ctx, rig)) !== 'ppp') return nothing;
  const { up, pending } = await interfaceStatus(ctx, rig);
  if (!up && !pending) return nothing;
  const text = `taking ${connection.interfaceName} down meanwhile: PPP and AT share a port; it is dialled again afterwards`;
  ctx.timeline.add('step', 'port.freeing', { text });
  await hangUp(ctx, rig);
  // It was up before.
  return () => router.ifup(unfenced(ctx), connection.interfaceName);
}

/** Is it the modem of the rig file, by its own word? Different ones share USB ids. @throws `rig.other-modem` */
export async function lookAtModem(ctx: Ctx, { modem }: Rig): Promise<Health> {
  const who = await modem.identity(ctx);
  const detour = modem.detour();
  const found = describeIdentity(who) + (detour === undefined ? '' : ` (${detour})`);
  const isIt = isModel(modem.model, who);
  if (isIt ?? true) return { ok: true, found, ...(isIt === undefined ? { warning: true } : {}) };
  throw new HarnessError(`this modem is a ${found}, and the rig file has ${modem.model}`, {
    code: 'rig.other-modem',
    blame: 'rig',
    effect: 'none',
    hint: 'put the right one in, or change modem.model in the rig file',
  });
}

/** A card that asks for the PIN which the router has is as it should be; its network can't be asked for yet. */
export async function lookAtSim(ctx: Ctx, { name, modem, router, connection }: Rig): Promise<Health> {
  const state = await modem.simState(ctx);
  if (state === 'ready') return { ok: true, found: state };
  if (state !== 'pin') return missed('S4', state);
  const option = `network.${connection.interfaceName}.pincode`;
  if ((await router.uciGet(ctx, option)) !== undefined) {
    return { ok: true, warning: true, found: 'asks for its PIN, which the router gives it when it dials' };
  }
  const next = `wwanlab shell ${name} "uci set ${option}=PIN; uci commit network; /etc/init.d/network reload"`;
  return { ...missed('S4', 'the card asks for its PIN, and the router has none to give'), next };
}

/** A modem that has just started looks for a cell first. */
const REGISTERS_WITHIN: Ms = seconds(45);

/** Below these a link comes and goes by itself. Source: TS 36.133 table 9.1.4-1, and what operators call the cell's edge. */
const WEAK = { rsrpDbm: -115, rssiDbm: -100 } as const;

/** Has it a network, and how well does it hear it? */
export async function lookAtNetwork(ctx: Ctx, rig: Rig): Promise<Health> {
  const radio = await checkRadio(ctx, rig);
  if (!radio.reached) return healthOf(radio);
  const registered = await checkRegistration(REGISTERS_WITHIN)(ctx, rig);
  if (!registered.reached) return healthOf(registered);
  const { signal, operator } = await rig.modem.readings(ctx);
  const name = operator === undefined ? '' : ` with ${operator}`;
  const heard = signal && strengthOf(signal);
  if (!heard) {
    return { ok: true, warning: true, found: `${registered.seen}${name}, and tells no signal` };
  }
  const found = `${registered.seen}${name}, ${heard.text}`;
  return heard.weak ? { ok: true, warning: true, found: `${found}: weak` } : { ok: true, found };
}

function strengthOf({ rsrpDbm, rssiDbm }: Signal): { text: string; weak: boolean } | undefined {
  if (rsrpDbm !== undefined) return { text: `RSRP ${rsrpDbm} dBm`, weak: rsrpDbm < WEAK.rsrpDbm };
  if (rssiDbm !== undefined) return { text: `RSSI ${rssiDbm} dBm`, weak: rssiDbm < WEAK.rssiDbm };
  return undefined;
}

const healthOf = ({ rung, reached, seen }: RungResult): Health =>
  reached ? { ok: true, found: seen } : missed(rung, seen);

const missed = (rung: Rung, found: string): Health => ({
  ok: false,
  found: `${describeRung(rung)} not reached: ${found}`,
});
