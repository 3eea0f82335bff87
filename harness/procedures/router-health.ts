import type { Ctx } from '../core/ctx.ts';
import type { HarnessError } from '../core/errors.ts';
import { formatMs, minutes, type Ms } from '../core/units.ts';
import { describePackages, howToInstall, installLine, type Lacking } from '../rig/packages.ts';
import type { Rig } from '../rig/rig.ts';
import type { Router } from '../rig/router.ts';
import { whatFills } from '../rig/what-fills.ts';
import { dataModes, type ExpectedInterface } from '../rig/modem.ts';
import { atNeedsOf, describeUnbound, lacksPackages, needsOf, unbound } from './dial-needs.ts';
import { interfaceStatus } from './dial.ts';
import { isInZone } from './firewall-zone.ts';
import { findMisfit, hintOf } from './misfit.ts';
import { dialledMode } from './mode.ts';

/** What was looked at: as it should be or not, or so that one should know of it. */
export interface Health {
  readonly ok: boolean;
  readonly warning?: true;
  readonly found: string;
  /** What to type next, where it is known better than from what was looked at. */
  readonly next?: string;
  /** Of the error that was met, or that whoever goes on will meet. */
  readonly code?: string;
}

/** What runs on it; where its sysupgrade does, as after a flash that was interrupted, it will be another one soon. */
export async function lookAtSystem(ctx: Ctx, { name, router }: Rig): Promise<Health> {
  const { model, distribution, version, kernel } = await router.board(ctx);
  const found = `${model}, ${distribution} ${version}, Linux ${kernel}`;
  const pid = /^\d+/.exec((await router.shell(ctx, 'pidof sysupgrade')).stdout)?.[0];
  if (pid === undefined) return { ok: true, found };
  const busy = `its sysupgrade runs (process ${pid}), and may be about to write its flash: once that has ended, look again`;
  return { ok: false, found: `${found}; ${busy}`, next: `wwanlab rigs check ${name}` };
}

/** A router without a clock of its own has the right time only after it was online. */
const MUCH: Ms = minutes(1);

/** How far off is the router's clock? That it is off is no fault: logs are merged by what was seen when. */
export async function lookAtClock(ctx: Ctx, router: Router): Promise<Health> {
  const { stdout } = await router.shell(ctx, 'date -u +%s');
  const theirs = Number(stdout.trim()) * 1_000;
  if (!(theirs > 0)) return { ok: false, found: `date printed ${JSON.stringify(stdout.slice(0, 80))}` };
  const off = theirs - ctx.clock.wall().getTime();
  if (Math.abs(off) < MUCH) return { ok: true, found: 'right, to a minute' };
  const found = `${formatMs(Math.abs(off))} ${off > 0 ? 'fast' : 'slow'}: not set by NTP since it booted?`;
  return { ok: true, warning: true, found };
}

/** Kilobytes that a router needs: to keep a changed configuration, and to take a package or a script. */
const LEAST: Readonly<Record<string, number>> = { '/overlay': 128, '/': 128, '/tmp': 1_024 };

/** busybox' `[ -w` says of root that it may write anything, also what is mounted read-only (coreutils/test.c). */
const PROBE_FILE = '/etc/config/.wwanlab-probe'; // hidden: uci passes over it
const PROBE = `df -k; touch ${PROBE_FILE} 2>/dev/null && rm -f ${PROBE_FILE} || echo read-only`;

