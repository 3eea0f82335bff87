import type { Duplex } from 'node:stream';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Rng } from '../../core/chance.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import type { Fault } from '../faults.ts';
import type { Board } from './boards/board.ts';
import type { FileSystem, RouterMachine } from './machine.ts';
import type { Flavour } from './flavour.ts';
import type { ModemOnBus } from './net/modem-on-bus.ts';
import { createNet, type Net } from './net/net.ts';
import { installPrograms } from './programs.ts';
import { runScript } from './shell/execute.ts';
import { createShellState, type Io } from './shell/state.ts';
import { createCollector, inputOf } from './shell/streams.ts';
import { signals } from './signals.ts';
import { createSshServer } from './ssh-server.ts';
import type { NetworkSettings } from './network-settings.ts';
import { installRemoteLog, noLan, type Lan } from './remote-log.ts';
import { createSystem } from './system.ts';

export interface SimRouterOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly flavour: Flavour;
  readonly board: Board;
  /** What sits in the mini-PCIe slot. */
  readonly modem: ModemOnBus;
  readonly faults: readonly Fault[];
  readonly network: NetworkSettings;
  /** What is on its LAN; nothing by default. */
  readonly lan?: Lan;
  /** The SSH host key, a private key file's text. */
  readonly hostKey: string;
  /** Without one, root logs in with a blank password. */
  readonly rootPassword?: string | undefined;
  /** A line of authorized_keys: `ssh-ed25519 AAAA… name`. */
  readonly authorizedKey?: string | undefined;
  /** How long the router was on before the run; 95 s by default. */
  readonly uptimeMs?: Ms;
}

/** A simulated router, switched on. */
export interface SimRouter {
  /** Its present life: a reboot makes a new one. */
  readonly machine: RouterMachine;
  /** Runs a script as `ash -c` would; its exit status. */
  run(script: string, io?: Partial<Io>): Promise<number>;
  /** Runs a script and gathers what it writes. */
  capture(script: string, stdin?: string): Promise<Captured>;
  /** A TCP connection to port 22: the router's end of it. */
  accept(socket: Duplex): void;
  /** All ends now; it answers again when it has booted. */
  reboot(): void;
  /** The supply: off ends everything at once, on boots. */
  power(on: boolean): void;
  /** Power off for good. */
  close(): void;
}

export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Shutdown and U-Boot, from `reboot` to the kernel's first message. */
const RESET_MS = 8_000;
/** From there until dropbear listens and netifd runs; a GL-MiFi takes about this long. */
const BOOT_MS = 32_000;
const DEFAULT_UPTIME_MS = 95_000;

export function createRouter(options: SimRouterOptions): SimRouter {
  const { clock } = options;
  const ends = { reboot: () => restart(RESET_MS + BOOT_MS), powerOff: halt };
  let life = begin(options, clock.now() - (options.uptimeMs ?? DEFAULT_UPTIME_MS), undefined, ends);
  let up = true;
  let off = false;
  let cancelBoot: Cancel = () => undefined;
  const server = createSshServer({ ...options, machine: () => life.machine });
  life.net.start();

  /** Nothing runs any more; what is on the flash stays. */
  function halt(): void {
    cancelBoot();
    if (!up) return;
    up = false;
    server.drop();
    life.net.stop();
    life.stopRemoteLog();
    for (const { kill } of life.machine.processes.list()) kill(signals.KILL);
  }

  function restart(takesMs: Ms): void {
    halt();
    cancelBoot = clock.after(takesMs, () => {
      life = begin(options, clock.now() - BOOT_MS, life.machine.files, ends);
      up = true;
      life.net.start();
    });
  }

  const run = (script: string, io: Partial<Io> = {}): Promise<number> =>
    runScript(createShellState(life.machine), script, {
      stdin: io.stdin ?? inputOf(''),
      outs: io.outs ?? [],
      signal: io.signal ?? new AbortController().signal,
    });

  return {
    get machine() {
      return life.machine;
    },
    run,
    capture: async (script, stdin = '') => {
      const out = createCollector();
      const err = createCollector();
      const exitCode = await run(script, { stdin: inputOf(stdin), outs: [undefined, out.write, err.write] });
      return { exitCode, stdout: out.text(), stderr: err.text() };
    },
    accept: (socket) => {
      if (up && !off) server.accept(socket);
      else socket.destroy();
    },
    reboot: ends.reboot,
    power: (on) => {
      if (off) return;
      if (on) restart(BOOT_MS);
      else halt();
    },
    close: () => {
      if (off) return;
      off = true;
      halt();
    },
  };
}

/** One life of the router, from boot to reboot. */
interface Life {
  readonly machine: RouterMachine;
  readonly net: Net;
  stopRemoteLog(): void;
}

function begin(
  options: SimRouterOptions,
  bootedAt: Ms,
  overlay: FileSystem | undefined,
  ends: Pick<RouterMachine, 'reboot' | 'powerOff'>,
): Life {
  const machine = createSystem({ ...options, ...ends, bootedAt, ...(overlay ? { overlay } : {}) });
  const net = createNet(machine, {
    modem: options.modem,
    interfaceName: options.network.interfaceName ?? options.flavour.modemInterface,
    usbPath: options.board.modemPath,
  });
  const stopRemoteLog = installRemoteLog(machine, options.lan ?? noLan);
  installPrograms(machine);
  return { machine, net, stopRemoteLog };
}
