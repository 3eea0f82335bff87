/** One line of the bench. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most that it should be; absent where there is no goal. */
  readonly target?: number;
  readonly ok: boolean;
}

/** A figure that is good when it is at most `target`. */
export function atMost(name: string, value: number, unit: string, target: number): Figure {
  return { name, value: round(value), unit, target, ok: value <= target };
}

/** A figure without a goal. */
export function plain(name: string, value: number, unit: string): Figure {
  return { name, value: round(value), unit, ok: true };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
