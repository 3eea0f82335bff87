import { HarnessError } from '../../core/errors.ts';
import { get16, put16 } from '../ip/ipv4.ts';

export const etherType = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

export const ETHERNET_HEADER = 14;

/** An Ethernet II frame without preamble and FCS (IEEE 802.3 3.1.1). Addresses are six octets. */
export interface EthernetFrame {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** `etherType.ipv4` … */
  readonly type: number;
  readonly payload: Uint8Array;
}

export const broadcastAddress: Uint8Array = Uint8Array.of(255, 255, 255, 255, 255, 255);

export function encodeFrame(frame: EthernetFrame): Uint8Array {
  const bytes = new Uint8Array(ETHERNET_HEADER + frame.payload.length);
  bytes.set(frame.destination, 0);
  bytes.set(frame.source, 6);
  put16(bytes, 12, frame.type);
  bytes.set(frame.payload, ETHERNET_HEADER);
  return bytes;
}

/** @throws HarnessError `ethernet.truncated` */
export function decodeFrame(bytes: Uint8Array): EthernetFrame {
  if (bytes.length < ETHERNET_HEADER) throw ethernetError(`a frame ends after ${bytes.length} bytes`);
  return {
    destination: bytes.subarray(0, 6),
    source: bytes.subarray(6, 12),
    type: get16(bytes, 12),
    payload: bytes.subarray(ETHERNET_HEADER),
  };
}

/** `02:15:6f:00:00:01` */
export function formatMac(address: Uint8Array): string {
  return [...address].map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}

export function macBytes(text: string): Uint8Array {
  const octets = text.split(':');
  if (octets.length !== 6 || !octets.every((octet) => /^[0-9a-f]{2}$/i.test(octet))) {
    throw new HarnessError(`not an Ethernet address: "${text}"`, {
      code: 'ethernet.bad-address',
      blame: 'test',
      effect: 'none',
      hint: 'six pairs of hexadecimal digits with colons between them',
    });
  }
  return Uint8Array.from(octets, (octet) => Number.parseInt(octet, 16));
}

/** An error about bytes that came in: nothing was changed by reading them. */
export function ethernetError(message: string): HarnessError {
  return new HarnessError(message, { code: 'ethernet.truncated', blame: 'dut', effect: 'none' });
}
