import { HarnessError } from '../core/errors.ts';

/**
 * The value of an environment variable that a rig file takes a secret from.
 * @throws HarnessError `rig.no-password`
 */
export function secretFrom(path: string, name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw new HarnessError(`the environment variable ${name} is not set`, {
    code: 'rig.no-password',
    blame: 'rig',
    effect: 'none',
    hint: `${path} takes a secret from it; type: export ${name}=…`,
  });
}
