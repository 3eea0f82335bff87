import { get16, put16 } from '../ip/ipv4.ts';
import { ethernetError } from './frame.ts';

/** An ARP packet for IPv4 over Ethernet (RFC 826): addresses of six and four octets. */
export interface ArpPacket {
  readonly operation: 'request' | 'reply';
  readonly senderMac: Uint8Array;
  readonly senderIp: Uint8Array;
  readonly targetMac: Uint8Array;
  readonly targetIp: Uint8Array;
}

const ARP_LENGTH = 28;

export function encodeArp(packet: ArpPacket): Uint8Array {
  const bytes = new Uint8Array(ARP_LENGTH);
  put16(bytes, 0, 1);
  put16(bytes, 2, 0x0800);
  put16(bytes, 4, 0x0604);
  put16(bytes, 6, packet.operation === 'request' ? 1 : 2);
  bytes.set(packet.senderMac, 8);
  bytes.set(packet.senderIp, 14);
  bytes.set(packet.targetMac, 18);
  bytes.set(packet.targetIp, 24);
  return bytes;
}

/**
 * Undefined for other address families and operations.
 * @throws HarnessError `ethernet.truncated`
 */
export function decodeArp(bytes: Uint8Array): ArpPacket | undefined {
  if (bytes.length < ARP_LENGTH) throw ethernetError(`an ARP packet ends after ${bytes.length} bytes`);
  const operation = get16(bytes, 6);
  if (get16(bytes, 0) !== 1 || get16(bytes, 2) !== 0x0800 || get16(bytes, 4) !== 0x0604) return undefined;
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    operation: operation === 1 ? 'request' : 'reply',
    senderMac: bytes.subarray(8, 14),
    senderIp: bytes.subarray(14, 18),
    targetMac: bytes.subarray(18, 24),
    targetIp: bytes.subarray(24, 28),
  };
}
