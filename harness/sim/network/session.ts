import type { Rng } from '../../core/chance.ts';
import { addressBytes } from '../../protocols/ip/address.ts';
import { addressAt6, addressBytes6 } from '../../protocols/ip/address6.ts';
import { familyOf } from '../../protocols/ip/packet.ts';
import type { AccessPoint } from './operators.ts';
import { createGateway6, isFromPrefix } from './gateway6.ts';
import { sameBytes, type Attachment, type Internet } from './internet/internet.ts';
import type { Ipv4Settings, Ipv6Settings, PdpType, Session, SmCause } from './network.ts';

/** A session that its network can end. */
export interface NetworkSession extends Session {
  end(cause: SmCause): void;
}

export interface SessionOptions {
  readonly rng: Rng;
  readonly internet: Internet;
  readonly type: PdpType;
  readonly cause: SmCause | undefined;
  readonly accessPoint: AccessPoint;
  readonly dns: readonly string[];
  readonly dns6: readonly string[];
  readonly onRelease: () => void;
}

/** Bytes that wait for a slow modem; what comes on top is dropped. */
const MAX_WAITING = 1_048_576;
/** What a packet costs besides its bytes: many small ones are bounded as well. */
const PER_PACKET = 64;

export function createSession(options: SessionOptions): NetworkSession {
  return new GrantedSession(options);
}

class GrantedSession implements NetworkSession {
  readonly type: PdpType;
  readonly cause: SmCause | undefined;
  readonly ipv4: Ipv4Settings | undefined;
  readonly ipv6: Ipv6Settings | undefined;
  readonly mtu: number;
  readonly #options: SessionOptions;
  readonly #attachment: Attachment;
  readonly #address4: Uint8Array | undefined;
  readonly #address6: Uint8Array | undefined;
  readonly #gateway6: ReturnType<typeof createGateway6> | undefined;
  readonly #queue: Uint8Array[] = [];
  readonly #onReleased: ((cause: SmCause) => void)[] = [];
  #waiting = 0;
  #live = true;
  #onReadable: (() => void) | undefined;

  constructor(options: SessionOptions) {
    const { type, cause, accessPoint, internet, dns, dns6, rng } = options;
    this.#options = options;
    this.type = type;
    this.cause = cause;
    this.mtu = accessPoint.mtu;
    this.ipv4 = type === 'IPV6' ? undefined : assignIpv4(rng, dns);
    this.ipv6 = type === 'IP' ? undefined : assignIpv6(rng, dns6);
    this.#address4 = this.ipv4 && addressBytes(this.ipv4.address);
    this.#address6 = this.ipv6 && addressBytes6(this.ipv6.address);
    this.#attachment = internet.attach({
      mtu: accessPoint.mtu,
      nameServers: [...dns.map(addressBytes), ...dns6.map(addressBytes6)],
      tcpIdleMs: accessPoint.tcpIdleMs,
      deliver: (packet) => this.#deliver(packet),
      waiting: () => this.#waiting,
    });
    this.#gateway6 =
      this.ipv6 && createGateway6(this.ipv6, this.mtu, (packet) => this.#attachment.advertise(packet));
    this.#gateway6?.advertise();
  }

  send(packet: Uint8Array): void {
    if (!this.#live) return;
    const family = familyOf(packet);
    if (family === 6) {
      if (!this.#address6 || packet.length < 40 || this.#gateway6?.take(packet)) return;
      if (isFromPrefix(packet, this.#address6)) this.#attachment.send(packet);
    } else if (this.#address4 && packet.length >= 20 && sameBytes(packet.subarray(12, 16), this.#address4)) {
      this.#attachment.send(packet);
    }
  }

  receive(): Uint8Array | undefined {
    const packet = this.#queue.shift();
    if (!packet) return undefined;
    this.#waiting -= packet.length;
    this.#attachment.drained();
    return packet;
  }

  onReadable(f: (() => void) | undefined): void {
    this.#onReadable = f;
    if (!f || this.#queue.length === 0) return;
    // A listener that comes late hears of what is there already, but not inside its own call.
    queueMicrotask(() => {
      if (this.#onReadable === f && this.#queue.length > 0) f();
    });
  }

  onReleased(f: (cause: SmCause) => void): void {
    this.#onReleased.push(f);
  }

  release(): void {
    this.#stop();
    this.#options.onRelease();
  }

  end(cause: SmCause): void {
    if (!this.#live) return;
    this.#stop();
    for (const tell of this.#onReleased) tell(cause);
  }

  #stop(): void {
    this.#live = false;
    this.#attachment.close();
  }

  /** Only what is meant for this session, and only while it is this modem's. */
  #deliver(packet: Uint8Array): void {
    const present = this.#waiting + this.#queue.length * PER_PACKET;
    if (!this.#live || present + packet.length > MAX_WAITING) return;
    this.#queue.push(packet);
    this.#waiting += packet.length;
    if (this.#queue.length === 1) this.#onReadable?.();
  }
}

/** The two hosts of a /30: the modem and its gateway. */
function assignIpv4(rng: Rng, dns: readonly string[]): Ipv4Settings {
  const host = rng.integer(2, 126) * 2;
  const network = [10, rng.integer(64, 191), rng.integer(0, 255)];
  const [ours, theirs] = host % 4 === 0 ? [host + 1, host + 2] : [host, host - 1];
  const text = (last: number): string => [...network, last].join('.');
  return { address: text(ours), gateway: text(theirs), prefixLength: 30, dns };
}

/** A /64 for each session and an interface identifier of the network's choice (TS 23.401 5.3.1.2.2). */
function assignIpv6(rng: Rng, dns: readonly string[]): Ipv6Settings {
  const octet = (): number => rng.integer(0, 255);
  const prefix = [0x20, 0x01, 0x0d, 0xb8, 0x50 | rng.integer(0, 15), octet(), octet(), octet()];
  const identifier = [0x02, octet(), octet(), octet(), octet(), octet(), octet(), rng.integer(1, 255)];
  const gateway = [
    0xfe,
    0x80,
    0,
    0,
    0,
    0,
    0,
    0,
    0x02,
    octet(),
    octet(),
    octet(),
    octet(),
    octet(),
    octet(),
    1,
  ];
  return {
    address: addressAt6(Uint8Array.from([...prefix, ...identifier]), 0),
    prefixLength: 64,
    gateway: addressAt6(Uint8Array.from(gateway), 0),
    dns,
  };
}
