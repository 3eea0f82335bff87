import { checksum, checksumWith } from './checksum.ts';
import { checkIpv4, get16, IPV4_HEADER, ipError, ipProtocol, put16 } from './ipv4.ts';
import { checkIpv6, IPV6_HEADER } from './ipv6.ts';

/** Where the parts of a packet of either family stand: the data path reads packets in place. */
export interface PacketView {
  readonly bytes: Uint8Array;
  readonly family: 4 | 6;
  /** `ipProtocol.udp` …; of IPv6 the next header, extension headers included. */
  readonly protocol: number;
  readonly hopLimit: number;
  /** Where the payload starts and where the packet ends. */
  readonly start: number;
  readonly end: number;
  /** A part of a larger packet. */
  readonly fragment: boolean;
  /** Always true for IPv6: routers never fragment it. */
  readonly dontFragment: boolean;
}

/** Both ends of a packet: four octets each, or sixteen. */
export interface Endpoints {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** The version in a packet's first octet; undefined: neither. */
export function familyOf(bytes: Uint8Array): 4 | 6 | undefined {
  const version = (bytes[0] ?? 0) >>> 4;
  return version === 4 || version === 6 ? version : undefined;
}

/** @throws HarnessError as decodeIpv4 and decodeIpv6 */
export function viewPacket(bytes: Uint8Array): PacketView {
  if (familyOf(bytes) === 6) {
    const end = checkIpv6(bytes);
    const [protocol, hopLimit] = [bytes[6] as number, bytes[7] as number];
    const dontFragment = true;
    return { bytes, family: 6, protocol, hopLimit, start: IPV6_HEADER, end, fragment: false, dontFragment };
  }
  const start = checkIpv4(bytes);
  const flags = get16(bytes, 6);
  return {
    bytes,
    family: 4,
    protocol: bytes[9] as number,
    hopLimit: bytes[8] as number,
    start,
    end: get16(bytes, 2),
    fragment: (flags & 0x3fff) !== 0,
    dontFragment: (flags & 0x4000) !== 0,
  };
}

export function sourceOf({ bytes, family }: PacketView): Uint8Array {
  return family === 4 ? bytes.subarray(12, 16) : bytes.subarray(8, 24);
}

export function destinationOf({ bytes, family }: PacketView): Uint8Array {
  return family === 4 ? bytes.subarray(16, 20) : bytes.subarray(24, 40);
}

export function headerLength(family: 4 | 6): number {
  return family === 4 ? IPV4_HEADER : IPV6_HEADER;
}

export function familyOfAddress(address: Uint8Array): 4 | 6 {
  return address.length === 4 ? 4 : 6;
}

/** A packet with its header filled in and room for so many bytes behind it. IPv4 ones say Don't Fragment. */
export function createPacket(
  ends: Endpoints,
  protocol: number,
  hopLimit: number,
  length: number,
): Uint8Array {
  return ends.source.length === 4
    ? createPacket4(ends, protocol, hopLimit, length)
    : createPacket6(ends, protocol, hopLimit, length);
}

function createPacket4(ends: Endpoints, protocol: number, ttl: number, length: number): Uint8Array {
  const total = IPV4_HEADER + length;
  if (total > 0xffff) throw ipError('ip.bad-length', `an IPv4 packet of ${total} bytes`);
  const packet = new Uint8Array(total);
  packet[0] = 0x45;
  put16(packet, 2, total);
  packet[6] = 0x40;
  packet[8] = ttl;
  packet[9] = protocol;
  packet.set(ends.source, 12);
  packet.set(ends.destination, 16);
  put16(packet, 10, checksum(packet, 0, IPV4_HEADER));
  return packet;
}

function createPacket6(ends: Endpoints, protocol: number, hopLimit: number, length: number): Uint8Array {
  if (length > 0xffff) throw ipError('ip.bad-length', `an IPv6 payload of ${length} bytes`);
  const packet = new Uint8Array(IPV6_HEADER + length);
  packet[0] = 0x60;
  put16(packet, 4, length);
  packet[6] = protocol;
  packet[7] = hopLimit;
  packet.set(ends.source, 8);
  packet.set(ends.destination, 24);
  return packet;
}

/**
 * The checksum of TCP, UDP and ICMPv6 with its pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1). Over a
 * payload that holds its own right checksum it is 0.
 */
export function transportChecksum(
  bytes: Uint8Array,
  family: 4 | 6,
  protocol: number,
  start: number,
  end: number,
): number {
  let sum = protocol + (end - start);
  const [from, to] = family === 4 ? [12, 20] : [8, 40];
  for (let i = from; i < to; i += 2) sum += get16(bytes, i);
  return checksumWith(sum, bytes, start, end);
}

/** Does the transport checksum of this packet hold? An absent one of UDP over IPv4 does. */
export function isIntact({ bytes, family, protocol, start, end }: PacketView): boolean {
  if (protocol === ipProtocol.udp && family === 4 && end - start >= 8 && get16(bytes, start + 6) === 0)
    return true;
  if (protocol === ipProtocol.icmp) return checksum(bytes, start, end) === 0;
  return transportChecksum(bytes, family, protocol, start, end) === 0;
}
