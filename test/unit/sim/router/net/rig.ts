import { createRng, type Rng } from '../../../../../harness/core/chance.ts';
import type { Clock } from '../../../../../harness/core/clock.ts';
import { createRedactor } from '../../../../../harness/core/redact.ts';
import { Timeline, type TimelineEvent } from '../../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../../harness/core/virtual-clock.ts';
import type { Fault } from '../../../../../harness/sim/faults.ts';
import type { UsbIdentity } from '../../../../../harness/sim/modem/usb.ts';
import { glMifi25 } from '../../../../../harness/sim/router/boards/gl-mifi-2.5.ts';
import { createFileSystem } from '../../../../../harness/sim/router/files.ts';
import { openwrt2512 } from '../../../../../harness/sim/router/flavours/openwrt-25.12.ts';
import type { Flavour } from '../../../../../harness/sim/router/flavour.ts';
import { createSystemLog } from '../../../../../harness/sim/router/logs.ts';
import type { RouterMachine } from '../../../../../harness/sim/router/machine.ts';
import type { ModemOnBus } from '../../../../../harness/sim/router/net/modem-on-bus.ts';
import { createNet, type Net } from '../../../../../harness/sim/router/net/net.ts';
import { inputOf } from '../../../../../harness/sim/router/shell/streams.ts';
import { createProcessTable } from '../../../../../harness/sim/router/processes.ts';
import { killedBy } from '../../../../../harness/sim/router/signals.ts';
import { createUciDatabase } from '../../../../../harness/sim/router/uci/store.ts';
import { createFakeModem, mc7455, type FakeModem } from './fake-modem.ts';

export interface RigOptions {
  readonly flavour?: Flavour;
  readonly identity?: UsbIdentity | undefined;
  readonly usbPath?: string;
  readonly faults?: readonly Fault[];
  /** Options of the interface `wwan` beside proto and device. */
  readonly wwan?: Readonly<Record<string, string>>;
  readonly device?: string;
  /** Takes the fake modem's place. */
  readonly modem?: (parts: ModemParts) => ModemOnBus;
}

export interface ModemParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Rig {
  readonly clock: Clock;
  readonly machine: RouterMachine;
  readonly net: Net;
  readonly modem: FakeModem;
  events(): TimelineEvent[];
  run(
    argv: readonly string[],
    options?: { readonly env?: Record<string, string>; readonly stdin?: string },
  ): Promise<Ran>;
  /** Starts a program that is ended by a signal later. */
  start(argv: readonly string[]): {
    readonly text: () => string;
    interrupt(signal: number): void;
    readonly status: Promise<number>;
  };
  service(name: string, action: 'reload' | 'restart'): Promise<Ran>;
  setNetwork(wwan: Readonly<Record<string, string>>): void;
  /** Log lines from the n-th on without their time and process ids. */
  log(from?: number): string[];
  drive<T>(body: () => Promise<T>): Promise<T>;
}

const networkText = (wwan: Readonly<Record<string, string>>): string =>
  `config interface 'loopback'
	option device 'lo'
	option proto 'static'
	list ipaddr '127.0.0.1/8'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'eth1'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	list ipaddr '192.168.1.1/24'

config interface 'wan'
	option device 'eth0'
	option proto 'dhcp'

config interface 'wwan'
${Object.entries(wwan)
  .map(([key, value]) => `\toption ${key} '${value}'\n`)
  .join('')}`;

export function createRig(options: RigOptions = {}): Rig {
  const clock = createVirtualClock(new Date('2026-11-22T09:30:00Z'));
  const rng = createRng('net');
  const lines: string[] = [];
  const timeline = new Timeline({ clock, redact: createRedactor(), write: (line) => lines.push(line) });
  const files = createFileSystem(() => clock.wall());
  const flavour = options.flavour ?? openwrt2512;
  const wwan = {
    proto: '3g',
    device: options.device ?? '/dev/ttyUSB2',
    apn: 'internet',
    service: 'umts',
    username: 'web',
    password: 'web',
    auto: '0',
    ...options.wwan,
  };
  files.write('/etc/config/network', networkText(wwan));
  files.write('/etc/config/firewall', flavour.config['firewall'] ?? '');
  files.makeDirectory('/var/lock');
  const processes = createProcessTable(3_900, files);
  for (const daemon of flavour.daemons) processes.add({ ...daemon, kill: () => undefined });
  const machine = {
    clock,
    rng,
    timeline,
    flavour,
    board: glMifi25,
    faults: options.faults ?? [],
    applets: new Map(),
    services: new Map(),
    files,
    processes,
    log: createSystemLog(clock, -100_000),
    uci: createUciDatabase(files),
    bootId: 'boot',
    bootedAt: -100_000,
    starvedUntil: -Infinity,
    reboot: () => undefined,
  } as unknown as RouterMachine;
  const modem = createFakeModem({
    clock,
    rng,
    timeline,
    identity: 'identity' in options ? options.identity : mc7455,
  });
  const onBus = options.modem?.({ clock, rng, timeline }) ?? modem;
  const net = createNet(machine, { modem: onBus, interfaceName: 'wwan', usbPath: options.usbPath ?? '1-1' });

  const begin = (
    argv: readonly string[],
    more: { readonly env?: Record<string, string>; readonly stdin?: string } = {},
    applet = machine.applets.get(argv[0] as string),
  ) => {
    const controller = new AbortController();
    let stdout = '';
    let stderr = '';
    const status = Promise.resolve(
      applet?.({
        machine,
        pid: processes.nextPid(),
        argv,
        env: new Map(Object.entries(more.env ?? {})),
        cwd: '/root',
        stdin: inputOf(more.stdin ?? ''),
        out: (data) =>
          void (stdout += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')),
        err: (text) => void (stderr += text),
        signal: controller.signal,
      }) ?? 127,
    );
    return {
      status,
      text: () => stdout,
      errors: () => stderr,
      interrupt: (signal: number) => controller.abort(killedBy(signal)),
    };
  };
  const finish = async (running: ReturnType<typeof begin>): Promise<Ran> => {
    const status = await running.status;
    return { status, stdout: running.text(), stderr: running.errors() };
  };

  return {
    clock,
    machine,
    net,
    modem,
    events: () => lines.map((line) => JSON.parse(line) as TimelineEvent),
    run: (argv, more) => finish(begin(argv, more)),
    start: (argv) => begin(argv),
    service: (name, action) =>
      finish(begin([`/etc/init.d/${name}`, action], {}, machine.services.get(name)?.[action])),
    setNetwork: (changes) => files.write('/etc/config/network', networkText({ ...wwan, ...changes })),
    log: (from = 0) =>
      machine.log
        .lines()
        .slice(from)
        .map((line) =>
          line
            .slice(25)
            .replace(/\[\d+\]/, '')
            .replace(/\[ *\d+\.\d+\] /, '')
            .replace(/\(\d+\)/, '(PID)'),
        ),
    drive: (body) => clock.drive('net', body),
  };
}
