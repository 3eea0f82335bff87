import { addressAt, parseAddress } from './address.ts';
import { checksum } from './checksum.ts';
import { checkIpv4, get16, IPV4_HEADER, ipError, ipProtocol, put16, put32 } from './ipv4.ts';

const ECHO_REPLY = 0;
const ECHO_REQUEST = 8;
const ICMP_HEADER = 8;

/** An ICMP echo (RFC 792, page 14) with what `ping` shows of the IPv4 header around it. */
export interface IcmpEcho {
  readonly type: 'request' | 'reply';
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly id: number;
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** The whole IPv4 packet of an echo request or reply. */
export function encodeEcho(echo: IcmpEcho): Uint8Array {
  const total = IPV4_HEADER + ICMP_HEADER + echo.payload.length;
  const packet = new Uint8Array(total);
  packet.set(echo.payload, IPV4_HEADER + ICMP_HEADER);
  packet[0] = 0x45;
  put16(packet, 2, total);
  packet[6] = 0x40; // ping of busybox and iputils sets Don't Fragment on packets of its own size
  packet[8] = echo.ttl;
  packet[9] = ipProtocol.icmp;
  put32(packet, 12, parseAddress(echo.source));
  put32(packet, 16, parseAddress(echo.destination));
  put16(packet, 10, checksum(packet, 0, IPV4_HEADER));
  packet[20] = echo.type === 'request' ? ECHO_REQUEST : ECHO_REPLY;
  put16(packet, 24, echo.id);
  put16(packet, 26, echo.seq);
  put16(packet, 22, checksum(packet, IPV4_HEADER, total));
  return packet;
}

/**
 * The echo in an IPv4 packet; undefined for any other healthy packet, fragments included.
 * @throws HarnessError as `decodeIpv4`, or `ip.bad-checksum` for the ICMP part
 */
export function decodeEcho(packet: Uint8Array): IcmpEcho | undefined {
  const header = checkIpv4(packet);
  const total = get16(packet, 2);
  if (!holdsEcho(packet, header, total)) return undefined;
  if (checksum(packet, header, total) !== 0) throw ipError('ip.bad-checksum', 'wrong ICMP checksum');
  return {
    type: packet[header] === ECHO_REQUEST ? 'request' : 'reply',
    source: addressAt(packet, 12),
    destination: addressAt(packet, 16),
    ttl: packet[8] as number,
    id: get16(packet, header + 4),
    seq: get16(packet, header + 6),
    payload: packet.subarray(header + ICMP_HEADER, total),
  };
}

/** The packet that answers an echo request, as a host this many hops away sends it; undefined for anything else. */
export function answerEcho(packet: Uint8Array, ttl: number): Uint8Array | undefined {
  const header = checkIpv4(packet);
  const total = get16(packet, 2);
  if (!holdsEcho(packet, header, total) || packet[header] !== ECHO_REQUEST) return undefined;
  if (checksum(packet, header, total) !== 0) return undefined; // a host drops what is damaged
  const answer = packet.slice(0, total);
  answer.copyWithin(12, 16, 20);
  answer.set(packet.subarray(12, 16), 16);
  answer[8] = ttl;
  put16(answer, 10, 0);
  put16(answer, 10, checksum(answer, 0, header));
  answer[header] = ECHO_REPLY;
  put16(answer, header + 2, 0);
  put16(answer, header + 2, checksum(answer, header, total));
  return answer;
}

function holdsEcho(packet: Uint8Array, header: number, total: number): boolean {
  if (packet[9] !== ipProtocol.icmp || total < header + ICMP_HEADER) return false;
  if ((get16(packet, 6) & 0x3fff) !== 0) return false; // a fragment
  const type = packet[header];
  return (type === ECHO_REQUEST || type === ECHO_REPLY) && packet[header + 1] === 0;
}
