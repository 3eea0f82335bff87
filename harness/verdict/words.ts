/** `0.072` -> `7.2 %`. */
export function percent(p: number): string {
  const value = p * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(value >= 0.1 ? 1 : 2)} %`;
}

/** Three significant digits without an exponent, for numbers in a sentence. */
export function plain(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.0001) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** `1 drop`, `3 drops`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
