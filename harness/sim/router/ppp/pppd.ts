import type { Cancel } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';
import type { ModemPort } from '../../modem/port.ts';
import type { RouterMachine } from '../machine.ts';
import { createChat, type Chat } from './chat.ts';
import { PppClient } from './client.ts';
import { pppdExit } from './exit-status.ts';
import { holdTty } from '../tty-users.ts';
import { deviceName, lockDevice, unlockDevice } from './lock.ts';
import type { PppLog } from './log.ts';
import { CHAT, commandLine, methodsBut, type PppdOptions } from './options.ts';
import { pppdTraits, type PppdTraits } from './traits.ts';

export type { EchoPolicy } from './echo.ts';
export type { PppAddresses } from './ipcp-client.ts';
export { pppdExit } from './exit-status.ts';

export interface Pppd {
  readonly pid: number;
  /** Exit status as in pppd(8): 5, 6, 7, 8, 10, 15, 16, 19; 137 after SIGKILL. */
  readonly exited: Promise<number>;
  /** Resolves when nothing but ip-down and `Exit.` is to come, or with `exited`. */
  readonly linkEnded: Promise<void>;
  /** 15 (TERM), 2 (INT), 1 (HUP) end it in order; 9 kills it and leaves its lock file behind. */
  signal(number: number): void;
  /** Sends an IPv4 packet; false while IPCP is not up. */
  send(packet: Uint8Array): boolean;
  /** Bytes of IP packets since IPCP came up. */
  readonly counters: { readonly sent: number; readonly received: number };
}

const SIGHUP = 1;
const SIGKILL = 9;
/** pppd holds DTR down that long before it dials, so that the modem forgets an old call. */
const DTR_LOW_MS: Ms = 1_000;
/** Of a device that is no terminal. Source: pppd 2.4.9 on /dev/cdc-wdm0. */
const NO_TTY = 'tcgetattr: Inappropriate ioctl for device (line 975)';
/** connect-delay: pppd waits that long for the peer's first packet before it speaks itself. */
const CONNECT_DELAY_MS: Ms = 1_000;

/** pppd(8) on the router: dials with chat(8), negotiates over the port, and hands IPv4 to the machine's stack. */
export function startPppd(machine: RouterMachine, options: PppdOptions): Pppd {
  const pppd = new PppdProcess(machine, options);
  pppd.start();
  return pppd;
}

type Stage = 'starting' | 'dialling' | 'connected' | 'speaking' | 'ending' | 'dead';

class PppdProcess implements Pppd {
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly linkEnded: Promise<void>;
  readonly #machine: RouterMachine;
  readonly #options: PppdOptions;
  readonly #traits: PppdTraits;
  readonly #client: PppClient;
  #letGo: () => void = () => undefined;
  #stage: Stage = 'starting';
  #chat: Chat | undefined;
  #wasUp = false;
  #hungUp = false;
  /** A signal asked for the end. */
  #interrupted = false;
  #cancelTimer: Cancel = () => undefined;
  #resolveExited: (status: number) => void = () => undefined;
  #resolveEnded: () => void = () => undefined;

