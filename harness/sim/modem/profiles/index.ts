import { HarnessError } from '../../../core/errors.ts';
import type { ModemProfile } from '../profile.ts';
import { ec25A } from './ec25-a.ts';
import { mc7455 } from './mc7455.ts';

export const profiles: readonly ModemProfile[] = [mc7455, ec25A];

/** @throws HarnessError `modem.unknown-profile` */
export function profileById(id: string): ModemProfile {
  const profile = profiles.find((candidate) => candidate.id === id);
  if (profile) return profile;
  throw new HarnessError(`no emulated modem is called "${id}"`, {
    code: 'modem.unknown-profile',
    blame: 'test',
    effect: 'none',
    hint: `there are ${profiles.map((candidate) => candidate.id).join(', ')}`,
  });
}
