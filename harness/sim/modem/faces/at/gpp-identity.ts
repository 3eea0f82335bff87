import type { ModemProfile } from '../../profile.ts';
import { constant, ok } from './answer.ts';
import type { AtAnswer, AtCall, CommandSpec, Family } from './wire.ts';

/** ATI: each maker has a form of its own. */
export function identityLines(profile: ModemProfile): readonly string[] {
  const { manufacturer, model, revision, imei, imeiSv, serialNumber } = profile.identity;
  if (profile.at.vendor === 'quectel') return [manufacturer, model, `Revision: ${revision}`];
  return [
    `Manufacturer: ${manufacturer}`,
    `Model: ${model}`,
    `Revision: ${revision}`,
    `MEID: ${imei.slice(0, 14)}`,
    `IMEI: ${imei}`,
    `IMEI SV: ${imeiSv}`,
    `FSN: ${serialNumber}`,
    '+GCAP: +CGSM',
  ];
}

const name = (of: (profile: ModemProfile) => string): CommandSpec => ({
  exec: ({ profile }: AtCall): AtAnswer => ok(of(profile)),
  test: constant(),
});

const manufacturer = name((profile) => profile.identity.manufacturer);
const model = name((profile) => profile.identity.model);
const revision = name((profile) => profile.identity.revision);
const serial = name((profile) => profile.identity.imei);

/** TS 27.007 5, V.250 6.1. */
export const gppIdentity: Family = {
  '+CGMI': manufacturer,
  '+CGMM': model,
  '+CGMR': revision,
  '+CGSN': serial,
  '+GMI': manufacturer,
  '+GMM': model,
  '+GMR': revision,
  '+GSN': serial,
  '+GCAP': { exec: constant('+GCAP: +CGSM'), test: constant() },
};
