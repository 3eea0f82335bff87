import type { ModemIdentity } from '../rig/modem.ts';

/** `Sierra Wireless, Incorporated MC7455, SWI9X30C_02.24.05.06 …`; some ways to ask a modem tell less. */
export function describeIdentity({ manufacturer, model, revision }: ModemIdentity): string {
  const name = [manufacturer, model ?? 'modem that does not tell its model'].filter(Boolean).join(' ');
  return revision === undefined ? name : `${name}, ${revision}`;
}

const plain = (text: string): string =>
  text
    .toUpperCase()
    .replace('AIRCARD', 'AC')
    .replaceAll(/[^A-Z0-9]/g, '');

/**
 * Is it the one that is wanted? Quectel's call themselves EC25 over AT and something else over QMI; their revision says it,
 * with the variant: EC25AFAR05… is an EC25-A, EC25AFFAR07… an EC25-AF. On USB it may be EC25-AF. Undefined: it does not
 * tell its model.
 */
export function isModel(wantedModel: string, { model, revision = '' }: ModemIdentity): boolean | undefined {
  if (model === undefined) return undefined;
  const wanted = plain(wantedModel);
  const variant = wantedModel.includes('-') ? '' : '[A-Z]*';
  const says = new RegExp(`^${wanted}${variant}[FG]AR\\d`).test(plain(revision));
  return wanted === plain(model) || says || model.startsWith(`${wantedModel}-`);
}
