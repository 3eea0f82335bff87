import { isHarnessError } from '../../../../core/errors.ts';
import { macBytes } from '../../../../protocols/ethernet/frame.ts';
import { addressAt } from '../../../../protocols/ip/address.ts';
import { addressAt6, addressBytes6, isLinkLocal6 } from '../../../../protocols/ip/address6.ts';
import { ipProtocol } from '../../../../protocols/ip/ipv4.ts';
import { familyOf, viewPacket, type PacketView } from '../../../../protocols/ip/packet.ts';
import { sameBytes } from '../../../network/internet/internet.ts';
import type { Session } from '../../../network/network.ts';
import type { NetworkPort } from '../../port.ts';
import { joinFamilies, type LinkSessions, type PacketFlow } from './families.ts';
import { answerDhcp, isForDhcpServer } from './dhcp-server.ts';
import { createEthernetEnd, type EthernetEnd } from './ethernet.ts';

export interface LinkOptions {
  readonly interfaceNumber: number;
  readonly framing: 'raw-ip' | 'ethernet';
  /** Of the host's end, six octets, for Ethernet framing: `02:15:6f:00:00:01`. */
  readonly hostAddress: string;
}

/**
 * The data path of one network function: sessions on one side, bulk transfers on the other. It brings the modem's own
 * DHCP server with it, and where the framing is Ethernet its ARP and its proxy for Neighbor Discovery.
 */
export interface Link {
  /** For `ModemFunction.network`. */
  readonly port: NetworkPort;
  /** WDA Set Data Format, CTL Set Data Format. */
  setFraming(framing: 'raw-ip' | 'ethernet'): void;
  /** Which sessions carry packets from now on; none: what the host sends is dropped. Takes over their `onReadable`. */
  bind(sessions: LinkSessions): void;
  /** The device leaves USB. */
  vanish(): void;
}

export function createLink(options: LinkOptions): Link {
  return new SessionLink(options);
}

/** What the modem itself has to say (DHCP, ARP) while the host reads nothing; more is dropped. */
const OWN_WAITING = 64;
const LEASE_S = 7_200;

class SessionLink implements Link {
  readonly port: NetworkPort;
  readonly #own: Uint8Array[] = [];
  readonly #ethernet: EthernetEnd;
  #framing: 'raw-ip' | 'ethernet';
  #sessions: LinkSessions = {};
  #flow: PacketFlow = joinFamilies({});
  #onReadable: (() => void) | undefined;
  #onConnected: ((connected: boolean) => void) | undefined;
  #onGone: (() => void) | undefined;

  constructor(options: LinkOptions) {
    const hostMac = macBytes(options.hostAddress);
    this.#framing = options.framing;
    this.#ethernet = createEthernetEnd({
      hostMac,
      modemMac: modemMacFor(hostMac),
      reply: (frame) => this.#say(frame),
      isHosts: (address) => this.#isHosts(address),
    });
    this.port = this.#createPort(options);
  }

  setFraming(framing: 'raw-ip' | 'ethernet'): void {
    if (framing !== this.#framing) this.#own.length = 0;
    this.#framing = framing;
  }

  bind(sessions: LinkSessions): void {
    const before = this.port.connected;
    const { ipv4, ipv6 } = sessions;
    for (const old of [this.#sessions.ipv4, this.#sessions.ipv6]) {
      if (old && old !== ipv4 && old !== ipv6) old.onReadable(undefined);
    }
    this.#sessions = sessions;
    this.#flow = joinFamilies(sessions);
    this.#flow.onReadable(() => this.#onReadable?.());
    if (this.port.connected !== before) this.#onConnected?.(!before);
  }

  vanish(): void {
    this.bind({});
    this.#own.length = 0;
    queueMicrotask(() => this.#onGone?.());
  }

  #createPort({ interfaceNumber, hostAddress }: LinkOptions): NetworkPort {
    const framing = (): 'raw-ip' | 'ethernet' => this.#framing;
    const connected = (): boolean => this.#sessions.ipv4 !== undefined || this.#sessions.ipv6 !== undefined;
    return {
      interfaceNumber,
      hostAddress,
      get framing() {
        return framing();
      },
      get connected() {
        return connected();
      },
      send: (transfer) => this.#send(transfer),
      receive: () => this.#receive(),
      onReadable: (f) => {
        this.#onReadable = f;
      },
      onConnected: (f) => {
        this.#onConnected = f;
      },
      onGone: (f) => {
        this.#onGone = f;
      },
    };
  }

  #send(transfer: Uint8Array): void {
    const packet = this.#framing === 'ethernet' ? this.#ethernet.unwrap(transfer) : transfer;
    if (!packet) return;
    const { ipv4 } = this.#sessions;
    if (familyOf(packet) === 4 && ipv4 && this.#served(packet, ipv4)) return;
    this.#flow.send(packet);
  }

  /** @returns true: it was for the modem's own DHCP server */
  #served(packet: Uint8Array, session: Session): boolean {
    if (packet[9] !== ipProtocol.udp || !session.ipv4) return false;
    const view = viewOrNothing(packet);
    if (!view || !isForDhcpServer(view)) return false;
    const answer = answerDhcp(view, { ...session.ipv4, mtu: session.mtu, leaseS: LEASE_S });
    if (answer) this.#say(this.#framed(answer));
    return true;
  }

  #receive(): Uint8Array | undefined {
    const own = this.#own.shift();
    if (own) return own;
    const packet = this.#flow.receive();
    return packet && this.#framed(packet);
  }

  #framed(packet: Uint8Array): Uint8Array {
    return this.#framing === 'ethernet' ? this.#ethernet.wrap(packet) : packet;
  }

  #say(transfer: Uint8Array): void {
    if (this.#own.length === OWN_WAITING) return;
    this.#own.push(transfer);
    // Not inside the host's own call.
    if (this.#own.length === 1) queueMicrotask(() => this.#onReadable?.());
  }

  #isHosts(address: Uint8Array): boolean {
    if (address.length === 4) return addressAt(address, 0) === this.#sessions.ipv4?.ipv4?.address;
    const own = this.#sessions.ipv6?.ipv6?.address;
    // Everything in its /64 is the host's, and so are link-local addresses but the gateway's.
    if (own === undefined) return false;
    if (isLinkLocal6(address)) return addressAt6(address, 0) !== this.#sessions.ipv6?.ipv6?.gateway;
    return sameBytes(address.subarray(0, 8), addressBytes6(own).subarray(0, 8));
  }
}

/** The modem's own end: its host's address with another last bit. */
function modemMacFor(hostMac: Uint8Array): Uint8Array {
  const mac = hostMac.slice();
  mac[5] = (mac[5] ?? 0) ^ 1;
  return mac;
}

function viewOrNothing(packet: Uint8Array): PacketView | undefined {
  try {
    return viewPacket(packet);
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('ip.')) return undefined;
    throw error;
  }
}
