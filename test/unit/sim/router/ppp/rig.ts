import { createRng } from '../../../../../harness/core/chance.ts';
import type { Clock } from '../../../../../harness/core/clock.ts';
import { Timeline, type TimelineEvent } from '../../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../../harness/core/virtual-clock.ts';
import type { Fault } from '../../../../../harness/sim/faults.ts';
import { createPppFace, type PppEnd, type PppFace } from '../../../../../harness/sim/modem/faces/ppp.ts';
import type { ModemPort } from '../../../../../harness/sim/modem/port.ts';
import { createNetwork } from '../../../../../harness/sim/network/mobile-network.ts';
import type { RouterMachine, RunningProcess } from '../../../../../harness/sim/router/machine.ts';
import { threeGChat } from '../../../../../harness/sim/router/ppp/chat-scripts.ts';
import type { PppdOptions } from '../../../../../harness/sim/router/ppp/options.ts';
import { startPppd, type Pppd } from '../../../../../harness/sim/router/ppp/pppd.ts';

export interface RigOptions {
  readonly seed?: string;
  readonly version?: string;
  readonly adaptive?: boolean;
  readonly interfaceName?: string;
  readonly apn?: string;
  readonly faults?: readonly Fault[];
  readonly authentication?: 'none' | 'pap' | 'chap';
  readonly refusesCredentials?: boolean;
  /** The modem's SIM is not there: an activation is never answered. */
  readonly simless?: boolean;
  readonly user?: string;
  /** What the modem answers to a command; undefined: the usual, null: nothing. */
  readonly answer?: (command: string) => string | null | undefined;
  readonly echo?: (now: number) => boolean;
  readonly carrierDetect?: boolean;
}

/** A modem port with little more than ATD behind it, and a machine with as much as pppd asks for. */
export interface PppRig {
  readonly clock: Clock;
  readonly machine: RouterMachine;
  readonly log: string[];
  readonly events: TimelineEvent[];
  readonly ends: PppEnd[];
  readonly packets: Uint8Array[];
  readonly ups: object[];
  readonly files: Map<string, string>;
  readonly processes: Map<number, RunningProcess>;
  downs: number;
  face: PppFace | undefined;
  /** The wire from the modem to the host; tests may put themselves in between. */
  toHost: (bytes: Uint8Array) => void;
  unplug(): void;
  dial(options?: Partial<PppdOptions>): Pppd;
  /** Log lines without their time, `TAG: text`, with the process ids taken out. */
  lines(): string[];
  drive<T>(body: () => Promise<T>): Promise<T>;
}

