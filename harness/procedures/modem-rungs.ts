import type { Ctx } from '../core/ctx.ts';
import { isHarnessError } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { dataModes, type DataMode, type ExpectedInterface, type SimState } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import { recordRung, type RungResult } from './checks.ts';
import { unlockFcc } from './fcc-unlock.ts';
import { describeIdentity } from './modem-identity.ts';

/** One step up: gives what was seen, whether or not the rung was reached. */
export type RungCheck = (ctx: Ctx, rig: Rig) => Promise<RungResult>;

/** S0: the router answers and says how long it has been up. */
export const checkPower: RungCheck = async (ctx, rig) => {
  const boot = await rig.router.boot(ctx);
  return recordRung(ctx, 'S0', true, `router up for ${Math.round(boot.uptimeMs / 1_000)} s`);
};

/** S1: the modem is on USB with the ids of its application, not those of its boot loader. */
export const checkEnumeration: RungCheck = async (ctx, rig) => {
  const devices = await rig.router.usbDevices(ctx);
  const device = findModem(rig, devices);
  if (device) return recordRung(ctx, 'S1', true, `${usbId(device)} at ${device.path}`);
  const inBootLoader = devices.find((d) => rig.modem.usbIds.bootLoader.includes(usbId(d)));
  return recordRung(ctx, 'S1', false, inBootLoader ? bootLoaderText(inBootLoader) : absentText(rig, devices));
};

/** S2: the kernel has bound its drivers to the interfaces that this mode needs. */
export function checkDriver(mode: DataMode): RungCheck {
  return async (ctx, rig) => {
    const device = findModem(rig, await rig.router.usbDevices(ctx));
    const seen = (rig.modem.modes[mode] ?? []).map((wanted) => checkInterface(device, wanted));
    const missing = seen.filter(({ ok }) => !ok);
    const told = missing.length > 0 ? missing : seen;
    return recordRung(ctx, 'S2', missing.length === 0, told.map(({ text }) => text).join('; '));
  };
}

/** Does this interface show the driver and the nodes that it must? */
export function checkInterface(
  device: UsbDevice | undefined,
  wanted: ExpectedInterface,
): { readonly ok: boolean; readonly text: string } {
  const found = device?.interfaces.find(({ number }) => number === wanted.number);
  const name = `interface ${wanted.number} (${wanted.purpose})`;
  if (!found) return { ok: false, text: `${name} is not there` };
  const nodes = found.nodes.join(', ');
  if (found.driver !== wanted.driver) {
    return { ok: false, text: `${name} has driver ${found.driver ?? '(none)'}, not ${wanted.driver}` };
  }
  const missing = wanted.nodes.filter((prefix) => !found.nodes.some((node) => node.startsWith(prefix)));
  if (missing.length > 0) {
    const text = `${name} has ${nodes || 'no node'} (${found.driver}), and no ${missing.join(', ')}`;
    return { ok: false, text };
  }
  return {
    ok: true,
    text: nodes === '' ? `${name} has ${found.driver}` : `${name} is ${nodes} (${found.driver})`,
  };
}

/** The modes for which USB shows all interfaces with their drivers. */
export const wholeModes = (
  { modem }: Pick<Rig, 'modem'>,
  device: UsbDevice | undefined,
): readonly DataMode[] =>
  dataModes.filter((mode) => modem.modes[mode]?.every((wanted) => checkInterface(device, wanted).ok));

/** S3: the modem answers and says who it is. */
export const checkControl: RungCheck = async (ctx, rig) => {
  try {
    const who = describeIdentity(await rig.modem.identity(ctx));
    const detour = rig.modem.detour();
    return recordRung(ctx, 'S3', true, detour === undefined ? who : `${who} (${detour})`);
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('modem.')) {
      return recordRung(ctx, 'S3', false, error.message);
    }
    throw error;
  }
};

/** How long a modem that has just started may take to read its card. */
const SIM_READ_MS: Ms = 20_000;

/** S4: the SIM is read and unlocked. */
export const checkSim: RungCheck = async (ctx, rig) => {
  const state = await readSim(ctx, rig);
  return recordRung(ctx, 'S4', state === 'ready', `SIM ${state}`);
};

/** The SIM's state once the modem has read the card. */
export async function readSim(ctx: Ctx, rig: Rig): Promise<SimState> {
  const start = ctx.clock.now();
  for (;;) {
    const state = await rig.modem.simState(ctx);
    if (state !== 'busy' || ctx.clock.now() - start >= SIM_READ_MS) return state;
    await ctx.clock.sleep(1_000, ctx.signal);
  }
}

/** S5: the radio is on and nothing holds it in low power; an FCC lock is opened first where the rig file wants that. */
export const checkRadio: RungCheck = async (ctx, rig) => {
  const { on, reason, fccLocked } = await rig.modem.radio(ctx);
  if (!on && fccLocked !== false && rig.fccUnlock) {
    const { after } = await unlockFcc(ctx, rig);
    return recordRung(ctx, 'S5', after.on, `${after.reason}, after FCC authentication`);
  }
  const text = fccLocked ? `${reason}: FCC lock; type: wwanlab modem fcc-unlock ${rig.name}` : reason;
  return recordRung(ctx, 'S5', on, text);
};

/** Bands that somebody has ruled out hide a cell as a missing antenna does. Not every way to ask a modem tells of them. */
async function describeBands(ctx: Ctx, { name, modem }: Rig): Promise<string> {
  try {
    const { allowed, known } = await modem.bands(ctx);
    if (known.every((band) => allowed.includes(band))) return '';
    const left = allowed.map((band) => `B${band}`).join(', ') || 'none';
    return `; of its LTE bands it may use ${left}: to allow all, type: wwanlab band ${name} all`;
  } catch (error) {
    if (!isHarnessError(error) || ctx.signal.aborted) throw error;
    return '';
  }
}

/** S6: registered at home or roaming, within `limit`. */
export function checkRegistration(limit: Ms): RungCheck {
  return async (ctx, rig) => {
    const start = ctx.clock.now();
    for (;;) {
      const state = await rig.modem.registration(ctx);
      if (state === 'home' || state === 'roaming')
        return recordRung(ctx, 'S6', true, `registered (${state})`);
      const waited = ctx.clock.now() - start;
      if (waited >= limit) {
        const text = `${state} after ${Math.round(waited / 1_000)} s${await describeBands(ctx, rig)}`;
        return recordRung(ctx, 'S6', false, text);
      }
      await ctx.clock.sleep(2_000, ctx.signal);
    }
  };
}

/** The modem with its application running; undefined: it is not there, or in its boot loader. */
export function findModem(
  { modem }: Pick<Rig, 'modem'>,
  devices: readonly UsbDevice[],
): UsbDevice | undefined {
  return devices.find((device) => isOfModem(modem, device));
}

/** Is it this model, with its application running? */
export const isOfModem = ({ usbIds }: Rig['modem'], device: UsbDevice): boolean =>
  usbIds.application.includes(usbId(device));

function usbId(device: UsbDevice): string {
  return `${device.vendorId}:${device.productId}`;
}

function bootLoaderText(device: UsbDevice): string {
  return `${usbId(device)} at ${device.path}: the modem sits in its boot loader`;
}

function absentText(rig: Rig, devices: readonly UsbDevice[]): string {
  const present = devices.map(usbId).join(', ') || 'nothing';
  return `no ${rig.modem.usbIds.application.join(' or ')} on USB; found ${present}`;
}
