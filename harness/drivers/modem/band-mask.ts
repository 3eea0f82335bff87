/** Bit n-1 stands for band n of E-UTRA: `0xa` -> 2, 4. */
export function bandsIn(mask: bigint): readonly number[] {
  const bits = mask.toString(2);
  return Array.from(bits, (bit, i) => (bit === '1' ? bits.length - i : 0))
    .filter((band) => band > 0)
    .reverse();
}

export function maskOf(bands: readonly number[]): bigint {
  return bands.reduce((mask, band) => mask | (1n << BigInt(band - 1)), 0n);
}

/** Upper-case hexadecimal without 0x. */
export function hexMask(mask: bigint, digits = 1): string {
  return mask.toString(16).toUpperCase().padStart(digits, '0');
}