  constructor(machine: RouterMachine, options: PppdOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#traits = pppdTraits(machine.flavour.pppd.version);
    this.pid = options.pid ?? machine.processes.nextPid();
    this.exited = new Promise((resolve) => (this.#resolveExited = resolve));
    this.linkEnded = new Promise((resolve) => (this.#resolveEnded = resolve));
    const { user, password } = options;
    this.#client = new PppClient({
      clock: machine.clock,
      rng: machine.rng.fork(`pppd/${this.pid}`),
      log: this.#log,
      write: (bytes) => this.#write(bytes),
      credentials: user === undefined || user === '' ? undefined : { user, password: password ?? '' },
      methods: methodsBut(options.words ?? []),
      echo: options.echo ?? machine.flavour.pppd.echo,
      ipv6: this.#traits.ipv6,
      starvedUntil: () => machine.starvedUntil,
      onUp: (addresses) => {
        this.#wasUp = true;
        options.onUp(addresses);
      },
      onDown: () => {
        if (this.#stage !== 'dead') options.onDown();
      },
      onPacket: (packet) => machine.stack.receive(options.interfaceName, packet),
      onFinished: (status) => this.#terminated(status),
    });
  }

  get counters(): { readonly sent: number; readonly received: number } {
    return this.#client.counters;
  }

  start(): void {
    const { processes, flavour } = this.#machine;
    processes.add({
      pid: this.pid,
      command: commandLine(this.#options, this.#options.echo ?? flavour.pppd.echo),
      user: 'root',
      vsz: 3_364,
      kill: (signal) => this.signal(signal),
    });
    this.#log('notice', `pppd ${flavour.pppd.version} started by root, uid 0`);
    const lock = lockDevice(this.#machine, this.#options.device, this.pid);
    const name = deviceName(this.#options.device);
    if (lock.kind === 'busy') {
      this.#log('notice', `Device ${name} is locked by pid ${lock.pid}`);
      return this.#end(pppdExit.lockFailed);
    }
    if (lock.kind === 'stale') this.#log('notice', `Removed stale lock on ${name} (pid ${lock.pid})`);
    return this.#open();
  }

  signal(number: number): void {
    if (this.#stage === 'dead') return;
    if (number === SIGKILL) return this.#die();
    if (this.#stage === 'ending') return;
    this.#log('info', number === SIGHUP ? 'Hangup (SIGHUP)' : `Terminating on signal ${number}`);
    this.#interrupted = true;
    if (this.#stage === 'dialling') this.#chat?.terminate();
    else if (this.#stage === 'speaking') this.#client.close(pppdExit.userRequest, 'User request');
    else this.#end(pppdExit.userRequest);
  }

  send(packet: Uint8Array): boolean {
    return this.#client.send(packet);
  }

  #open(): void {
    const { port, device } = this.#options;
    if (!port && this.#machine.files.kind(device) === 'device') {
      this.#log('err', NO_TTY);
      return this.#end(pppdExit.fatal);
    }
    if (!port) {
      this.#log('err', `Failed to open ${device}: No such file or directory`);
      return this.#end(pppdExit.openFailed);
    }
    port.onGone(() => this.#gone());
    port.onCarrierLost?.(() => this.#carrierLost());
    port.onBytes((bytes) => this.#receive(bytes));
    port.setDtr(false);
    this.#letGo = holdTty(this.#machine, device, this.pid);
    this.#cancelTimer = this.#machine.clock.after(DTR_LOW_MS, () => this.#dial(port));
    return undefined;
  }

  #dial(port: ModemPort): void {
    const { clock, log, processes } = this.#machine;
    const pid = processes.nextPid();
    this.#stage = 'dialling';
    port.setDtr(true);
    this.#chat = createChat({
      clock,
      script: this.#options.connect,
      write: (bytes) => this.#write(bytes),
      log: (line, level) => {
        if (this.#stage !== 'dead') log.add(`local2.${level}`, `chat[${pid}]`, line);
      },
      onDone: (status) => {
        processes.remove(pid);
        this.#dialled(status);
      },
    });
    const chat = this.#chat;
    const kill = (): void => chat.terminate();
    processes.add({ pid, command: CHAT, user: 'root', vsz: 1_204, kill });
    chat.start();
  }

  #dialled(status: number): void {
    if (this.#stage === 'dead') return;
    if (status !== 0) {
      this.#log('err', 'Connect script failed');
      this.#end(this.#interrupted ? pppdExit.userRequest : pppdExit.connectFailed);
      return;
    }
    const { interfaceName, device } = this.#options;
    this.#stage = 'connected';
    this.#log('info', 'Serial connection established.');
    if (this.#machine.flavour.pppd.kernelRename) {
      this.#machine.log.kernel('info', `${interfaceName}: renamed from ppp0`);
    }
    this.#log('info', `Using interface ${interfaceName}`);
    this.#log('notice', `Connect: ${interfaceName} <--> ${device}`);
    this.#cancelTimer = this.#machine.clock.after(CONNECT_DELAY_MS, () => this.#speak());
  }

  #speak(): void {
    this.#cancelTimer();
    this.#stage = 'speaking';
    this.#client.start();
  }

  #receive(bytes: Uint8Array): void {
    const rest = this.#stage === 'dialling' && this.#chat ? this.#chat.receive(bytes) : bytes;
    if (rest.length === 0) return;
    if (this.#stage === 'connected') this.#speak();
    if (this.#stage === 'speaking') this.#client.receive(rest);
  }

  /** The device went away under the port. */
  #gone(): void {
    if (this.#stage === 'dialling') this.#chat?.hangUp();
    else this.#carrierLost();
  }

  #carrierLost(): void {
    if (this.#stage !== 'speaking' && this.#stage !== 'connected') return;
    this.#hungUp = true;
    this.#log('notice', 'Modem hangup');
    this.#client.hangUp();
    this.#terminated(this.#client.status);
  }

  #terminated(status: number): void {
    if (this.#stage === 'ending' || this.#stage === 'dead') return;
    this.#log('notice', 'Connection terminated.');
    if (this.#traits.hangupAfterTermination && !this.#hungUp) this.#log('notice', 'Modem hangup');
    this.#end(status);
  }

  /** Lets go of the port, and exits after a while. */
  #end(status: number): void {
    this.#stage = 'ending';
    this.#cancelTimer();
    this.#releasePort();
    this.#resolveEnded();
    const delay = this.#wasUp ? this.#traits.exitAfterUpMs : this.#traits.exitMs;
    this.#cancelTimer = this.#machine.clock.after(delay, () => {
      this.#log('info', 'Exit.');
      if (status !== pppdExit.lockFailed) unlockDevice(this.#machine, this.#options.device);
      this.#exit(status);
    });
  }

  /** SIGKILL: not another word, and the lock file stays. */
  #die(): void {
    this.#stage = 'dead';
    this.#cancelTimer();
    this.#chat?.terminate();
    this.#client.hangUp();
    this.#releasePort();
    this.#exit(pppdExit.killed);
  }

  #exit(status: number): void {
    this.#stage = 'dead';
    this.#machine.processes.remove(this.pid);
    this.#resolveEnded();
    this.#resolveExited(status);
  }

  #releasePort(): void {
    const { port } = this.#options;
    port?.onBytes(undefined);
    port?.onGone(undefined);
    port?.onCarrierLost?.(undefined);
    if (!this.#hungUp) port?.setDtr(false);
    this.#letGo();
  }

  #write(bytes: Uint8Array): void {
    if (this.#stage !== 'ending' && this.#stage !== 'dead') this.#options.port?.write(bytes);
  }

  readonly #log: PppLog = (level, text) => {
    if (this.#stage !== 'dead') this.#machine.log.add(`daemon.${level}`, `pppd[${this.pid}]`, text);
  };
}
