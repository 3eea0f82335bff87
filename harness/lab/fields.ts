import { z } from 'zod';

import type { Ms } from '../core/units.ts';
import { allowedDuration, DURATION, parseDuration } from '../core/duration.ts';

/*
 * The kinds of values that a rig file is made of. The `error` of each says what is allowed, as the end of
 * `found …, allowed: …`; rig-problems.ts adds the place and what was found.
 */

/** Text, not empty. */
export const text = (allowed: string) => z.string({ error: allowed }).min(1, { error: allowed });

export const pattern = (regex: RegExp, allowed: string) =>
  z.string({ error: allowed }).regex(regex, { error: allowed });

export const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: values.join(', ') });

export const flag = (value: boolean) => z.boolean({ error: 'true, false' }).default(value);

export const integer = (low: number, high: number, allowed = `a whole number from ${low} to ${high}`) =>
  z.int({ error: allowed }).min(low, { error: allowed }).max(high, { error: allowed });

export const probability = z
  .number({ error: 'a number from 0 to 1' })
  .min(0, { error: 'a number from 0 to 1' })
  .max(1, { error: 'a number from 0 to 1' });

/** A map in which unknown keys are errors. */
export const map = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : keysOf(shape)),
  });

const keysOf = (shape: object): string => `a map with the keys ${Object.keys(shape).join(', ')}`;

/** `30 s`, `2 h`, or a number of milliseconds; it becomes milliseconds. */
export const duration = z
  .union(
    [
      z.number({ error: allowedDuration }).min(0, { error: allowedDuration }),
      pattern(DURATION, allowedDuration),
    ],
    { error: allowedDuration },
  )
  .transform((value): Ms => (typeof value === 'number' ? value : (parseDuration(value) as Ms)));
