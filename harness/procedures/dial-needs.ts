import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import type { DataMode, ExpectedInterface } from '../rig/modem.ts';
import { describePackages, type DialNeeds, type Lacking } from '../rig/packages.ts';
import type { Rig } from '../rig/rig.ts';

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

/** What this router must show of a modem in a mode: without their driver, no serial ports. */
export async function expectedInterfaces(
  ctx: Ctx,
  { router, modem }: Pick<Rig, 'router' | 'modem'>,
  mode: DataMode,
): Promise<readonly ExpectedInterface[]> {
  const data = modem.modes[mode] ?? [];
  if (mode === 'ppp') return data;
  const bare = await router.lacking(ctx, { protocol: 'none', drivers: driversOf(modem.serialPorts) });
  return bare ? data : [...modem.serialPorts, ...data];
}

/** Before anything is changed for it. @throws HarnessError `rig.lacks-packages` with the line that installs them */
export async function mustHavePackages(
  ctx: Ctx,
  rig: Pick<Rig, 'router' | 'modem'>,
  mode: DataMode,
): Promise<void> {
  const lacking = await rig.router.lacking(ctx, needsOf(rig, mode));
  if (lacking) throw lacksPackages(`${mode} mode`, lacking);
}

export const lacksPackages = (what: string, lacking: Lacking): HarnessError =>
  new HarnessError(`the router lacks what ${what} needs: ${describePackages(lacking, ', ')}`, {
    code: 'rig.lacks-packages',
    blame: 'rig',
    effect: 'none',
    hint: howToInstall(lacking),
    data: { packages: lacking.packages },
  });

/** One line for all of it, with each package once. */
export function howToInstall(...all: readonly Lacking[]): string {
  const unusable = new Set(all.flatMap(({ unusable: names = [] }) => names));
  const missing = new Set(all.flatMap(({ packages }) => packages).filter((name) => !unusable.has(name)));
  const { install, reinstall } = all.find((one) => one.install !== undefined) ?? {};
  if (install === undefined)
    return 'this firmware has no package manager: take an image that has them built in';
  const lines = [
    ...(missing.size > 0 ? [`${install} ${[...missing].join(' ')}`] : []),
    ...(unusable.size > 0 ? [`${reinstall} ${[...unusable].join(' ')}`] : []),
  ];
  return `on the router, while it is online, type: ${lines.join('; ')}`;
}
