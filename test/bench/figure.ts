/** One line of the bench. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be at most, or at least where `more` is true; absent where there is no goal. */
  readonly target?: number;
  /** More is better. */
  readonly more?: boolean;
  readonly ok: boolean;
}

/** A figure that is good when it is at most `target`. */
export function atMost(name: string, value: number, unit: string, target: number): Figure {
  return { name, value: round(value), unit, target, ok: value <= target };
}

/** A figure that is good when it is at least `target`. */
export function atLeast(name: string, value: number, unit: string, target: number): Figure {
  return { name, value: round(value), unit, target, more: true, ok: value >= target };
}

/** A figure without a goal. */
export function plain(name: string, value: number, unit: string): Figure {
  return { name, value: round(value), unit, ok: true };
}

/** Milliseconds of each of `count` runs, one after the other. */
export async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
