import type { Rng } from '../../../core/chance.ts';
import type { Clock } from '../../../core/clock.ts';
import { isHarnessError } from '../../../core/errors.ts';
import type { Ms } from '../../../core/units.ts';
import { addressBytes, isPrivateAddress } from '../../../protocols/ip/address.ts';
import { addressBytes6, isGlobalAddress6 } from '../../../protocols/ip/address6.ts';
import { answerEcho } from '../../../protocols/ip/icmp.ts';
import { get32, ipProtocol } from '../../../protocols/ip/ipv4.ts';
import { destinationOf, viewPacket, type PacketView } from '../../../protocols/ip/packet.ts';
import { createDelayLine } from './delay-line.ts';
import { answerEcho6, icmpError } from './icmp.ts';
import { createLoss, HOPS, roundTrip, SERVER_TTL, type Path } from './path.ts';
import type { TcpConnection, TcpPath } from './tcp-connection.ts';
import { createTcpHosts, type TcpHosts } from './tcp.ts';
import { answerUdp } from './udp.ts';

/** One session's place on the little internet. */
export interface Subscriber {
  /** Bytes; the path's own MTU can be smaller. */
  readonly mtu: number;
  /** Where port 53 answers: addresses of either family. */
  readonly nameServers: readonly Uint8Array[];
  /** After so long a silence the operator's NAT forgets a TCP connection. */
  readonly tcpIdleMs: Ms;
  /** A packet arrives from the network. */
  deliver(packet: Uint8Array): void;
  /** Bytes that wait for the modem. */
  waiting(): number;
}

export interface Attachment {
  /** A packet of this session's own to a public host; its source has been looked at. */
  send(packet: Uint8Array): void;
  /** A packet of the gateway's own to the modem, after the same delay. */
  advertise(packet: Uint8Array): void;
  /** The modem took packets. */
  drained(): void;
  close(): void;
}

/** The little internet: every public address answers ICMP echo and has the small servers of udp.ts and tcp-services.ts. */
export interface Internet {
  attach(subscriber: Subscriber): Attachment;
}

/** Sources stop when so many bytes are on their way down or wait there. */
export const DOWNLINK_BYTES = 524_288;

export function createInternet(clock: Clock, rng: Rng, path: Path): Internet {
  // Echoes have their own chance: other traffic doesn't change what ping sees.
  const isEchoLost = createLoss(path, rng);
  const flowRng = rng.fork('flows');
  const parts = { clock, path, rng: flowRng, isLost: createLoss(path, flowRng) };
  return {
    attach: (subscriber) => {
      const flows = new Flows(parts, subscriber);
      const echo = (view: PacketView): boolean => {
        const reply = view.family === 4 ? answerEcho(view.bytes, SERVER_TTL) : answerEcho6(view);
        if (!reply) return false;
        if (!isEchoLost()) clock.after(roundTrip(path.quality, rng), () => subscriber.deliver(reply));
        return true;
      };
      return {
        send: (packet) => {
          const view = readable(packet);
          if (!view || !isPublic(view) || flows.refuses(view)) return;
          if (!echo(view)) flows.carry(view);
        },
        advertise: (packet) => flows.down(packet),
        drained: () => flows.drained(),
        close: () => flows.close(),
      };
    },
  };
}

interface FlowParts {
  readonly clock: Clock;
  readonly path: Path;
  readonly rng: Rng;
  readonly isLost: () => boolean;
}

/** Everything of one session but its echoes: UDP, TCP and errors, in order through one line each way. */
class Flows {
  readonly #parts: FlowParts;
  readonly #subscriber: Subscriber;
  readonly #tcp: TcpHosts;
  readonly #downlink;
  readonly #uplink;
  #entered = 0;
  #blocked = new Set<TcpConnection>();

