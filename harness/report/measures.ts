import type { Measure } from '../verdict/verdict.ts';

/** `drops: 0, 95 % upper bound: 0.125 per hour` */
export function describeMeasure({ name, value, unit, bound }: Measure): string {
  return `${name}: ${describeValue({ value, unit, bound })}`;
}

/** `12 s`, `0, 95 % upper bound: 0.125 per hour` */
export function describeValue({
  value,
  unit,
  bound,
}: Omit<Measure, 'name' | 'bound'> & { bound?: string | undefined }): string {
  const number = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return `${number}${unit === '' ? '' : ` ${unit}`}${bound === undefined ? '' : `, ${bound}`}`;
}
