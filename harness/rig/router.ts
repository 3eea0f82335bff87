import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import type { Led, LedChange } from './led.ts';
import type { ModemInterface } from './modem-interface.ts';
import type { DialNeeds, Lacking } from './packages.ts';
import type { Service, ServiceAction } from './service.ts';
import type { UciChanges, UciSection, UciValue } from './uci.ts';

/** What a command left behind. A transport fault is never an exit code: it throws a HarnessError. */
export interface ExecResult {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: Ms;
}

export interface ExecOptions {
  /** How long the command may take; 30 s by default. */
  readonly limit?: Ms;
  readonly stdin?: Uint8Array;
  /** Gets what it prints as it comes, octet for octet; `stdout` stays empty. */
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/** `ubus call system board`, reduced to what is the same in every release since 15.05. */
export interface Board {
  readonly hostname: string;
  readonly model: string;
  /** `glinet,gl-mifi` (ath79) or `gl-mifi` (ar71xx); from /tmp/sysinfo/board_name where ubus lacks it. */
  readonly boardName: string;
  readonly kernel: string;
  readonly distribution: string;
  /** Who made it what it is: `GL.iNet` and `ROOter` call their distribution OpenWrt too. */
  readonly flavour: string;
  readonly version: string;
  readonly revision: string;
  readonly target: string;
}

/** One life of the router: a new id means that it has booted since. */
export interface Boot {
  readonly bootId: string;
  readonly uptimeMs: Ms;
}

/** `ifstatus NAME`. Source: netifd ubus.c, netifd_dump_status. */
export interface InterfaceStatus {
  readonly name: string;
  readonly up: boolean;
  /** The protocol handler is at work. */
  readonly pending: boolean;
  /** False: the device is not there. */
  readonly available: boolean;
  readonly proto: string;
  /** Only while it is up. */
  readonly uptimeMs?: Ms;
  readonly device?: string;
  readonly addresses: readonly string[];
  readonly dnsServers: readonly string[];
  readonly hasDefaultRoute: boolean;
  readonly errors: readonly { readonly subsystem: string; readonly code: string }[];
}

/** A device below /sys/bus/usb/devices. */
export interface UsbDevice {
  /** `1-1.2` */
  readonly path: string;
  /** The kernel's number of the device on its bus: a new one means that it has enumerated anew. */
  readonly number: number;
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly product: string;
  readonly interfaces: readonly UsbInterface[];
}

export interface UsbInterface {
  readonly number: number;
  /** Kernel driver bound to it, or undefined: `Driver=(none)`. */
  readonly driver: string | undefined;
  /** `ttyUSB2`, `wwan0`, `cdc-wdm0` … */
  readonly nodes: readonly string[];
}

/** One reply of `ping`. A lost one is seen from the gap in `seq`. */
export interface PingReply {
  readonly seq: number;
  readonly rttMs: Ms;
}

export interface PingSummary {
  readonly sent: number;
  readonly received: number;
}

/** Something that goes on until it is stopped: `logread -f`, `ping`. */
export interface Following {
  stop(): Promise<void>;
  /** Resolves when it was stopped; rejects when it broke by itself. */
  readonly ended: Promise<void>;
}

/** A router under test, reached from outside with nothing installed on it. */
export interface Router {
  readonly name: string;
  /** Runs a command given word by word: no quoting needed. */
  exec(ctx: Ctx, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Runs a line of shell as it stands. */
  shell(ctx: Ctx, script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Writes a file and compares its SHA-256 on both ends. OpenWrt has no sftp: `cat >` does it. */
  upload(ctx: Ctx, bytes: Uint8Array, path: string): Promise<void>;
  /** Reads a file and compares its SHA-256 on both ends. */
  download(ctx: Ctx, path: string): Promise<Uint8Array>;

  board(ctx: Ctx): Promise<Board>;
  boot(ctx: Ctx): Promise<Boot>;
  /** MAC addresses of its network hardware, lower case, sorted: they outlive every flash. */
  macAddresses(ctx: Ctx): Promise<readonly string[]>;
  /** Names and versions, from opkg or apk. */
  packages(ctx: Ctx): Promise<ReadonlyMap<string, string>>;
  /** Undefined where it lacks nothing of this. */
  lacking(ctx: Ctx, needs: DialNeeds): Promise<Lacking | undefined>;
  /** Undefined where /etc/init.d has no such script. */
  service(ctx: Ctx, name: string): Promise<Service | undefined>;
  controlService(ctx: Ctx, name: string, action: ServiceAction): Promise<void>;
  leds(ctx: Ctx): Promise<readonly Led[]>;
  setLed(ctx: Ctx, name: string, change: LedChange): Promise<void>;
  usbDevices(ctx: Ctx): Promise<readonly UsbDevice[]>;

  /** The value as text, the items of a list with blanks between them; undefined where there is none. */
  uciGet(ctx: Ctx, path: string): Promise<string | undefined>;
  /** All of /etc/config/NAME with what is staged; undefined where there is no such file. */
  uciSections(ctx: Ctx, name: string): Promise<readonly UciSection[] | undefined>;
  /** Sets and commits, all or nothing. @throws `openwrt.uci-refused` */
  uciSet(ctx: Ctx, changes: UciChanges): Promise<void>;
  /** Sets without committing: services read it, and a reboot drops it. @throws `openwrt.uci-refused` */
  uciStage(ctx: Ctx, changes: UciChanges): Promise<void>;
  uciCommit(ctx: Ctx, name: string): Promise<void>;
  /** Drops what is staged in /etc/config/NAME. */
  uciRevert(ctx: Ctx, name: string): Promise<void>;
  /** Adds a section without a name of its own and commits it. @returns the name that uci gave it: `cfg0a1b2c` */
  uciAdd(ctx: Ctx, name: string, type: string, options: Readonly<Record<string, UciValue>>): Promise<string>;

  /** `ubus call`. @throws `openwrt.ubus-failed` with object, method and status */
  ubus(
    ctx: Ctx,
    object: string,
    method: string,
    message?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;

  /** /etc/config/NAME, text for text; undefined where there is no such file. It may hold secrets. */
  readConfiguration(ctx: Ctx, name: string): Promise<string | undefined>;
  /** Puts it back, drops what was not committed, and has it read; undefined takes the file away. */
  writeConfiguration(ctx: Ctx, name: string, text: string | undefined): Promise<void>;

  /** Interfaces that a modem is behind, by /etc/config/network, the likeliest first. */
  modemInterfaces(ctx: Ctx): Promise<readonly ModemInterface[]>;
  /** What an interface names its device by: `ifname` until 19.07, `device` from 21.02 on. */
  deviceOption(ctx: Ctx): Promise<'device' | 'ifname'>;
  /** Undefined where there is no such interface. */
  interfaceStatus(ctx: Ctx, name: string): Promise<InterfaceStatus | undefined>;
  ifup(ctx: Ctx, name: string): Promise<void>;
  ifdown(ctx: Ctx, name: string): Promise<void>;
  reloadFirewall(ctx: Ctx): Promise<void>;
  /** netifd reads its configuration again; interfaces that changed are made anew. */
  reloadNetwork(ctx: Ctx): Promise<void>;

  /** Sends `count` echo requests, one a second; waits for at most `limit`. */
  ping(ctx: Ctx, host: string, count: number): Promise<PingSummary>;
  /** One echo request a second until stopped, on the connection for streams. */
  followPing(ctx: Ctx, host: string, onReply: (reply: PingReply) => void): Promise<Following>;
  /** The system log from now on, line by line; recorded on the timeline as `router.log`, once for all who follow. */
  followLog(ctx: Ctx, onLine: (line: string) => void): Promise<Following>;
  /** What the router still holds of its log, then what comes: no line between the two is lost, and none is recorded. */
  replayLog(ctx: Ctx, onLine: (line: string) => void): Promise<Following>;
  /**
   * Records the system log until it is stopped, also after the connection was lost or the router has booted: then what
   * was logged meanwhile is fetched. `router.log`/`gap` says where it broke, `router.log`/`clock` which boot it is.
   */
  keepLog(ctx: Ctx): Promise<Following>;

  close(): Promise<void>;
}
