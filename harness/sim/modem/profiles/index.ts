import { HarnessError } from '../../../core/errors.ts';
import type { ModemProfile } from '../profile.ts';
import { airCard340U } from './aircard-340u.ts';
import { ec25A } from './ec25-a.ts';
import { dw5811e, em7455, em7455Lenovo } from './em7455.ts';
import { em7565, em7565Usbif } from './em7565.ts';
import { mc7455 } from './mc7455.ts';

export const profiles: readonly ModemProfile[] = [
  mc7455,
  em7455,
  em7455Lenovo,
  dw5811e,
  em7565,
  em7565Usbif,
  airCard340U,
  ec25A,
];

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
