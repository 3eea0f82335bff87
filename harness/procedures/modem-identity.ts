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

/** `EC25-A` calls itself EC25, and its variant at the beginning of its revision. Undefined: it does not tell its model. */
export function isModel(wantedModel: string, { model, revision = '' }: ModemIdentity): boolean | undefined {
  if (model === undefined) return undefined;
  const [wanted, found] = [plain(wantedModel), plain(model)];
  return wanted === found || (wanted.startsWith(found) && plain(revision).startsWith(wanted));
}
