import { readdirSync, readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';

import type { Ctx } from '../../harness/core/ctx.ts';
import { createModem } from '../../harness/drivers/modem/modem.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { checkInterface, findModem } from '../../harness/procedures/modem-rungs.ts';
import type { Modem, NetworkMode } from '../../harness/rig/modem.ts';
import type { Router } from '../../harness/rig/router.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { startGuest } from '../../harness/virtual/guest.ts';
import { startWwanlab } from './cli.ts';
import { end } from './programs.ts';
import { patientCtx } from './real-ctx.ts';

/** What a modem process and the guest that it is plugged into hold at one moment. */
export interface Held {
  /** Resident memory of the modem's process, MiB. */
  readonly rssMiB: number;
  /** Open files of the modem's process. */
  readonly handles: number;
  /** Command lines of the guest's processes, sorted; those of the kernel and of netifd's handlers aside. */
  readonly guestProcesses: readonly string[];
  /** Nodes of USB drivers in the guest: serial ports, control channels. */
  readonly guestNodes: number;
}

export interface Endurance {
  readonly before: Held;
  readonly after: Held;
  /** The longest that anything took until all drivers were bound again, ms. */
  readonly slowestMs: number;
}

interface Bench {
  readonly router: Router;
  readonly modem: Modem;
  readonly child: ChildProcess;
  mode: NetworkMode;
}

/**
 * `modem serve` in a process of its own, plugged into a guest: it is unplugged at random moments for random times, and
 * its composition is changed and it restarts, one after the other, and each time every driver must come back.
 * @param onRound called after each unplug and each swap
 */
export async function endure(
  ctx: Ctx,
  { unplugs, swaps }: { readonly unplugs: number; readonly swaps: number },
  onRound: (done: number) => void = () => undefined,
): Promise<Endurance> {
  const guest = await startGuest(ctx, 'guest');
  const router = createOpenwrtRouter({ name: 'guest', connect: () => connectSsh(patientCtx(), guest.login) });
  const line = `modem serve --model mc7455 --control - --usbredir unix:${guest.usbSocket} --connect`;
  const child = startWwanlab(line.split(' '));
  // It tells of every change; a socket that nobody reads is full after some hundred of them.
  child.stdout?.resume();
  child.stderr?.resume();
  try {
    const bench: Bench = { router, modem: createModem(router, 'mc7455'), child, mode: 'qmi' };
    await bound(ctx, bench);
    // Once each before the first look: what is made once and stays is no leak.
    await unplug(ctx, bench);
    await swap(ctx, bench);
    await swap(ctx, bench);
    const before = await held(ctx, bench);
    let slowestMs = 0;
    for (let round = 0; round < Math.max(unplugs, swaps); round++) {
      const start = ctx.clock.now();
      if (round < unplugs) await unplug(ctx, bench);
      const between = ctx.clock.now();
      if (round < swaps) await swap(ctx, bench);
      slowestMs = Math.max(slowestMs, between - start, ctx.clock.now() - between);
      onRound(round + 1);
    }
    return { before, after: await settled(ctx, bench, before), slowestMs };
  } finally {
    await end(child);
    await router.close();
    await guest.close();
  }
}

/** Pulls the cable now, or up to half a second later, so that it hits the kernel at any point of its work. */
async function unplug(ctx: Ctx, bench: Bench): Promise<void> {
  const before = await deviceNumber(ctx, bench);
  await ctx.clock.sleep(ctx.rng.integer(0, 500));
  bench.child.stdin?.write(`usb.disconnect ${ctx.rng.integer(50, 1_500)}ms\n`);
  await bound(ctx, bench, before);
}

async function swap(ctx: Ctx, bench: Bench): Promise<void> {
  const before = await deviceNumber(ctx, bench);
  bench.mode = bench.mode === 'qmi' ? 'mbim' : 'qmi';
  await bench.modem.compose(ctx, bench.mode);
  await bench.modem.restart(ctx);
  await bound(ctx, bench, before);
}

async function deviceNumber(ctx: Ctx, { router, modem }: Bench): Promise<number | undefined> {
  return findModem({ modem }, await router.usbDevices(ctx))?.number;
}

/** Every interface of the mode has its driver and its nodes, on a device that has enumerated since. */
async function bound(ctx: Ctx, bench: Bench, before?: number): Promise<void> {
  await ctx.expect(
    `all drivers are bound in ${bench.mode} mode`,
    async (c) => {
      const device = findModem({ modem: bench.modem }, await bench.router.usbDevices(c));
      if (!device || device.number === before) return undefined;
      const wanted = [...bench.modem.serialPorts, ...(bench.modem.modes[bench.mode] ?? [])];
      return wanted.every((one) => checkInterface(device, one).ok) || undefined;
    },
    120_000,
    50,
  );
}

/** What is held once the kernel's last events are handled: scripts of hotplug may outlast the drivers' binding. */
async function settled(ctx: Ctx, bench: Bench, before: Held): Promise<Held> {
  const quiet = async (c: Ctx): Promise<Held | undefined> => {
    const now = await held(c, bench);
    const asBefore = isDeepStrictEqual(now.guestProcesses, before.guestProcesses);
    return asBefore && now.handles <= before.handles ? now : undefined;
  };
  return ctx.expect('all is as it was before', quiet, 120_000, 1_000).catch(() => held(ctx, bench));
}

/** Processes that come and go with the modem's interfaces, and those of this very question. */
const PASSING = /handler|gcom|pppd|chat|sleep|ps$|grep/;

async function held(ctx: Ctx, { router, child }: Bench): Promise<Held> {
  const nodes = await router.shell(ctx, "ls /dev | grep -cE '^(ttyUSB|cdc-wdm)'");
  const processes = await router.shell(ctx, 'ps');
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return {
    rssMiB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024),
    handles: readdirSync(`/proc/${child.pid}/fd`).length,
    guestProcesses: commandsOf(processes.stdout),
    guestNodes: Number(nodes.stdout.trim()),
  };
}

/** busybox: PID, USER, COMMAND; a thread of the kernel stands in brackets. */
function commandsOf(ps: string): string[] {
  const commands = ps.split('\n').map((line) => line.trim().split(/\s+/).slice(2).join(' '));
  return commands
    .filter((one) => one !== '' && one !== 'COMMAND' && !one.startsWith('[') && !PASSING.test(one))
    .toSorted();
}
