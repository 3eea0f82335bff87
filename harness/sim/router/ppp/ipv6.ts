import type { Rng } from '../../../core/chance.ts';
import type { Clock } from '../../../core/clock.ts';
import { checksum } from '../../../protocols/ip/checksum.ts';
import { put16 } from '../../../protocols/ip/ipv4.ts';
import { createControlProtocol, type ControlProtocol } from '../../../protocols/ppp/control-protocol.ts';

/** IPV6CP's one option (RFC 5072 section 4.1). */
const INTERFACE_IDENTIFIER = 1;

/** pppd's end of IPV6CP. Modems on an IPv4 bearer refuse the protocol, which pppd takes without a word. */
export function createIpv6cpClient(
  clock: Clock,
  identifier: Uint8Array,
  send: (packet: Uint8Array) => void,
): ControlProtocol {
  return createControlProtocol(clock, send, {
    request: () => [{ type: INTERFACE_IDENTIFIER, data: identifier }],
    judge: (options) => ({ kind: 'reject', options }),
    revise: () => undefined,
    onUp: () => undefined,
  });
}

export function interfaceIdentifier(rng: Rng): Uint8Array {
  return Uint8Array.from({ length: 8 }, () => rng.integer(0, 255));
}

const HEADER = 40;
const HOP_BY_HOP = 8;
const REPORT = 28;

/**
 * The Version 2 Multicast Listener Report (RFC 3810 section 5.2) that the kernel sends when an interface comes up, for
 * the solicited-node group of its link-local address: 76 bytes, from :: to ff02::16.
 */
export function listenerReport(identifier: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER + HOP_BY_HOP + REPORT);
  packet[0] = 0x60;
  put16(packet, 4, HOP_BY_HOP + REPORT);
  packet[7] = 1; // hop limit
  packet.set([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16], 24);
  packet.set([58, 0, 5, 2, 0, 0, 1, 0], HEADER); // Router Alert, then ICMPv6
  const report = HEADER + HOP_BY_HOP;
  packet[report] = 143;
  put16(packet, report + 6, 1); // one record
  packet[report + 8] = 4; // CHANGE_TO_EXCLUDE_MODE
  packet.set([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff], report + 12);
  packet.set(identifier.subarray(5), report + 25);
  put16(packet, report + 2, icmp6Checksum(packet, report));
  return packet;
}

/** RFC 4443 section 2.3: over the addresses, the length, the next header 58 and the message. */
function icmp6Checksum(packet: Uint8Array, message: number): number {
  const length = packet.length - message;
  const pseudo = Uint8Array.of(...packet.subarray(8, HEADER), 0, 0, 0, length, 0, 0, 0, 58);
  return checksum(Uint8Array.of(...pseudo, ...packet.subarray(message)), 0, pseudo.length + length);
}
