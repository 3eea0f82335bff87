/**
 * The Internet checksum of `bytes[start, end)` (RFC 1071): the one's complement of the one's complement sum of 16-bit
 * words. Over data that holds its own right checksum it is 0.
 */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  return checksumWith(0, bytes, start, end);
}

/** The same, with a sum so far: of a pseudo header. */
export function checksumWith(before: number, bytes: Uint8Array, start: number, end: number): number {
  let sum = before;
  let i = start;
  for (; i + 1 < end; i += 2) sum += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  if (i < end) sum += (bytes[i] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
