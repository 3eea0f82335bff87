import type { Clock } from '../../core/clock.ts';
import type { Rng } from '../../core/chance.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import type { Fault } from '../faults.ts';
import { createApplets } from './applets/index.ts';
import { addBootFiles, addConfiguration } from './boot-files.ts';
import type { Board } from './boards/board.ts';
import { createFileSystem } from './files.ts';
import type { Flavour } from './flavour.ts';
import { createSystemLog } from './logs.ts';
import type { FileSystem, IpStack, Netifd, RouterMachine, UsbBus } from './machine.ts';
import { createProcessTable } from './processes.ts';
import { addLeds } from './leds.ts';
import { defineService } from './services.ts';
import type { NetworkSettings } from './network-settings.ts';
import { createUciApplet } from './uci/command.ts';
import { createUciDatabase } from './uci/store.ts';

export interface SystemOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly flavour: Flavour;
  readonly board: Board;
  readonly faults: readonly Fault[];
  readonly network: NetworkSettings;
  /** When the kernel started; 0 or less for the life in which the run begins. */
  readonly bootedAt: Ms;
  readonly reboot: () => void;
  readonly powerOff: () => void;
  /** The overlay of the life before: /etc and /root come from it. */
  readonly overlay?: FileSystem;
}

/** Boot scripts and their children have used up the ids below. */
const FIRST_PID = 3_900;

/** The router's operating system without its network: net/ fills in `usb`, `netifd` and `stack`. */
export function createSystem(options: SystemOptions): RouterMachine {
  const { clock, rng, flavour, board } = options;
  const files = createFileSystem(() => clock.wall());
  const uci = createUciDatabase(files);
  const machine: RouterMachine = {
    clock,
    rng,
    timeline: options.timeline,
    flavour,
    board,
    faults: options.faults,
    applets: createApplets(flavour),
    services: new Map(),
    files,
    processes: createProcessTable(FIRST_PID, files),
    log: createSystemLog(clock, options.bootedAt),
    uci,
    usb: noUsb,
    netifd: noNetifd,
    stack: noStack,
    bootId: uuid(rng.fork(`boot/${options.bootedAt}`)),
    bootedAt: options.bootedAt,
    starvedUntil: -Infinity,
    reboot: options.reboot,
    powerOff: options.powerOff,
  };
  machine.applets.set('uci', createUciApplet(uci));
  addServices(machine);
  addConfiguration(machine, options.network);
  addBootFiles(machine);
  addLeds(machine);
  if (options.overlay) for (const root of ['/etc', '/root']) restore(options.overlay, files, root);
  addDaemons(machine);
  return machine;
}

function addServices(machine: RouterMachine): void {
  for (const { name, start, stop, daemon = false } of machine.flavour.services) {
    defineService(machine, name, {
      running: daemon,
      daemon,
      ...(start === undefined ? {} : { startOrder: start }),
      ...(stop === undefined ? {} : { stopOrder: stop }),
    });
  }
}

function addDaemons(machine: RouterMachine): void {
  for (const daemon of machine.flavour.daemons) {
    machine.processes.add({ ...daemon, kill: () => machine.processes.remove(daemon.pid) });
  }
}

/** Copies what lies in the overlay over the image's own files. */
function restore(from: FileSystem, to: FileSystem, path: string): void {
  const stat = from.stat(path);
  if (stat?.kind === 'link') to.link(path, stat.target ?? '');
  else if (stat?.kind === 'file') {
    to.write(path, from.read(path) ?? '');
    to.chmod(path, stat.mode);
  } else if (stat?.kind === 'directory') {
    to.makeDirectory(path);
    for (const name of to.list(path) ?? [])
      if (!from.stat(`${path}/${name}`)) to.removeTree(`${path}/${name}`);
    for (const name of from.list(path) ?? []) restore(from, to, `${path}/${name}`);
  }
}

/** A random UUID, version 4. */
function uuid(rng: Rng): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => rng.integer(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${rng.integer(8, 11).toString(16)}${hex(3)}-${hex(12)}`;
}

const noUsb: UsbBus = {
  openTty: () => undefined,
  openControl: () => undefined,
  openNetwork: () => undefined,
  networkOf: () => undefined,
  onNode: () => undefined,
  present: () => [],
};

const noNetifd: Netifd = {
  interfaceNames: () => [],
  up: () => false,
  down: () => false,
  status: () => undefined,
  reload: () => undefined,
};

const noStack: IpStack = {
  devices: () => [],
  setDevice: () => undefined,
  removeDevice: () => undefined,
  routes: () => [],
  addRoute: () => undefined,
  removeRoutes: () => undefined,
  receive: () => undefined,
  onEchoReply: () => undefined,
  onUdp: () => undefined,
  send: () => false,
};