/** Is there room where settings are kept and where files are put, and can it be written? */
export async function lookAtDisk(ctx: Ctx, { name, router }: Pick<Rig, 'name' | 'router'>): Promise<Health> {
  const { stdout } = await router.shell(ctx, PROBE);
  const free = new Map(
    [...stdout.matchAll(/ (-?\d+) +\d+% +(\/\S*)$/gm)].map(([, kb, mount = '']) => [mount, Number(kb)]),
  );
  const settings = free.has('/overlay') ? '/overlay' : '/';
  const rooms = [settings, '/tmp'].flatMap((mount) => {
    const kb = free.get(mount); // a root in memory (initramfs) is in no list
    return kb === undefined ? [] : [{ mount, kb }];
  });
  if (rooms.length === 0) return { ok: false, found: `df printed ${JSON.stringify(stdout.slice(0, 80))}` };
  const found = rooms.map(({ mount, kb }) => `${kb} KiB free on ${mount}`).join(', ');
  if (/^read-only$/m.test(stdout)) return { ok: false, found: `${found}; /etc/config cannot be written` };
  const full = rooms.filter(({ mount, kb }) => kb < (LEAST[mount] ?? 0)).map(({ mount }) => mount);
  if (full.length === 0) return { ok: true, found };
  const next = `wwanlab shell ${name} "${whatFills(full)}"`;
  return { ok: false, found: `${found}: too little on ${full.join(' and ')}`, next };
}

/**
 * Has the router the interface that the modem is behind, does it dial on the right device, and has its firewall a zone
 * for it? @throws HarnessError `rig.no-interface`
 */
export async function lookAtInterface(ctx: Ctx, rig: Rig): Promise<Health> {
  const { name, proto, up, pending } = await interfaceStatus(ctx, rig);
  const state = up ? 'up' : pending ? 'dialling' : 'down';
  const found = `${name}, protocol ${proto}, ${state}`;
  const misfit = await findMisfit(ctx, rig);
  if (misfit) {
    const told = { found: `${misfit.text} (${hintOf(misfit)})`, next: misfit.command };
    return up ? { ok: true, warning: true, ...told } : { ok: false, ...told }; // netifd has not read them yet
  }
  if ((await isInZone(ctx, rig.router, name)) !== false) return { ok: true, found };
  const why = 'nobody in the LAN gets through it, and a reload of the firewall has nothing to do with it';
  return { ok: true, warning: true, found: `${found}, in no zone of the firewall: ${why}` };
}

/** Has the router what the modes of this modem need? What it dials with it must have, of others one should know. */
export async function lookAtPackages(ctx: Ctx, rig: Rig): Promise<Health> {
  const dialled = await dialledMode(ctx, rig);
  const lacking = await rig.router.lacking(ctx, needsOf(rig, dialled));
  if (lacking) return lacks(rig.name, lacksPackages(`${dialled} mode`, lacking), lacking);
  const others = dataModes.filter((mode) => mode !== dialled && rig.modem.modes[mode]);
  const wishes = [
    ...others.map((mode) => ({ what: mode, needs: needsOf(rig, mode), on: rig.modem.modes[mode] })),
    { what: 'AT (commands, bands, temperature, voltage)', needs: atNeedsOf(rig), on: rig.modem.serialPorts },
  ];
  const looked: { what: string; less: Lacking | undefined; on: readonly ExpectedInterface[] }[] = [];
  for (const { what, needs, on = [] } of wishes)
    looked.push({ what, less: await rig.router.lacking(ctx, needs), on });
  const had = looked.filter(({ less }) => less === undefined).flatMap(({ on }) => on);
  const bare = await unbound(ctx, rig, had);
  const found = looked.flatMap(({ what, less, on }) => {
    if (less) return [`${what} would need ${describePackages(less, ', ')}`];
    const idle = bare.find((one) => on.includes(one));
    return idle ? [`${what}: ${describeUnbound(idle)}`] : [];
  });
  if (found.length === 0) return { ok: true, found: `all for ${[dialled, ...others].join(', ')}` };
  const all = looked.flatMap(({ less }) => less ?? []);
  const how = all.length > 0 ? ` (${howToInstall(...all)})` : '';
  return { ok: true, warning: true, found: `all for ${dialled}; ${found.join('; ')}${how}` };
}

/** Without a package manager, nothing helps but another image. */
function lacks(rigName: string, { code, message, hint }: HarnessError, lacking: Lacking): Health {
  const line = installLine(lacking);
  const next = line === undefined ? `wwanlab flash ${rigName} IMAGE` : `wwanlab shell ${rigName} "${line}"`;
  return { ok: false, code, found: `${message} (${hint})`, next };
}
