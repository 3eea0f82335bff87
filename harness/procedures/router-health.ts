import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { formatMs, minutes, type Ms } from '../core/units.ts';
import type { Rig } from '../rig/rig.ts';
import type { Router } from '../rig/router.ts';
import { interfaceStatus } from './dial.ts';

/** What was looked at: as it should be or not, or so that one should know of it. */
export interface Health {
  readonly ok: boolean;
  readonly warning?: true;
  readonly found: string;
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

/** Is there room where settings are kept and where files are put, and can it be written? */
export async function lookAtDisk(ctx: Ctx, router: Router): Promise<Health> {
  const { stdout } = await router.shell(ctx, 'df -k; [ -w /etc/config ] || echo read-only');
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
  const full = rooms.filter(({ mount, kb }) => kb < (LEAST[mount] ?? 0));
  return full.length === 0
    ? { ok: true, found }
    : { ok: false, found: `${found}: too little on ${full.map(({ mount }) => mount).join(' and ')}` };
}

/** netifd's own, without a handler in /lib/netifd/proto. */
const builtIn = new Set(['static', 'dhcp', 'none']);

/** Has the router the interface of the rig file, and what dials for it? @throws HarnessError `rig.no-interface` */
export async function lookAtInterface(ctx: Ctx, rig: Rig): Promise<Health> {
  const { name, proto, up, pending } = await interfaceStatus(ctx, rig);
  if (!builtIn.has(proto) && !(await rig.router.hasProtocol(ctx, proto))) throw noHandler(name, proto);
  const state = up ? 'up' : pending ? 'dialling' : 'down';
  return { ok: true, found: `${name}, protocol ${proto}, ${state}` };
}

const noHandler = (name: string, proto: string): HarnessError =>
  new HarnessError(`${name} has the protocol ${proto}, and the router has no handler for it`, {
    code: 'rig.no-protocol',
    blame: 'rig',
    effect: 'none',
    hint: `install the package that brings /lib/netifd/proto/${proto}.sh`,
  });
