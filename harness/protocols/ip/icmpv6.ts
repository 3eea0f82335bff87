import { ipError, ipProtocol, put16 } from './ipv4.ts';
import { IPV6_HEADER } from './ipv6.ts';
import {
  createPacket,
  destinationOf,
  isIntact,
  sourceOf,
  transportChecksum,
  viewPacket,
  type Endpoints,
  type PacketView,
} from './packet.ts';

/** RFC 4443, RFC 4861. */
export const icmpv6Type = {
  destinationUnreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  echoRequest: 128,
  echoReply: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighborSolicitation: 135,
  neighborAdvertisement: 136,
} as const;

/** An ICMPv6 message; `body` is what follows the checksum. */
export interface Icmpv6Message extends Endpoints {
  readonly type: number;
  readonly code: number;
  readonly hopLimit: number;
  readonly body: Uint8Array;
}

/** The whole IPv6 packet. */
export function encodeIcmpv6(message: Icmpv6Message): Uint8Array {
  const packet = createPacket(message, ipProtocol.icmpv6, message.hopLimit, 4 + message.body.length);
  packet[IPV6_HEADER] = message.type;
  packet[IPV6_HEADER + 1] = message.code;
  packet.set(message.body, IPV6_HEADER + 4);
  const sum = transportChecksum(packet, 6, ipProtocol.icmpv6, IPV6_HEADER, packet.length);
  put16(packet, IPV6_HEADER + 2, sum);
  return packet;
}

/**
 * The message in a packet; undefined for other protocols.
 * @throws HarnessError as viewPacket, `ip.truncated`, `ip.bad-checksum`
 */
export function decodeIcmpv6(packet: Uint8Array | PacketView): Icmpv6Message | undefined {
  const view = 'family' in packet ? packet : viewPacket(packet);
  const { bytes, start, end } = view;
  if (view.family !== 6 || view.protocol !== ipProtocol.icmpv6) return undefined;
  if (end - start < 8) throw ipError('ip.truncated', `an ICMPv6 message ends after ${end - start} bytes`);
  if (!isIntact(view)) throw ipError('ip.bad-checksum', 'wrong ICMPv6 checksum');
  return {
    source: sourceOf(view),
    destination: destinationOf(view),
    hopLimit: view.hopLimit,
    type: bytes[start] as number,
    code: bytes[start + 1] as number,
    body: bytes.subarray(start + 4, end),
  };
}
