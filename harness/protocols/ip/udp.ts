import { get16, ipError, ipProtocol, put16 } from './ipv4.ts';
import {
  createPacket,
  destinationOf,
  familyOfAddress,
  headerLength,
  isIntact,
  sourceOf,
  transportChecksum,
  viewPacket,
  type Endpoints,
  type PacketView,
} from './packet.ts';

export const UDP_HEADER = 8;

/** A UDP datagram (RFC 768) with what its packet says of both ends: over IPv4 or IPv6. */
export interface UdpDatagram extends Endpoints {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly hopLimit: number;
  readonly payload: Uint8Array;
}

/** The whole IP packet. A checksum that comes out as 0 is sent as 0xffff. */
export function encodeUdp(datagram: UdpDatagram): Uint8Array {
  const { payload } = datagram;
  const length = UDP_HEADER + payload.length;
  const packet = createPacket(datagram, ipProtocol.udp, datagram.hopLimit, length);
  const family = familyOfAddress(datagram.source);
  const at = headerLength(family);
  put16(packet, at, datagram.sourcePort);
  put16(packet, at + 2, datagram.destinationPort);
  put16(packet, at + 4, length);
  packet.set(payload, at + UDP_HEADER);
  put16(packet, at + 6, transportChecksum(packet, family, ipProtocol.udp, at, packet.length) || 0xffff);
  return packet;
}

/**
 * The datagram in a packet; undefined for other protocols and for fragments.
 * @throws HarnessError as viewPacket, `ip.truncated`, `ip.bad-length`, `ip.bad-checksum`
 */
export function decodeUdp(packet: Uint8Array | PacketView): UdpDatagram | undefined {
  const view = 'family' in packet ? packet : viewPacket(packet);
  const { bytes, start } = view;
  if (view.protocol !== ipProtocol.udp || view.fragment) return undefined;
  const present = view.end - start;
  if (present < UDP_HEADER) throw ipError('ip.truncated', `a UDP header ends after ${present} bytes`);
  const length = get16(bytes, start + 4);
  if (length < UDP_HEADER || length > present) {
    throw ipError('ip.bad-length', `a UDP datagram of ${length} bytes in ${present}`);
  }
  if (!isIntact({ ...view, end: start + length })) throw ipError('ip.bad-checksum', 'wrong UDP checksum');
  return {
    source: sourceOf(view),
    destination: destinationOf(view),
    sourcePort: get16(bytes, start),
    destinationPort: get16(bytes, start + 2),
    hopLimit: view.hopLimit,
    payload: bytes.subarray(start + UDP_HEADER, start + length),
  };
}