  constructor(parts: FlowParts, subscriber: Subscriber) {
    const { clock, rng } = parts;
    this.#parts = parts;
    this.#subscriber = subscriber;
    this.#downlink = createDelayLine(clock, (packet) => {
      if (!parts.isLost()) subscriber.deliver(packet);
    });
    this.#uplink = createDelayLine(clock, (packet) => this.#serve(viewPacket(packet)));
    const towards: TcpPath = {
      clock,
      send: (packet) => this.down(packet),
      room: () => DOWNLINK_BYTES - this.#used(),
      block: (connection) => this.#blocked.add(connection),
      mtu: () => this.#mtu(),
      entered: () => this.#entered,
      left: () => this.#entered - this.#used(),
    };
    this.#tcp = createTcpHosts(towards, rng.fork('tcp'), subscriber.tcpIdleMs);
  }

  /** Too large or too far: the sender is told. */
  refuses(view: PacketView): boolean {
    const mtu = this.#mtu();
    if (view.end > mtu && view.dontFragment) this.#complain(view, 1, { kind: 'too-big', mtu });
    else if (view.hopLimit <= HOPS) this.#complain(view, view.hopLimit, { kind: 'time-exceeded' });
    else return false;
    return true;
  }

  carry(view: PacketView): void {
    const { uplinkBitsPerS } = this.#parts.path.quality;
    if (uplinkBitsPerS === undefined) this.#serve(view);
    // What a slow uplink's buffer does not hold is dropped.
    else if (this.#uplink.bytes < DOWNLINK_BYTES) this.#uplink.push(view.bytes.slice(), 0, uplinkBitsPerS);
  }

  down(packet: Uint8Array): void {
    // Sources stop by themselves; beyond that only answers come, and one day they have to be dropped.
    if (this.#used() > 1.5 * DOWNLINK_BYTES) return;
    this.#entered += packet.length;
    const { minRttMs, maxRttMs, downlinkBitsPerS } = this.#parts.path.quality;
    // Flows keep their order, so they all see the mean of what echoes see.
    this.#downlink.push(packet, minRttMs + (maxRttMs - minRttMs) / 3, downlinkBitsPerS);
  }

  drained(): void {
    if (this.#blocked.size === 0 || this.#used() > DOWNLINK_BYTES / 2) return;
    const waiting = this.#blocked;
    this.#blocked = new Set();
    for (const connection of waiting) connection.pump();
  }

  close(): void {
    this.#tcp.close();
    this.#blocked.clear();
  }

  #serve(view: PacketView): void {
    if (this.#parts.isLost()) return;
    try {
      this.#dispatch(view);
    } catch (error) {
      if (!isHarnessError(error) || !error.code.startsWith('ip.')) throw error;
    }
  }

  #dispatch(view: PacketView): void {
    const to = destinationOf(view);
    const isDns = this.#subscriber.nameServers.some((server) => sameBytes(server, to));
    if (view.protocol === ipProtocol.tcp) this.#tcp.receive(view, isDns);
    else if (view.protocol === ipProtocol.udp) {
      const outcome = answerUdp(view, isDns);
      if (outcome === 'closed') this.down(icmpError(view, to.slice(), { kind: 'port-unreachable' }));
      else if (outcome.answer) this.down(outcome.answer);
    } else if (view.protocol !== ipProtocol.icmp && view.protocol !== ipProtocol.icmpv6 && !view.fragment) {
      this.down(icmpError(view, to.slice(), { kind: 'protocol-unreachable' }));
    }
  }

  #complain(view: PacketView, hop: number, problem: Parameters<typeof icmpError>[2]): void {
    const router =
      view.family === 4 ? addressBytes(`198.51.100.${hop}`) : addressBytes6(`2001:db8:ffff::${hop}`);
    this.down(icmpError(view, router, problem));
  }

  #used(): number {
    return this.#downlink.bytes + this.#subscriber.waiting();
  }

  #mtu(): number {
    return Math.min(this.#subscriber.mtu, this.#parts.path.quality.mtu ?? Infinity);
  }
}

function readable(packet: Uint8Array): PacketView | undefined {
  try {
    return viewPacket(packet);
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('ip.')) return undefined;
    throw error;
  }
}

function isPublic({ bytes, family }: PacketView): boolean {
  return family === 4 ? !isPrivateAddress(get32(bytes, 16)) : isGlobalAddress6(bytes, 24);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
