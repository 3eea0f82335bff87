import { HarnessError } from '../../../core/errors.ts';
import type { KnownModem, ModemFamily } from './family.ts';
import { quectel } from './quectel.ts';
import { sierra } from './sierra.ts';

const families: readonly ModemFamily[] = [sierra, quectel];

/** @throws `modem.unknown-model` for a model that no family has */
export function familyOf(model: string): KnownModem {
  for (const family of families) {
    const found = family.models[model];
    if (found) return { family, model: found };
  }
  const known = families.flatMap((family) => Object.keys(family.models));
  throw new HarnessError(`no driver knows the modem '${model}'`, {
    code: 'modem.unknown-model',
    blame: 'test',
    effect: 'none',
    hint: `known are ${known.join(', ')}`,
  });
}

/** What models call themselves. */
export function modelNames(): readonly string[] {
  return families.flatMap((family) => Object.values(family.models).map(({ name }) => name));
}
