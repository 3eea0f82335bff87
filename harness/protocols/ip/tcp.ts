import { get16, get32, ipError, ipProtocol, put16, put32 } from './ipv4.ts';
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

export const TCP_HEADER = 20;

/** Control bits (RFC 9293 section 3.1). */
export const tcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/** A TCP segment with what its packet says of both ends: over IPv4 or IPv6. */
export interface TcpSegment extends Endpoints {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly hopLimit: number;
  /** Unsigned, 32 bits. */
  readonly seq: number;
  readonly ack: number;
  /** `tcpFlag.syn | …` */
  readonly flags: number;
  /** As it stands in the header: not scaled. */
  readonly window: number;
  /** Of a SYN: maximum segment size and window scale (RFC 7323 section 2). */
  readonly mss?: number | undefined;
  readonly windowScale?: number | undefined;
  readonly payload: Uint8Array;
}

/** The whole IP packet. */
export function encodeTcp(segment: TcpSegment): Uint8Array {
  const { mss, windowScale, payload } = segment;
  const header = TCP_HEADER + (mss === undefined ? 0 : 4) + (windowScale === undefined ? 0 : 4);
  const packet = createPacket(segment, ipProtocol.tcp, segment.hopLimit, header + payload.length);
  const family = familyOfAddress(segment.source);
  const at = headerLength(family);
  put16(packet, at, segment.sourcePort);
  put16(packet, at + 2, segment.destinationPort);
  put32(packet, at + 4, segment.seq);
  put32(packet, at + 8, segment.ack);
  packet[at + 12] = (header >>> 2) << 4;
  packet[at + 13] = segment.flags;
  put16(packet, at + 14, segment.window);
  let option = at + TCP_HEADER;
  if (mss !== undefined) {
    put16(packet, option, 0x0204);
    put16(packet, option + 2, mss);
    option += 4;
  }
  if (windowScale !== undefined) {
    put16(packet, option, 0x0103); // a no-operation keeps the header a multiple of four
    put16(packet, option + 2, 0x0300 | windowScale);
  }
  packet.set(payload, at + header);
  put16(packet, at + 16, transportChecksum(packet, family, ipProtocol.tcp, at, packet.length));
  return packet;
}

/**
 * The segment in a packet; undefined for other protocols and for fragments. Unknown options are skipped.
 * @throws HarnessError as viewPacket, `ip.truncated`, `ip.bad-length`, `ip.bad-checksum`
 */
export function decodeTcp(packet: Uint8Array | PacketView): TcpSegment | undefined {
  const view = 'family' in packet ? packet : viewPacket(packet);
  const { bytes, start, end } = view;
  if (view.protocol !== ipProtocol.tcp || view.fragment) return undefined;
  if (end - start < TCP_HEADER) throw ipError('ip.truncated', `a TCP header ends after ${end - start} bytes`);
  const data = start + ((bytes[start + 12] as number) >>> 4) * 4;
  if (data < start + TCP_HEADER || data > end) {
    throw ipError('ip.bad-length', `a TCP header of ${data - start} bytes in ${end - start}`);
  }
  if (!isIntact(view)) throw ipError('ip.bad-checksum', 'wrong TCP checksum');
  return {
    source: sourceOf(view),
    destination: destinationOf(view),
    sourcePort: get16(bytes, start),
    destinationPort: get16(bytes, start + 2),
    hopLimit: view.hopLimit,
    seq: get32(bytes, start + 4),
    ack: get32(bytes, start + 8),
    flags: (bytes[start + 13] as number) & 0x3f,
    window: get16(bytes, start + 14),
    mss: option(bytes, start + TCP_HEADER, data, 2, 4),
    windowScale: option(bytes, start + TCP_HEADER, data, 3, 3),
    payload: bytes.subarray(data, end),
  };
}

/** The value of an option of this kind and length. Options that are cut off or have no length end the search. */
function option(
  bytes: Uint8Array,
  from: number,
  to: number,
  kind: number,
  length: number,
): number | undefined {
  for (let at = from; at < to && bytes[at] !== 0;) {
    if (bytes[at] === 1) {
      at++;
      continue;
    }
    const present = at + 1 < to ? (bytes[at + 1] as number) : 0;
    if (present < 2 || at + present > to) return undefined;
    if (bytes[at] === kind && present === length) {
      return length === 4 ? get16(bytes, at + 2) : (bytes[at + 2] as number);
    }
    at += present;
  }
  return undefined;
}
