import { HarnessError } from '../core/errors.ts';
import type { ParameterDeclaration } from './plan.ts';

/**
 * The values of a suite's parameters: what --set gave, and defaults for the rest.
 * @throws HarnessError `parameter.not-a-number`, `parameter.out-of-range`, blamed on the test
 */
export function parameterValues(
  declared: Readonly<Record<string, ParameterDeclaration>>,
  set: Readonly<Record<string, string>>,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, declaration] of Object.entries(declared)) {
    const given = set[name];
    values[name] = given === undefined ? declaration.default : parse(name, given, declaration);
  }
  return values;
}

function parse(name: string, given: string, { min, max, unit }: ParameterDeclaration): number {
  const value = given.trim() === '' ? NaN : Number(given);
  const allowed = `a number from ${min} to ${max} (${unit})`;
  if (!Number.isFinite(value))
    throw wrong('parameter.not-a-number', `${name}: found "${given}", allowed: ${allowed}`);
  if (value < min || value > max) {
    throw wrong('parameter.out-of-range', `${name}: found ${given}, allowed: ${allowed}`);
  }
  return value;
}

function wrong(code: 'parameter.not-a-number' | 'parameter.out-of-range', message: string): HarnessError {
  return new HarnessError(message, { code, blame: 'test', effect: 'none', hint: 'see "wwanlab run --list"' });
}
