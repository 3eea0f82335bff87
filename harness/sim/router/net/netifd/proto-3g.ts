import type { Cancel } from '../../../../core/clock.ts';
import { isHarnessError } from '../../../../core/errors.ts';
import type { Ms } from '../../../../core/units.ts';
import type { RouterMachine } from '../../machine.ts';
import { threeGChat } from '../../ppp/chat-scripts.ts';
import { startPppd, type Pppd, type PppAddresses } from '../../ppp/pppd.ts';
import { killedBy, signals } from '../../signals.ts';
import { runGcom } from '../gcom/run.ts';
import type { Stack } from '../stack.ts';
import { echoPolicy } from './keepalive.ts';
import {
  flagOf,
  optionOf,
  wordsOf,
  type Layer3,
  type Proto,
  type ProtoHandler,
  type ProtoHost,
} from './types.ts';

/** How long a small router takes to start a shell script with its includes. */
const SCRIPT_MS: Ms = 150;
/** From IPCP to netifd's "link is up": /lib/netifd/ppp-up is a shell script that calls ubus. */
const PPP_UP_MS: Ms = 900;
const PPP_DOWN_MS: Ms = 80;
/** netifd lets a handler's program end by itself for so long, then kills it (proto-shell.c). */
const TEARDOWN_LIMIT_MS: Ms = 5_000;
/** lcp default; pppd sets it from the negotiated MRU. */
const PPP_MTU = 1_500;

/** The 3g protocol handler of the comgt package: card, PIN, attachment, then pppd with chat. Source: OpenWrt 3g.sh. */
export function createProto3g(machine: RouterMachine, stack: Stack): Proto {
  return {
    name: '3g',
    noDevice: true,
    needsCarrier: false,
    start: (host) => {
      const dial = new Dial(machine, stack, host);
      void dial.run();
      return dial;
    },
  };
}

/** One try: the handler's script and the pppd that it starts. */
class Dial implements ProtoHandler {
  readonly #machine: RouterMachine;
  readonly #stack: Stack;
  readonly #host: ProtoHost;
  readonly #pid: number;
  readonly #abort = new AbortController();
  /** What is still to be done a little later. */
  readonly #timers = new Set<Cancel>();
  #pppd: Pppd | undefined;
  #lineStart = '';
  #announced = false;

  constructor(machine: RouterMachine, stack: Stack, host: ProtoHost) {
    this.#machine = machine;
    this.#stack = stack;
    this.#host = host;
    this.#pid = machine.processes.nextPid();
    machine.processes.add({
      pid: this.#pid,
      command: `{3g.sh} /bin/sh ./3g.sh 3g setup ${host.name} {"proto":"3g","device":"${this.#device}"`,
      user: 'root',
      vsz: 1_224,
      kill: (number) => this.#abort.abort(killedBy(number)),
    });
  }

