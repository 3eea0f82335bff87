import { isHarnessError } from '../../core/errors.ts';
import { addressAt6, addressBytes6, isLinkLocal6 } from '../../protocols/ip/address6.ts';
import { decodeIcmpv6, encodeIcmpv6, icmpv6Type, type Icmpv6Message } from '../../protocols/ip/icmpv6.ts';
import { ipProtocol } from '../../protocols/ip/ipv4.ts';
import {
  decodeNeighborMessage,
  encodeNeighborMessage,
  encodeRouterAdvertisement,
} from '../../protocols/ip/neighbor.ts';
import { sameBytes } from './internet/internet.ts';
import type { Ipv6Settings } from './network.ts';

/** The packet gateway's end of the link: Router Advertisements, and what is addressed to itself. */
export interface Gateway6 {
  /** Unasked, to all nodes. */
  advertise(): void;
  /** True: the packet stays on the link, answered or not. */
  take(packet: Uint8Array): boolean;
}

const ALL_NODES = addressBytes6('ff02::1');
const FOREVER = 0xffff_ffff;
/** The longest that there is: with it nothing has to be repeated (TS 29.061 11.2.1.3.2, RFC 8319). */
const LIFETIME_S = 65_535;

export function createGateway6(
  settings: Ipv6Settings,
  mtu: number,
  send: (packet: Uint8Array) => void,
): Gateway6 {
  const source = addressBytes6(settings.gateway);
  const prefix = addressBytes6(settings.address).fill(0, 8);
  const say = (destination: Uint8Array, type: number, body: Uint8Array): void =>
    send(encodeIcmpv6({ source, destination: destination.slice(), hopLimit: 255, type, code: 0, body }));
  const advertise = (destination: Uint8Array): void =>
    say(
      destination,
      icmpv6Type.routerAdvertisement,
      encodeRouterAdvertisement({
        hopLimit: 64,
        managed: false,
        otherConfiguration: false,
        lifetimeS: LIFETIME_S,
        options: [
          {
            kind: 'prefix',
            prefix: addressAt6(prefix, 0),
            length: settings.prefixLength,
            onLink: false, // nobody else is there
            autonomous: true,
            validS: FOREVER,
            preferredS: FOREVER,
          },
          { kind: 'mtu', mtu },
          { kind: 'rdnss', lifetimeS: FOREVER, servers: settings.dns },
        ],
      }),
    );

  const answer = (message: Icmpv6Message): void => {
    const { type, source: from, destination, body } = message;
    const unspecified = from.every((octet) => octet === 0);
    if (type === icmpv6Type.routerSolicitation) advertise(unspecified ? ALL_NODES : from);
    else if (type === icmpv6Type.echoRequest && sameBytes(destination, source))
      say(from, icmpv6Type.echoReply, body);
    else if (type === icmpv6Type.neighborSolicitation && !unspecified) {
      const { target } = decodeNeighborMessage(body);
      if (target !== settings.gateway) return;
      const flags = { router: true, solicited: true, override: true };
      say(from, icmpv6Type.neighborAdvertisement, encodeNeighborMessage({ target, ...flags, options: [] }));
    }
  };

  return {
    advertise: () => advertise(ALL_NODES),
    take: (packet) => {
      if (packet[24] !== 0xff && !isLinkLocal6(packet, 24) && !isLinkLocal6(packet, 8)) return false;
      if (packet[6] === ipProtocol.icmpv6) withoutDamage(() => decodeIcmpv6(packet), answer);
      return true;
    },
  };
}

/** Is the packet's source in the /64 of this address? */
export function isFromPrefix(packet: Uint8Array, address: Uint8Array): boolean {
  return sameBytes(packet.subarray(8, 16), address.subarray(0, 8));
}

function withoutDamage(
  read: () => Icmpv6Message | undefined,
  answer: (message: Icmpv6Message) => void,
): void {
  try {
    const message = read();
    if (message) answer(message);
  } catch (error) {
    if (!isHarnessError(error) || !error.code.startsWith('ip.')) throw error;
  }
}
