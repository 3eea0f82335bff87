import type { Cancel } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import { encodeEcho } from '../../../../protocols/ip/icmp.ts';
import type { Applet, Process } from '../../machine.ts';
import { signals } from '../../signals.ts';
import { DEFAULT_TTL, type Stack } from '../stack.ts';
import { resolveHost } from './hosts.ts';
import { parsePingOptions, type PingOptions } from './ping-options.ts';

/** How long busybox waits for a reply after the last request when none came yet (MAXWAIT). */
const MAX_WAIT_MS: Ms = 10_000;

/** `ping` in busybox's form. Source: busybox networking/ping.c. */
export function createPing(stack: Stack): Applet {
  return (process) => {
    const options = parsePingOptions(process.argv.slice(1));
    if (typeof options === 'string') {
      process.err(options);
      return 1;
    }
    const address = resolveHost(process.machine, options.host);
    if (address === undefined) {
      process.err(`ping: bad address '${options.host}'\n`);
      return 1;
    }
    return new Promise<number>((resolve) => new Pinging(process, stack, options, address, resolve).start());
  };
}

/** One run. A request and its reply cost a timer, two small packets and a line: a day of them is a soak. */
class Pinging {
  readonly #process: Process;
  readonly #stack: Stack;
  readonly #options: PingOptions;
  readonly #address: string;
  readonly #resolve: (status: number) => void;
  readonly #payload: Uint8Array;
  readonly #id: number;
  /** When each request that has no answer yet was sent. */
  readonly #sentAt = new Map<number, Ms>();
  #start: Ms = 0;
  #transmitted = 0;
  #received = 0;
  /** Microseconds. */
  #least = Infinity;
  #most = 0;
  #sum = 0;
  #cancelTimer: Cancel = () => undefined;
  #cancelDeadline: Cancel = () => undefined;
  #ended = false;

  constructor(
    process: Process,
    stack: Stack,
    options: PingOptions,
    address: string,
    resolve: (status: number) => void,
  ) {
    this.#process = process;
    this.#stack = stack;
    this.#options = options;
    this.#address = address;
    this.#resolve = resolve;
    this.#payload = new Uint8Array(options.size);
    this.#id = process.pid & 0xffff;
  }

  start(): void {
    const process = this.#process;
    const options = this.#options;
    process.out(`PING ${options.host} (${this.#address}): ${options.size} data bytes\n`);
    process.signal.addEventListener('abort', this.#interrupted, { once: true });
    this.#stack.onEchoReply(this.#id, this.#reply);
    this.#start = process.machine.clock.now();
    if (options.deadlineMs !== undefined) {
      this.#cancelDeadline = process.machine.clock.after(options.deadlineMs, () => this.#finish());
    }
    this.#send();
  }

  #send(): void {
    const { clock } = this.#process.machine;
    const { count, intervalMs } = this.#options;
    const seq = this.#transmitted & 0xffff;
    const source = this.#options.source ?? this.#stack.sourceFor(this.#address);
    if (source === undefined || !this.#transmit(source, seq)) {
      this.#process.err('ping: sendto: Network unreachable\n');
      this.#close(1);
      return;
    }
    this.#sentAt.set(seq, clock.now());
    this.#transmitted++;
    if (count === 0 || this.#transmitted < count) {
      const next = this.#start + this.#transmitted * intervalMs;
      this.#cancelTimer = clock.after(next - clock.now(), () => this.#send());
    } else {
      this.#cancelTimer = clock.after(this.#lastWait(), () => this.#finish());
    }
  }

  #transmit(source: string, seq: number): boolean {
    return this.#stack.send(
      encodeEcho({
        type: 'request',
        source,
        destination: this.#address,
        ttl: DEFAULT_TTL,
        id: this.#id,
        seq,
        payload: this.#payload,
      }),
    );
  }

  /** After the last request: twice the longest round trip in whole seconds, or the full wait if nothing came yet. */
  #lastWait(): Ms {
    if (this.#received === 0) return this.#options.waitMs ?? MAX_WAIT_MS;
    return Math.max(1, Math.floor(this.#most / (512 * 1024))) * 1000;
  }

  readonly #reply = (seq: number, from: string, ttl: number, bytes: number): void => {
    const sentAt = this.#sentAt.get(seq);
    if (sentAt === undefined) return;
    this.#sentAt.delete(seq);
    const micros = Math.round((this.#process.machine.clock.now() - sentAt) * 1000);
    this.#received++;
    this.#sum += micros;
    if (micros < this.#least) this.#least = micros;
    if (micros > this.#most) this.#most = micros;
    if (!this.#options.quiet) {
      this.#process.out(
        `${bytes} bytes from ${from}: seq=${seq} ttl=${ttl} time=${milliseconds(micros)} ms\n`,
      );
    }
    if (this.#options.count > 0 && this.#received >= this.#options.count) this.#finish();
  };

  /** SIGINT prints the statistics; any other signal just ends it. */
  readonly #interrupted = (): void => {
    const number = (this.#process.signal.reason as { data?: { signal?: number } } | undefined)?.data?.signal;
    if (number === undefined || number === signals.INT) this.#finish();
    else this.#close(1);
  };

  #finish(): void {
    if (this.#ended) return;
    this.#process.out(this.#statistics());
    this.#close(this.#received > 0 ? 0 : 1);
  }

  #statistics(): string {
    const [sent, received] = [this.#transmitted, this.#received];
    const lines = [
      '',
      `--- ${this.#options.host} ping statistics ---`,
      `${sent} packets transmitted, ${received} packets received${sent > 0 ? `, ${Math.floor(((sent - received) * 100) / sent)}% packet loss` : ''}`,
    ];
    if (received > 0) {
      const times = [this.#least, Math.floor(this.#sum / received), this.#most].map(milliseconds);
      lines.push(`round-trip min/avg/max = ${times.join('/')} ms`);
    }
    return `${lines.join('\n')}\n`;
  }

  #close(status: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimer();
    this.#cancelDeadline();
    this.#stack.onEchoReply(this.#id, undefined);
    this.#process.signal.removeEventListener('abort', this.#interrupted);
    this.#resolve(status);
  }
}

/** 12382 -> `12.382` */
function milliseconds(micros: number): string {
  const rest = micros % 1000;
  return `${(micros - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`;
}
