import { checksum } from '../../../protocols/ip/checksum.ts';
import { encodeIcmpv6, icmpv6Type } from '../../../protocols/ip/icmpv6.ts';
import { ipProtocol, put16 } from '../../../protocols/ip/ipv4.ts';
import {
  createPacket,
  destinationOf,
  headerLength,
  isIntact,
  sourceOf,
  type PacketView,
} from '../../../protocols/ip/packet.ts';
import { HOPS, SERVER_TTL } from './path.ts';

/** What a router or a host says about a packet that it could not deliver. */
export type IcmpProblem =
  | { readonly kind: 'port-unreachable' | 'protocol-unreachable' | 'time-exceeded' }
  | { readonly kind: 'too-big'; readonly mtu: number };

/** Of the offending packet: enough for its ports (RFC 792) and, for newer hosts, more (RFC 1812 4.3.2.3). */
const QUOTED = 512;

/** The answer to an echo request of IPv6; undefined for anything else. */
export function answerEcho6(view: PacketView): Uint8Array | undefined {
  const { bytes, start, end } = view;
  if (view.protocol !== ipProtocol.icmpv6 || end - start < 8) return undefined;
  if (bytes[start] !== icmpv6Type.echoRequest || !isIntact(view)) return undefined;
  return encodeIcmpv6({
    source: destinationOf(view),
    destination: sourceOf(view),
    hopLimit: SERVER_TTL,
    type: icmpv6Type.echoReply,
    code: 0,
    body: bytes.subarray(start + 4, end),
  });
}

/** The ICMP or ICMPv6 error about a packet, from this router or host. */
export function icmpError(view: PacketView, from: Uint8Array, problem: IcmpProblem): Uint8Array {
  const quoted = view.bytes.subarray(0, Math.min(view.end, QUOTED));
  const ends = { source: from, destination: sourceOf(view) };
  return view.family === 4 ? icmpError4(ends, quoted, problem) : icmpError6(ends, quoted, problem);
}

type Ends = { readonly source: Uint8Array; readonly destination: Uint8Array };

/** RFC 792; the next hop's MTU: RFC 1191 section 4. */
function icmpError4(ends: Ends, quoted: Uint8Array, problem: IcmpProblem): Uint8Array {
  const packet = createPacket(ends, ipProtocol.icmp, SERVER_TTL + HOPS, 8 + quoted.length);
  const at = headerLength(4);
  packet[at] = problem.kind === 'time-exceeded' ? 11 : 3;
  packet[at + 1] = { 'port-unreachable': 3, 'protocol-unreachable': 2, 'time-exceeded': 0, 'too-big': 4 }[
    problem.kind
  ];
  if (problem.kind === 'too-big') put16(packet, at + 6, problem.mtu);
  packet.set(quoted, at + 8);
  put16(packet, at + 2, checksum(packet, at, packet.length));
  return packet;
}

/** RFC 4443 section 3. */
function icmpError6(ends: Ends, quoted: Uint8Array, problem: IcmpProblem): Uint8Array {
  const { destinationUnreachable, packetTooBig, timeExceeded } = icmpv6Type;
  const [type, code] = {
    'port-unreachable': [destinationUnreachable, 4] as const,
    'protocol-unreachable': [4, 1] as const, // Parameter Problem: unrecognized Next Header
    'time-exceeded': [timeExceeded, 0] as const,
    'too-big': [packetTooBig, 0] as const,
  }[problem.kind];
  const body = new Uint8Array(4 + quoted.length);
  if (problem.kind === 'too-big') put16(body, 2, problem.mtu);
  if (problem.kind === 'protocol-unreachable') body[3] = 6; // where the next header field stands
  body.set(quoted, 4);
  return encodeIcmpv6({ ...ends, hopLimit: SERVER_TTL + HOPS, type, code, body });
}
