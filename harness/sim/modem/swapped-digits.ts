/** Digits two a byte, the first in the low half; the last half is filled with ones (TS 102 221 13.2, TS 31.102 4.2.2). */
export function swappedDigits(digits: string): Uint8Array {
  const padded = digits.length % 2 === 0 ? digits : `${digits}f`;
  return Uint8Array.from({ length: padded.length / 2 }, (_, at) =>
    parseInt(`${padded[at * 2 + 1]}${padded[at * 2]}`, 16),
  );
}
