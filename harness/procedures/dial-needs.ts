import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import type { DataMode, ExpectedInterface } from '../rig/modem.ts';
import type { Ms } from '../core/units.ts';
import { describePackages, howToInstall, type DialNeeds, type Lacking } from '../rig/packages.ts';
import type { Rig } from '../rig/rig.ts';
import { findModem } from './modem-rungs.ts';

/** The netifd protocol of each mode. */
export const protocols: Readonly<Record<DataMode, string>> = {
  ppp: '3g',
  qmi: 'qmi',
  mbim: 'mbim',
  ecm: 'dhcp',
};

const driversOf = (interfaces: readonly ExpectedInterface[] = []): readonly string[] => [
  ...new Set(interfaces.map(({ driver }) => driver)),
];

/** What a mode needs on the router: a handler, and the drivers of what carries the data. */
export const needsOf = ({ modem }: Pick<Rig, 'modem'>, mode: DataMode): DialNeeds => ({
  protocol: protocols[mode],
  drivers: driversOf(modem.modes[mode]),
});

/** What asking over AT needs on the router. */
export const atNeedsOf = ({ modem }: Pick<Rig, 'modem'>): DialNeeds => ({
  protocol: 'at',
  drivers: driversOf(modem.serialPorts),
});

/** A kernel binds a driver at once where it has one; a small router is busy while a modem comes up. */
const BINDS_MS: Ms = 5_000;
const LOOK_EVERY_MS: Ms = 500;

/** Which of these interfaces the modem shows, and no driver has taken? An OpenWrt loads its modules when it boots, and never later. */
export async function unbound(
  ctx: Ctx,
  rig: Pick<Rig, 'router' | 'modem'>,
  interfaces: readonly ExpectedInterface[],
): Promise<readonly ExpectedInterface[]> {
  const end = ctx.clock.now() + BINDS_MS;
  for (;;) {
    const shown = findModem(rig, await rig.router.usbDevices(ctx))?.interfaces ?? [];
    const bare = interfaces.filter((wanted) =>
      shown.some(({ number, driver }) => number === wanted.number && driver === undefined),
    );
    if (bare.length === 0 || ctx.clock.now() >= end) return bare;
    await ctx.clock.sleep(LOOK_EVERY_MS, ctx.signal);
  }
}

/** `interface 3 (AT and PPP) has no driver: qcserial is on the router, and is not loaded or does not know this modem` */
export const describeUnbound = ({ number, purpose, driver }: ExpectedInterface): string =>
  `interface ${number} (${purpose}) has no driver: ${driver} is on the router, and is not loaded or does not know this modem`;

/** What this router must show of a modem in a mode: without their driver, no serial ports. */
export async function expectedInterfaces(
  ctx: Ctx,
  { router, modem }: Pick<Rig, 'router' | 'modem'>,
  mode: DataMode,
): Promise<readonly ExpectedInterface[]> {
  const data = modem.modes[mode] ?? [];
  if (mode === 'ppp') return data;
  const bare =
    (await router.lacking(ctx, { protocol: 'none', drivers: driversOf(modem.serialPorts) })) ??
    (await unbound(ctx, { router, modem }, modem.serialPorts))[0];
  return bare ? data : [...modem.serialPorts, ...data];
}

/** The same of a mode that it is brought back into: the router may never have had a driver for it. */
export async function regainedInterfaces(
  ctx: Ctx,
  rig: Pick<Rig, 'router' | 'modem'>,
  mode: DataMode,
): Promise<readonly ExpectedInterface[]> {
  const expected = await expectedInterfaces(ctx, rig, mode);
  const absent = new Set<string>();
  for (const driver of driversOf(expected)) {
    if (await rig.router.lacking(ctx, { protocol: 'none', drivers: [driver] })) absent.add(driver);
  }
  return expected.filter(({ driver }) => !absent.has(driver));
}

/**
 * Before anything is changed for it. @throws HarnessError `rig.lacks-packages` with the line that installs them,
 * `rig.driver-not-bound` where the modem shows what the mode needs already, and nothing takes it
 */
export async function mustHaveAllFor(
  ctx: Ctx,
  rig: Pick<Rig, 'name' | 'router' | 'modem'>,
  mode: DataMode,
): Promise<void> {
  const lacking = await rig.router.lacking(ctx, needsOf(rig, mode));
  if (lacking) throw lacksPackages(`${mode} mode`, lacking);
  const [bare] = await unbound(ctx, rig, rig.modem.modes[mode] ?? []);
  if (bare) throw notBound(rig.name, mode, bare);
}

const notBound = (rigName: string, mode: DataMode, bare: ExpectedInterface): HarnessError =>
  new HarnessError(`${mode} mode would not work: ${describeUnbound(bare)}`, {
    code: 'rig.driver-not-bound',
    blame: 'rig',
    effect: 'none',
    hint: `wwanlab shell ${rigName} "modprobe ${bare.driver}; dmesg | tail"; what is in no file of /etc/modules.d is loaded at no boot`,
    data: { driver: bare.driver, interfaceNumber: bare.number },
  });

export const lacksPackages = (what: string, lacking: Lacking): HarnessError =>
  new HarnessError(`the router lacks what ${what} needs: ${describePackages(lacking, ', ')}`, {
    code: 'rig.lacks-packages',
    blame: 'rig',
    effect: 'none',
    hint: howToInstall(lacking),
    data: { packages: lacking.packages },
  });
