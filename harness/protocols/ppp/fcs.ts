/** The 16-bit Frame Check Sequence of RFC 1662 appendix C.2 (CRC-16/X-25): polynomial x^16+x^12+x^5+1, bits reversed. */
const TABLE = makeTable();

/** What the register holds before the first octet. */
const FCS_START = 0xffff;
/** What it holds after a frame and its right FCS. */
export const FCS_GOOD = 0xf0b8;

/**
 * The register after `bytes[start, end)`. The FCS that is sent is its one's complement, low octet first.
 * @param before the register after what comes first
 */
export function fcs16(bytes: Uint8Array, start: number, end: number, before = FCS_START): number {
  let fcs = before;
  for (let i = start; i < end; i++) {
    fcs = (fcs >>> 8) ^ (TABLE[(fcs ^ (bytes[i] as number)) & 255] as number);
  }
  return fcs;
}

function makeTable(): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x8408 : value >>> 1;
    return value;
  });
}
