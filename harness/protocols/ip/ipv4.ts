import { HarnessError } from '../../core/errors.ts';
import { addressAt, parseAddress } from './address.ts';
import { checksum } from './checksum.ts';

/** Protocol of IPv4, next header of IPv6 (IANA protocol-numbers). */
export const ipProtocol = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** Length of a header without options, in bytes. */
export const IPV4_HEADER = 20;

/** An IPv4 packet (RFC 791 section 3.1). Addresses are dotted quads. */
export interface Ipv4Packet {
  readonly source: string;
  readonly destination: string;
  /** `ipProtocol.icmp` … */
  readonly protocol: number;
  readonly ttl: number;
  readonly tos: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In units of 8 bytes. */
  readonly fragmentOffset: number;
  /** IP options as they stand, a multiple of 4 bytes. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

/** What a sender has to say; the rest is 0. */
export type Ipv4Fields = Pick<Ipv4Packet, 'source' | 'destination' | 'protocol' | 'payload'> &
  Partial<Ipv4Packet>;

export function encodeIpv4(fields: Ipv4Fields): Uint8Array {
  const options = fields.options ?? NOTHING;
  const header = IPV4_HEADER + options.length;
  const total = header + fields.payload.length;
  if (options.length % 4 !== 0 || options.length > 40 || total > 0xffff) throw badLength(total);
  const packet = new Uint8Array(total);
  packet.set(options, IPV4_HEADER);
  packet.set(fields.payload, header);
  const flags = (fields.dontFragment ? 0x4000 : 0) | (fields.moreFragments ? 0x2000 : 0);
  packet[0] = 0x40 | (header >>> 2);
  packet[1] = fields.tos ?? 0;
  put16(packet, 2, total);
  put16(packet, 4, fields.identification ?? 0);
  put16(packet, 6, flags | (fields.fragmentOffset ?? 0));
  packet[8] = fields.ttl ?? 64;
  packet[9] = fields.protocol;
  put32(packet, 12, parseAddress(fields.source));
  put32(packet, 16, parseAddress(fields.destination));
  put16(packet, 10, checksum(packet, 0, header));
  return packet;
}

/**
 * Bytes after the total length are padding and dropped.
 * @throws HarnessError `ip.truncated`, `ip.bad-version`, `ip.bad-length`, `ip.bad-checksum`
 */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet {
  const header = checkIpv4(bytes);
  const flags = get16(bytes, 6);
  return {
    source: addressAt(bytes, 12),
    destination: addressAt(bytes, 16),
    protocol: bytes[9] as number,
    ttl: bytes[8] as number,
    tos: bytes[1] as number,
    identification: get16(bytes, 4),
    dontFragment: (flags & 0x4000) !== 0,
    moreFragments: (flags & 0x2000) !== 0,
    fragmentOffset: flags & 0x1fff,
    options: bytes.subarray(IPV4_HEADER, header),
    payload: bytes.subarray(header, get16(bytes, 2)),
  };
}

/** Checks everything about a header and returns its length in bytes. Throws as `decodeIpv4`. */
export function checkIpv4(bytes: Uint8Array): number {
  if (bytes.length < IPV4_HEADER) throw truncated(bytes.length, IPV4_HEADER);
  const first = bytes[0] as number;
  if (first >>> 4 !== 4) throw ipError('ip.bad-version', `not an IPv4 packet: version ${first >>> 4}`);
  const header = (first & 15) * 4;
  const total = get16(bytes, 2);
  if (header < IPV4_HEADER || total < header) throw badLength(total);
  if (bytes.length < total) throw truncated(bytes.length, total);
  if (checksum(bytes, 0, header) !== 0) throw ipError('ip.bad-checksum', 'wrong IPv4 header checksum');
  return header;
}

export function get16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function get32(bytes: Uint8Array, at: number): number {
  return get16(bytes, at) * 65_536 + get16(bytes, at + 2);
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value & 0xffff);
}

const NOTHING = new Uint8Array(0);

function badLength(total: number): HarnessError {
  return ipError('ip.bad-length', `impossible length of an IPv4 packet: ${total}`);
}

function truncated(present: number, wanted: number): HarnessError {
  return ipError('ip.truncated', `an IPv4 packet of ${wanted} bytes ends after ${present}`);
}

/** An error about bytes that came in: nothing was changed by reading them. */
export function ipError(code: `ip.${string}`, message: string): HarnessError {
  return new HarnessError(message, { code, blame: 'dut', effect: 'none' });
}
