import type { Clock, Cancel } from '../../core/clock.ts';
import type { Rng } from '../../core/chance.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import type { Fault } from '../faults.ts';
import type { ControlPort, ModemPort, NetworkPort } from '../modem/port.ts';
import type { UsbIdentity } from '../modem/usb.ts';
import type { Board } from './boards/board.ts';
import type { Flavour } from './flavour.ts';

/** The router's operating system as its programs see it. Parts are made in router.ts and know each other through it. */
export interface RouterMachine {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly flavour: Flavour;
  readonly board: Board;
  readonly faults: readonly Fault[];
  /** Programs by name: `uci`, `/etc/init.d/firewall` under its path. Absent: `ash: NAME: not found`, 127. */
  readonly applets: Map<string, Applet>;
  /** What stands in /etc/init.d, by name: `firewall`. Whoever models a daemon gives its service its actions. */
  readonly services: Map<string, Service>;
  readonly files: FileSystem;
  readonly processes: ProcessTable;
  readonly log: SystemLog;
  readonly uci: UciStore;
  /** Empty stand-ins until net/ puts its own in their place while the router boots. */
  usb: UsbBus;
  netifd: Netifd;
  stack: IpStack;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
  /** When the kernel started; 0 or less on this rig's clock. */
  readonly bootedAt: Ms;
  /** Until then pppd gets no CPU (fault `reload.starve`): what arrives waits, timers of its own still run out. */
  starvedUntil: Ms;
  /** The `reboot` program: everything ends, and after the boot time a new life begins with a new boot id. */
  reboot(): void;
  /** The `poweroff` program: everything ends, until the supply was off and on again. */
  powerOff(): void;
}

/** What `ls -l` and `test` ask of a file. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'device';
  /** Permission bits, `0o644`. */
  readonly mode: number;
  /** Bytes; 0 for what is not a regular file. */
  readonly size: number;
  /** Calendar time of the last change. */
  readonly modified: Date;
  readonly device?: { readonly major: number; readonly minor: number };
  readonly target?: string;
}

/** Paths are absolute. Text is UTF-8. */
export interface FileSystem {
  read(path: string): Uint8Array | undefined;
  readText(path: string): string | undefined;
  write(path: string, content: string | Uint8Array): void;
  append(path: string, content: string | Uint8Array): void;
  remove(path: string): boolean;
  kind(path: string): 'file' | 'directory' | 'link' | 'device' | undefined;
  /** Names in a directory, sorted. */
  list(path: string): readonly string[] | undefined;
  link(path: string, target: string): void;
  readLink(path: string): string | undefined;
  makeDirectory(path: string): void;
  /** A character device such as /dev/ttyUSB2, present in listings and tests (`-c`). */
  makeDevice(path: string, major: number, minor: number): void;
  /** A file whose text is computed at each read (/proc/uptime, /sys/…). `write` gets what is written to it. */
  compute(path: string, read: () => string, write?: (text: string) => void): void;
  /** Without following a link at the end of the path, as lstat(2). */
  stat(path: string): FileStat | undefined;
  /** The same path without links, `.` and `..`; undefined where a part of it is missing. */
  resolve(path: string): string | undefined;
  chmod(path: string, mode: number): boolean;
  /** Removes everything at and below a path (a USB device's sysfs folder). */
  removeTree(path: string): void;
}

export interface RunningProcess {
  readonly pid: number;
  /** As `ps w` prints it. */
  readonly command: string;
  readonly user: string;
  /** Kilobytes. */
  readonly vsz: number;
  readonly kill: (signal: number) => void;
}

export interface ProcessTable {
  /** The next process id; they rise as on a real system. */
  nextPid(): number;
  add(process: RunningProcess): void;
  remove(pid: number): void;
  get(pid: number): RunningProcess | undefined;
  list(): readonly RunningProcess[];
  /** SIGSTOP and SIGCONT: heeded by those that look, as the users of a tty do. */
  stop(pid: number, on: boolean): void;
  isStopped(pid: number): boolean;
}

/** logd and the kernel's ring: `Sun Nov 22 08:51:47 2026 daemon.notice netifd: Interface 'wan' is now up`. */
export interface SystemLog {
  /** @param priority `daemon.notice` @param tag `netifd` or `pppd[5143]` */
  add(priority: string, tag: string, text: string): void;
  /** A kernel message, stamped `[  476.116845]`; goes to dmesg and, as `kern.LEVEL kernel`, to the log. */
  kernel(level: 'err' | 'warn' | 'notice' | 'info' | 'debug', text: string): void;
  /** Formatted lines still in the ring, oldest first. */
  lines(): readonly string[];
  kernelLines(): readonly string[];
  follow(f: (line: string) => void): Cancel;
}

export type UciValue = string | readonly string[];

export interface UciSection {
  /** `lan`, or the generated name of an anonymous section, `cfg03dc81`. */
  readonly name: string;
  readonly anonymous: boolean;
  readonly type: string;
  readonly options: ReadonlyMap<string, UciValue>;
}

