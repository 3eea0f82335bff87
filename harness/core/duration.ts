import type { Ms } from './units.ts';

/** How a person types a duration. */
export const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|min|h|d)$/;
const UNITS: Readonly<Record<string, Ms>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** The end of `found …, allowed: …`. */
export const allowedDuration = 'a duration such as "30 s", "8 min", "2 h", or a number of milliseconds';

/** `30 s`, `2 h`; undefined: that is none. */
export function parseDuration(text: string): Ms | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (UNITS[unit] as number);
}