export function createPppRig(options: RigOptions = {}): PppRig {
  const clock = createVirtualClock();
  const rng = createRng(options.seed ?? 'ppp');
  const events: TimelineEvent[] = [];
  const timeline = new Timeline({
    clock,
    redact: (text) => text,
    write: (line) => void events.push(JSON.parse(line) as TimelineEvent),
  });
  const network = createNetwork({
    clock,
    rng,
    timeline,
    subscription: { apns: ['epc.tmobile.com'] },
    faults: options.faults ?? [],
  });
  const log: string[] = [];
  const files = new Map<string, string>();
  const processes = new Map<number, RunningProcess>();
  const machine = createMachine(options, { clock, rng, timeline, log, files, processes });

  let onBytes: ((bytes: Uint8Array) => void) | undefined;
  let onGone: (() => void) | undefined;
  let onCarrierLost: (() => void) | undefined;
  let unplugged = false;
  let apn = '';
  let command = '';
  const text = (line: string): void =>
    rig.toHost(Uint8Array.from(line, (character) => character.charCodeAt(0)));

  const callEnded = (end: PppEnd): void => {
    rig.ends.push(end);
    rig.face = undefined;
    text('\r\nNO CARRIER\r\n');
    if (options.carrierDetect) queueMicrotask(() => onCarrierLost?.());
  };

  const execute = (line: string): void => {
    const special = options.answer?.(line);
    if (special === null) return;
    apn = /^AT\+CGDCONT=1,"IP","(.*)"$/.exec(line)?.[1] ?? apn;
    if (special !== undefined) return text(special);
    if (!line.startsWith('ATD')) return text('\r\nOK\r\n');
    text('\r\nCONNECT\r\n');
    rig.face = createPppFace({
      clock,
      rng,
      timeline,
      authentication: options.authentication ?? 'chap',
      refusesCredentials: options.refusesCredentials ?? false,
      echo: () => options.echo?.(clock.now()) ?? true,
      write: (bytes) => rig.toHost(bytes),
      activate: (done) => {
        if (!options.simless) network.activate({ apn, type: 'IP' }, done);
      },
      onEnd: callEnded,
    });
    return undefined;
  };

  const receive = (bytes: Uint8Array): void => {
    for (const [index, octet] of bytes.entries()) {
      if (rig.face) return rig.face.receive(bytes.subarray(index));
      if (octet !== 0x0d) {
        command += String.fromCharCode(octet);
        continue;
      }
      const line = command;
      command = '';
      if (options.answer?.(line) !== null) text(`${line}\r`);
      execute(line);
    }
    return undefined;
  };

  const port: ModemPort = {
    interfaceNumber: 3,
    write: (bytes) => queueMicrotask(() => (unplugged ? undefined : receive(bytes))),
    onBytes: (f) => {
      onBytes = f;
    },
    setDtr: (on) => {
      if (on) return;
      rig.face?.close();
      rig.face = undefined;
      command = '';
    },
    onGone: (f) => {
      onGone = f;
    },
    onCarrierLost: (f) => {
      onCarrierLost = f;
    },
  };

  const rig: PppRig = {
    clock,
    machine,
    log,
    events,
    ends: [],
    packets: (machine as unknown as { packets: Uint8Array[] }).packets,
    ups: [],
    files,
    processes,
    downs: 0,
    face: undefined,
    toHost: (bytes) => queueMicrotask(() => onBytes?.(bytes)),
    unplug: () => {
      unplugged = true;
      rig.face?.close();
      rig.face = undefined;
      onGone?.();
    },
    dial: (overrides = {}) =>
      startPppd(machine, {
        interfaceName: options.interfaceName ?? '3g-modem',
        device: '/dev/ttyUSB2',
        port,
        user: options.user ?? 'web',
        password: 'web',
        connect: threeGChat({ apn: options.apn ?? 'epc.tmobile.com' }),
        onUp: (addresses) => rig.ups.push(addresses),
        onDown: () => rig.downs++,
        ...overrides,
      }),
    lines: () => log.map((line) => line.replace(/\[\d+\]/, '').replace(/^[a-z0-9]+\.[a-z]+ /, '')),
    drive: (body) => clock.drive('ppp', body),
  };
  return rig;
}

interface MachineParts {
  readonly clock: Clock;
  readonly rng: ReturnType<typeof createRng>;
  readonly timeline: Timeline;
  readonly log: string[];
  readonly files: Map<string, string>;
  readonly processes: Map<number, RunningProcess>;
}

function createMachine(options: RigOptions, parts: MachineParts): RouterMachine {
  const { clock, rng, timeline, log, files, processes } = parts;
  const version = options.version ?? '2.4.7';
  const packets: Uint8Array[] = [];
  let lastPid = 5_236;
  const machine = {
    clock,
    rng,
    timeline,
    starvedUntil: 0,
    packets,
    flavour: {
      pppd: {
        version,
        echo: { failures: 5, intervalMs: 1_000, adaptive: options.adaptive ?? false },
        kernelRename: version.startsWith('2.4'),
      },
    },
    files: {
      link: () => undefined,
      readText: (path: string) => files.get(path),
      kind: (path: string) => (path === '/dev/cdc-wdm0' ? 'device' : undefined),
      write: (path: string, content: string) => files.set(path, content),
      remove: (path: string) => files.delete(path),
    },
    processes: {
      nextPid: () => ++lastPid,
      add: (process: RunningProcess) => processes.set(process.pid, process),
      remove: (pid: number) => processes.delete(pid),
      get: (pid: number) => processes.get(pid),
      list: () => [...processes.values()],
    },
    log: {
      add: (priority: string, tag: string, line: string) => log.push(`${priority} ${tag}: ${line}`),
      kernel: (level: string, line: string) => log.push(`kern.${level} kernel: ${line}`),
    },
    stack: { receive: (_device: string, packet: Uint8Array) => packets.push(packet) },
  };
  return machine as unknown as RouterMachine;
}