/** libuci: /etc/config with uncommitted changes beside it. Paths are `network.lan.ipaddr`, `firewall.@zone[1].name`. */
export interface UciStore {
  packages(): readonly string[];
  /** As uci sees it, uncommitted changes included. */
  sections(packageName: string): readonly UciSection[] | undefined;
  /** As daemons read it: committed values alone. */
  committed(packageName: string): readonly UciSection[] | undefined;
}

/** The kernel's USB side: sysfs, drivers, /dev nodes, hotplug. */
export interface UsbBus {
  /** `/dev/ttyUSB2` -> the modem's port, while the device and its driver are there. */
  openTty(device: string): ModemPort | undefined;
  /** `/dev/cdc-wdm0` -> the control channel behind it, while the device and its driver are there. */
  openControl(device: string): ControlPort | undefined;
  /** `wwan0` -> the data channel of the same function. */
  openNetwork(name: string): NetworkPort | undefined;
  /** `/dev/cdc-wdm0` -> `wwan0`: the network device of the same function. */
  networkOf(device: string): string | undefined;
  /** Called after a tty or usbmisc node came or went (netifd's hotplug scripts listen). */
  onNode(f: (node: string, action: 'add' | 'remove') => void): void;
  present(): readonly UsbIdentity[];
}

export interface Netifd {
  interfaceNames(): readonly string[];
  up(name: string): boolean;
  down(name: string): boolean;
  /** The `ubus call network.interface.NAME status` object, keys in netifd's order; undefined: no such interface. */
  status(name: string): object | undefined;
  /** `ubus call network reload` / `/etc/init.d/network reload`: interfaces whose options changed are set up anew. */
  reload(): void;
}

/** A point-to-point or Ethernet device with IPv4 on it. */
export interface NetDevice {
  readonly name: string;
  /** `wwan`: a modem's network function without Ethernet headers. */
  readonly kind: 'loopback' | 'ethernet' | 'bridge' | 'ppp' | 'wwan';
  readonly mtu: number;
  readonly address?: { readonly local: string; readonly mask: number; readonly peer?: string };
  /** Sends an IPv4 packet; absent where nothing is connected. */
  readonly send?: (packet: Uint8Array) => void;
}

export interface IpStack {
  devices(): readonly NetDevice[];
  setDevice(device: NetDevice): void;
  removeDevice(name: string): void;
  routes(): readonly Route[];
  addRoute(route: Route): void;
  removeRoutes(device: string): void;
  /** An IPv4 packet came in on this device. */
  receive(device: string, packet: Uint8Array): void;
  /** Called for each ICMP echo reply: how `ping` hears of it. */
  onEchoReply(
    id: number,
    f: ((seq: number, from: string, ttl: number, bytes: number) => void) | undefined,
  ): void;
  /** UDP to this port, whole IP packets, before anybody asks whether the destination is ours: how udhcpc listens. */
  onUdp(port: number, f: ((device: string, packet: Uint8Array) => void) | undefined): void;
  /** Routes and sends a packet; false: `sendto: Network unreachable`. */
  send(packet: Uint8Array): boolean;
}

export interface Route {
  /** `0.0.0.0/0` is the default route. */
  readonly target: string;
  readonly via?: string;
  readonly device: string;
  readonly source?: string;
  readonly metric: number;
}

/** What a simulated program sees of the world: its words, its streams, its environment, the machine. */
export interface Process {
  readonly machine: RouterMachine;
  readonly pid: number;
  /** `argv[0]` is the name it was called by. */
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly out: (data: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  /** Aborts on SIGINT, SIGTERM, SIGPIPE or when the SSH channel closes: whoever waits must give up. */
  readonly signal: AbortSignal;
}

/** A program: returns its exit status. It may take time on `process.machine.clock`. */
export type Applet = (process: Process) => number | Promise<number>;

/** Standard input. */
export interface Input {
  /** Everything until end of file. */
  readAll(): Promise<Uint8Array>;
  /** Each line without its newline, as it comes; ends at end of file. Stopping early leaves the rest unread. */
  lines(): AsyncIterable<string>;
  /** The next line; `whole` is false where the input ended before its newline. Undefined at end of file. */
  readLine(): Promise<{ readonly text: string; readonly whole: boolean } | undefined>;
  /** The bytes as they come, in pieces of any size. */
  pieces(): AsyncIterable<Uint8Array>;
}

/** A service action: the exit status, and it may take time. */
export type ServiceAction = Applet;

/** A script in /etc/init.d. What it does is given by whoever models the daemon; without that, it does nothing. */
export interface Service {
  /** Order of the link in /etc/rc.d: `S19firewall`. Undefined: none. */
  readonly startOrder?: number;
  /** `K90network` */
  readonly stopOrder?: number;
  enabled: boolean;
  /** procd supervises a process of it: `running`, otherwise `stopped` in lists. */
  running: boolean;
  /** It has a process to supervise, though it may be stopped now. */
  daemon?: boolean;
  start?: ServiceAction;
  stop?: ServiceAction;
  reload?: ServiceAction;
  restart?: ServiceAction;
}
