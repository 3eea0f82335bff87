/** Milliseconds. Every duration and every monotonic instant in the harness is one of these. */
export type Ms = number;

/** Decibel-milliwatts: signal strength. */
export type Dbm = number;

/** Decibels: a ratio, of signal to noise or of a cell's own signal to all that is received. */
export type Db = number;

/** Degrees Celsius. */
export type Celsius = number;

export type Millivolts = number;

export const seconds = (n: number): Ms => n * 1_000;
export const minutes = (n: number): Ms => n * 60_000;
export const hours = (n: number): Ms => n * 3_600_000;

/** `90_500` -> `1 min 30.5 s`: the form in which durations are shown to people. */
export function formatMs(duration: Ms): string {
  if (duration < 1_000) return `${Math.round(duration)} ms`;
  if (duration < 60_000) return `${trim(duration / 1_000)} s`;
  if (duration < 3_600_000) return joinUnits(duration, 60_000, 'min', 1_000, 's');
  return joinUnits(duration, 3_600_000, 'h', 60_000, 'min');
}

function joinUnits(duration: Ms, big: Ms, bigName: string, small: Ms, smallName: string): string {
  const whole = Math.floor(duration / big);
  const rest = (duration - whole * big) / small;
  return rest < 0.05 ? `${whole} ${bigName}` : `${whole} ${bigName} ${trim(rest)} ${smallName}`;
}

function trim(n: number): string {
  return n.toFixed(1).replace(/\.0$/, '');
}
