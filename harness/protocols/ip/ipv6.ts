import { addressAt6, addressBytes6 } from './address6.ts';
import { get16, ipError, put16 } from './ipv4.ts';

/** Length of the fixed header, in bytes. */
export const IPV6_HEADER = 40;

/** An IPv6 packet (RFC 8200 section 3). Extension headers, where there are any, stand in the payload. */
export interface Ipv6Packet {
  readonly source: string;
  readonly destination: string;
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly flowLabel: number;
  readonly payload: Uint8Array;
}

export type Ipv6Fields = Pick<Ipv6Packet, 'source' | 'destination' | 'nextHeader' | 'payload'> &
  Partial<Ipv6Packet>;

export function encodeIpv6(fields: Ipv6Fields): Uint8Array {
  const { payload } = fields;
  if (payload.length > 0xffff) throw ipError('ip.bad-length', `an IPv6 payload of ${payload.length} bytes`);
  const trafficClass = fields.trafficClass ?? 0;
  const flowLabel = fields.flowLabel ?? 0;
  const packet = new Uint8Array(IPV6_HEADER + payload.length);
  packet[0] = 0x60 | (trafficClass >>> 4);
  packet[1] = ((trafficClass & 15) << 4) | (flowLabel >>> 16);
  put16(packet, 2, flowLabel & 0xffff);
  put16(packet, 4, payload.length);
  packet[6] = fields.nextHeader;
  packet[7] = fields.hopLimit ?? 64;
  packet.set(addressBytes6(fields.source), 8);
  packet.set(addressBytes6(fields.destination), 24);
  packet.set(payload, IPV6_HEADER);
  return packet;
}

/**
 * Bytes after the payload's length are padding and dropped.
 * @throws HarnessError `ip.truncated`, `ip.bad-version`
 */
export function decodeIpv6(bytes: Uint8Array): Ipv6Packet {
  const end = checkIpv6(bytes);
  const second = bytes[1] as number;
  return {
    source: addressAt6(bytes, 8),
    destination: addressAt6(bytes, 24),
    nextHeader: bytes[6] as number,
    hopLimit: bytes[7] as number,
    trafficClass: (((bytes[0] as number) & 15) << 4) | (second >>> 4),
    flowLabel: ((second & 15) << 16) | get16(bytes, 2),
    payload: bytes.subarray(IPV6_HEADER, end),
  };
}

/** Checks everything about a header and returns where the packet ends. Throws as `decodeIpv6`. */
export function checkIpv6(bytes: Uint8Array): number {
  if (bytes.length < IPV6_HEADER) throw truncated(bytes.length, IPV6_HEADER);
  const version = (bytes[0] as number) >>> 4;
  if (version !== 6) throw ipError('ip.bad-version', `not an IPv6 packet: version ${version}`);
  const end = IPV6_HEADER + get16(bytes, 4);
  if (bytes.length < end) throw truncated(bytes.length, end);
  return end;
}

function truncated(present: number, wanted: number): Error {
  return ipError('ip.truncated', `an IPv6 packet of ${wanted} bytes ends after ${present}`);
}
