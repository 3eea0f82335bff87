import type { Ctx } from '../../core/ctx.ts';
import type { DialNeeds, Lacking } from '../../rig/packages.ts';
import { mustSucceed } from './errors.ts';
import type { Shell } from './upload.ts';

/** What differs between package managers: opkg up to 24.10, apk from 25.12 on. */
const managers = {
  opkg: {
    list: 'opkg list-installed',
    install: 'opkg update && opkg install',
    reinstall: 'opkg update && opkg install --force-reinstall',
  },
  apk: {
    list: 'apk list --installed 2>/dev/null',
    install: 'apk update && apk add',
    reinstall: 'apk update && apk fix --reinstall',
  },
} as const;

const findManager = 'm=; for p in opkg apk; do [ -n "$m" ] || ! command -v $p >/dev/null || m=$p; done';

export const packagesCommand = `${findManager}; case $m in ${Object.entries(managers)
  .map(([name, { list }]) => `${name}) ${list} ;;`)
  .join(' ')} esac`;

/** `comgt - 0.32-33` (opkg) or `comgt-0.32-r36 x86_64 {comgt} (GPL-2.0) [installed]` (apk) -> name and version. */
export function parsePackages(text: string): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, version] =
      /^(\S+) - (\S+)/.exec(line) ?? /^(\S+)-(\d[^-\s]*(?:-r\d+)?) \S+ \{/.exec(line) ?? [];
    if (name !== undefined && version !== undefined) packages.set(name, version);
  }
  return packages;
}

/** A package, and a condition of the shell that shows that what it brings is there: it may be built in. */
interface Need {
  readonly package: string;
  readonly shows: string;
}

const handler = (name: string, proto: string): Need => ({
  package: name,
  shows: `[ -e /lib/netifd/proto/${proto}.sh ]`,
});
const program = (name: string, file: string): Need => ({
  package: name,
  shows: `command -v ${file} >/dev/null`,
});

/** What each netifd protocol, and AT, needs besides its modem's drivers. Source: the package Makefiles of OpenWrt. */
const protocols: Readonly<Record<string, readonly Need[]>> = {
  '3g': [
    handler('comgt', '3g'),
    program('chat', 'chat'),
    program('ppp', 'pppd'),
    { package: 'kmod-ppp', shows: '[ -e /dev/ppp ]' },
  ],
  at: [program('comgt', 'gcom')],
  qmi: [handler('uqmi', 'qmi')],
  mbim: [handler('umbim', 'mbim')],
  ncm: [handler('comgt-ncm', 'ncm')],
  directip: [handler('comgt-directip', 'directip')],
  modemmanager: [handler('modemmanager', 'modemmanager')],
};

/** The package of each driver of Linux. Source: OpenWrt package/kernel/linux/modules/usb.mk. */
const drivers: Readonly<Record<string, string>> = {
  option: 'kmod-usb-serial-option',
  qcserial: 'kmod-usb-serial-qualcomm',
  qmi_wwan: 'kmod-usb-net-qmi-wwan',
  cdc_mbim: 'kmod-usb-net-cdc-mbim',
  cdc_ether: 'kmod-usb-net-cdc-ether',
  cdc_ncm: 'kmod-usb-net-cdc-ncm',
  cdc_acm: 'kmod-usb-acm',
  rndis_host: 'kmod-usb-net-rndis',
};

/**
 * It is loaded, or its module lies there for hot-plug to load: an image of one's own may have it in no list of packages.
 * OpenWrt puts modules into one folder, other systems into a tree, packed; cdc_acm is in cdc-acm.ko. Makers' own qmi_wwan is
 * called qmi_wwan_q and the like.
 */
function driverShows(name: string): string {
  const fork = name === 'qmi_wwan' ? '*' : '';
  const file = `${name.replaceAll('_', '[-_]')}${fork}.ko*`;
  return `ls -d /sys/bus/usb/drivers/${name}${fork} >/dev/null 2>&1 || find "/lib/modules/$(uname -r)" -name '${file}' 2>/dev/null | grep -q .`;
}

/**
 * Which packages a way of dialling needs and the router lacks; undefined where it lacks none. What a firmware has built
 * in is in no list of packages, and a list may name what is gone, or is for another kernel: what counts is that the
 * handler, the program or the driver is there.
 */
export async function lackingPackages(
  ctx: Ctx,
  shell: Shell,
  { protocol, drivers: wanted }: DialNeeds,
): Promise<Lacking | undefined> {
  const needs = [
    ...(protocols[protocol] ?? []),
    ...wanted.flatMap((name) => {
      const found = drivers[name];
      return found === undefined ? [] : [{ package: found, shows: driverShows(name) }];
    }),
  ];
  if (needs.length === 0) return undefined;
  const ask = needs.map((need) => `${need.shows} || echo ${need.package}`).join('\n');
  const { stdout } = mustSucceed(await shell(ctx, `${ask}\n${findManager}; echo "manager $m"`));
  const absent = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('manager '));
  if (absent.length === 0) return undefined;
  const packages = [...new Set(absent)];
  const manager = /^manager (opkg|apk)$/m.exec(stdout)?.[1] as keyof typeof managers | undefined;
  if (manager === undefined) return { packages };
  const installed = parsePackages(mustSucceed(await shell(ctx, packagesCommand)).stdout);
  const unusable = packages.filter((name) => installed.has(name));
  const { install, reinstall } = managers[manager];
  return { packages, ...(unusable.length > 0 ? { unusable } : {}), install, reinstall };
}