  async run(): Promise<void> {
    this.#chatter();
    const dialled = await this.#script().catch((error: unknown) => {
      if (isHarnessError(error) && error.code === 'sim.killed') return false;
      throw error;
    });
    this.#machine.processes.remove(this.#pid);
    if (dialled) await this.#ppp();
    for (const cancel of this.#timers) cancel();
    this.#linkDown();
    await this.#machine.clock.sleep(SCRIPT_MS);
    this.#host.down();
  }

  teardown(): void {
    this.#abort.abort(killedBy(signals.TERM));
    const { pid } = this.#pppd ?? {};
    if (pid === undefined) return;
    this.#pppd?.signal(signals.TERM);
    const cancel = this.#machine.clock.after(TEARDOWN_LIMIT_MS, () => this.#pppd?.signal(signals.KILL));
    void this.#pppd?.exited.then(cancel);
  }

  get #device(): string {
    return optionOf(this.#host.section, 'device') ?? '';
  }

  /** 3g.sh up to its last line; true when pppd is to be started. */
  async #script(): Promise<boolean> {
    const { section } = this.#host;
    await this.#sleep(SCRIPT_MS);
    if (this.#machine.files.kind(this.#device) !== 'device') {
      this.#host.setAvailable(false);
      return false;
    }
    const card = await this.#gcom('getcardinfo.gcom', {}, 'capture');
    const pin = optionOf(section, 'pincode');
    if (pin !== undefined && pin !== '') {
      const { status } = await this.#gcom('setpin.gcom', { PINCODE: pin });
      if (status !== 0) {
        this.#host.error('PIN_FAILED');
        this.#host.blockRestart();
        return false;
      }
    }
    if (!card.output.includes('Sierra Wireless')) return true;
    const waits = this.#machine.flavour.comgt.waitsForAttach;
    if (waits) return (await this.#gcom('getcarrier.gcom', {})).status === 0;
    this.#print('\n');
    return true;
  }

  async #gcom(
    name: string,
    env: Readonly<Record<string, string>>,
    mode: 'print' | 'capture' = 'print',
  ): Promise<{ readonly status: number; readonly output: string }> {
    let output = '';
    const { processes } = this.#machine;
    const pid = processes.nextPid();
    const kill = (number: number): void => this.#abort.abort(killedBy(number));
    const command = `gcom -d ${this.#device} -s /etc/gcom/${name}`;
    processes.add({ pid, command, user: 'root', vsz: 1_204, kill });
    const status = await runGcom(this.#machine, {
      device: this.#device,
      script: this.#machine.files.readText(`/etc/gcom/${name}`) ?? 'exit 1',
      env: new Map(Object.entries(env)),
      pid,
      out: (text) => {
        output += text;
        if (mode === 'print') this.#print(text);
      },
      err: (text) => this.#print(text),
      signal: this.#abort.signal,
    }).finally(() => processes.remove(pid));
    return { status, output };
  }

  async #ppp(): Promise<void> {
    const { section, name } = this.#host;
    const user = optionOf(section, 'username');
    const password = optionOf(section, 'password');
    const dialNumber = optionOf(section, 'dialnumber');
    const interfaceName = `3g-${name}`;
    this.#pppd = startPppd(this.#machine, {
      interfaceName,
      device: this.#device,
      port: this.#machine.usb.openTty(this.#device),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      words: (optionOf(section, 'pppd_options') ?? '').split(' '),
      echo: echoPolicy(this.#machine.flavour, section),
      connect: threeGChat({
        apn: optionOf(section, 'apn') ?? '',
        ...(dialNumber === undefined || dialNumber === '' ? {} : { dialNumber }),
      }),
      ipparam: name,
      onUp: (addresses) => this.#linkUp(interfaceName, addresses),
      onDown: () => this.#linkDown(),
    });
    await this.#pppd.exited;
  }

  #linkUp(interfaceName: string, { local, remote, dns }: PppAddresses): void {
    this.#stack.setDevice({
      name: interfaceName,
      kind: 'ppp',
      mtu: PPP_MTU,
      address: { local, mask: 32, peer: remote },
      send: (packet) => void this.#pppd?.send(packet),
    });
    this.#later(PPP_UP_MS, () => {
      this.#announced = true;
      this.#netifd(`Network device '${interfaceName}' link is up`);
      this.#host.up(this.#layer3(interfaceName, local, remote, dns));
    });
  }

  #layer3(device: string, local: string, remote: string, dns: readonly string[]): Layer3 {
    const { section } = this.#host;
    const route = { target: '0.0.0.0', mask: 0, nexthop: remote, source: '0.0.0.0/0' };
    return {
      device,
      addresses: [{ address: local, mask: 32, ptpaddress: remote }],
      routes: flagOf(section, 'defaultroute', true) ? [route] : [],
      dns: [...wordsOf(section, 'dns'), ...(flagOf(section, 'peerdns', true) ? dns : [])],
    };
  }

  /** IPCP is down, or pppd was killed: the device is gone, and ppp-down tells netifd a moment later. */
  #linkDown(): void {
    const interfaceName = `3g-${this.#host.name}`;
    if (!this.#stack.device(interfaceName)) return;
    for (const cancel of this.#timers) cancel();
    this.#stack.removeDevice(interfaceName);
    if (!this.#announced) return;
    this.#announced = false;
    this.#netifd(`Network device '${interfaceName}' link is down`);
    this.#machine.clock.after(PPP_DOWN_MS, () => this.#host.linkLost());
  }

  /** What the handler prints goes to the log line by line; an unfinished line is dropped with the pipe. */
  #print(text: string): void {
    const lines = (this.#lineStart + text).split('\n');
    this.#lineStart = lines.pop() ?? '';
    for (const line of lines) this.#netifd(`${this.#host.name} (${this.#pid}): ${line}`.trimEnd());
  }

  #netifd(text: string): void {
    this.#machine.log.add('daemon.notice', 'netifd', text);
  }

  /** The firmware's own daemons, which stir when an interface is set up. */
  #chatter(): void {
    for (const { afterMs, priority, tag, text } of this.#machine.flavour.dialChatter) {
      this.#later(afterMs, () => this.#machine.log.add(priority, tag, text));
    }
  }

  #later(delay: Ms, f: () => void): void {
    const cancel = this.#machine.clock.after(delay, () => {
      this.#timers.delete(cancel);
      f();
    });
    this.#timers.add(cancel);
  }

  #sleep(delay: Ms): Promise<void> {
    return this.#machine.clock.sleep(delay, this.#abort.signal);
  }
}
