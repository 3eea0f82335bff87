import { HarnessError } from '../../core/errors.ts';

/** `10.64.64.64` -> 0x0a404040. Anything but four decimal octets throws `ip.bad-address`. */
export function parseAddress(text: string): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i === text.length ? 0x2e : text.charCodeAt(i);
    if (c >= 0x30 && c <= 0x39) {
      octet = (octet < 0 ? 0 : octet * 10) + c - 0x30;
      if (octet > 255) throw badAddress(text);
    } else if (c === 0x2e && octet >= 0) {
      value = value * 256 + octet;
      octet = -1;
      dots++;
    } else throw badAddress(text);
  }
  if (dots !== 4) throw badAddress(text);
  return value;
}

/** 0x0a404040 -> `10.64.64.64` */
export function formatAddress(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** An address as four octets in network order. */
export function addressBytes(text: string): Uint8Array {
  const value = parseAddress(text);
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** The four octets at `offset` as a dotted quad; the caller has checked the length. */
export function addressAt(bytes: Uint8Array, offset: number): string {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

/** Not routed on the Internet: RFC 1918, loopback, link-local, multicast and reserved, "this network". */
export function isPrivateAddress(value: number): boolean {
  const first = value >>> 24;
  const second = (value >>> 16) & 255;
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true;
  if (first === 100) return second >= 64 && second < 128;
  if (first === 169) return second === 254;
  if (first === 172) return second >= 16 && second < 32;
  return first === 192 && second === 168;
}

function badAddress(text: string): HarnessError {
  return new HarnessError(`not an IPv4 address: "${text}"`, {
    code: 'ip.bad-address',
    blame: 'test',
    effect: 'none',
    hint: 'four decimal numbers from 0 to 255 with dots between them, such as 8.8.8.8',
  });
}
