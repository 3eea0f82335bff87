import { ipError } from './ipv4.ts';

/** Anything but an IPv6 address in one of the forms of RFC 4291 section 2.2 (without a zone) throws `ip.bad-address`. */
export function addressBytes6(text: string): Uint8Array {
  const halves = text.split('::');
  const head = groups(halves[0] ?? '', text);
  const tail = groups(halves[1] ?? '', text);
  const missing = 8 - head.length - tail.length;
  const complete = halves.length === 1 ? missing === 0 : halves.length === 2 && missing >= 1;
  if (!complete) throw badAddress(text);
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 255]));
}

/** The sixteen octets at `offset` as RFC 5952 writes them; the caller has checked the length. */
export function addressAt6(bytes: Uint8Array, offset: number): string {
  const words = Array.from({ length: 8 }, (_, i) => {
    const at = offset + 2 * i;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  });
  const { from, length } = longestZeros(words);
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  if (length < 2) return text(words);
  return `${text(words.slice(0, from))}::${text(words.slice(from + length))}`;
}

/** Global unicast, 2000::/3: what has a host on the Internet. */
export function isGlobalAddress6(bytes: Uint8Array, offset = 0): boolean {
  return (bytes[offset] as number) >>> 5 === 1;
}

export function isLinkLocal6(bytes: Uint8Array, offset = 0): boolean {
  return bytes[offset] === 0xfe && ((bytes[offset + 1] as number) & 0xc0) === 0x80;
}

function longestZeros(words: readonly number[]): { from: number; length: number } {
  let best = { from: 0, length: 0 };
  for (let from = 0; from < 8; from++) {
    let end = from;
    while (end < 8 && words[end] === 0) end++;
    if (end - from > best.length) best = { from, length: end - from };
  }
  return best;
}

function groups(part: string, text: string): number[] {
  if (part === '') return [];
  const words = part.split(':');
  const last = words.at(-1) ?? '';
  const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(last);
  if (dotted) {
    const octets = dotted.slice(1).map(Number) as [number, number, number, number];
    if (octets.some((octet) => octet > 255)) throw badAddress(text);
    const [a, b, c, d] = octets;
    words.splice(-1, 1, ((a << 8) | b).toString(16), ((c << 8) | d).toString(16));
  }
  return words.map((word) => {
    if (!/^[0-9a-f]{1,4}$/i.test(word)) throw badAddress(text);
    return Number.parseInt(word, 16);
  });
}

function badAddress(text: string): Error {
  return ipError('ip.bad-address', `not an IPv6 address: "${text}"`);
}
