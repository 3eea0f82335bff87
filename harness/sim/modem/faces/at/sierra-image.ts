import type { AtValue } from '../../../../protocols/at/command.ts';
import type { ModemProfile } from '../../profile.ts';
import type { ConfigurationId } from '../../stored.ts';
import { error, ok } from './answer.ts';
import { protectedSet } from './sierra-lock.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** The generation before MDM9x30: it has other words, and no SuperSpeed. */
export const MDM9X15 = 'SWI9X15C';

/** The generation after it, with five carriers. */
export const MDM9X50 = 'SWI9X50C';

/** `SWI9X30C`, as the chip's firmware is called: the first word of the revision. */
export function firmwareOf({ identity }: ModemProfile): string {
  return identity.revision.split('_')[0] ?? '';
}

/** Firmware and carrier configuration of a Sierra modem. */
export const sierraImage: Family = {
  '!IMPREF': { read: preference, set: protectedSet(prefer) },
  '!GOBIIMPREF': { read: gobiPreference, set: protectedSet(prefer) },
  '!PRIID': { read: configuration, set: protectedSet(setConfiguration) },
  '!IMAGE': { read: images },
};

const PRI = 'GENERIC_002.026_000';

const CARRIER = 'GENERIC';

/** Names the mismatch behind an IMSWITCH voter (fault F51). */
function preference(at: AtCall): AtAnswer {
  const { preferred, current, mismatch } = preferences(at);
  return ok('!IMPREF:', ...preferred, ...current, ...mismatch);
}

/** The same as Gobi's tools know it, with an index that is always the first. */
function gobiPreference(at: AtCall): AtAnswer {
  const { preferred, current, mismatch } = preferences(at);
  const index = (which: string): string => ` ${which} subpri index:`.padEnd(26) + '000';
  return ok('!GOBIIMPREF:', ...preferred, index('preferred'), ...current, index('current'), ...mismatch);
}

function preferences({ profile, runtime }: AtCall) {
  const { version } = profile.identity;
  const mismatch = runtime.state.radio.voters.imageSwitch;
  return {
    preferred: [
      ` preferred fw version:    ${version}`,
      ` preferred carrier name:  ${CARRIER}`,
      ` preferred config name:   ${PRI}`,
    ],
    current: [
      ` current fw version:      ${version}`,
      ` current carrier name:    ${mismatch ? 'UNKNOWN' : CARRIER}`,
      ` current config name:     ${mismatch ? 'UNKNOWN_000.000_000' : PRI}`,
    ],
    mismatch: mismatch ? ['carrier name mismatch', 'config name mismatch'] : [],
  };
}

/** By the name of a carrier: the one whose configuration is there, and is preferred already. */
function prefer(_at: AtCall, values: readonly AtValue[]): AtAnswer {
  return values.length === 1 && values[0]?.text.toUpperCase() === CARRIER ? ok() : error;
}

const DELIVERED: ConfigurationId = { part: '9904609', revision: '002.026', customer: 'Generic-Laptop' };

function configuration({ profile, runtime }: AtCall): AtAnswer {
  const { part, revision, customer } = runtime.state.stored.configurationId ?? DELIVERED;
  return ok(
    `PRI Part Number: ${part}`,
    `Revision: ${revision}`,
    `Customer: ${customer}`,
    '',
    `Carrier PRI: 9999999_9904609_${firmwareOf(profile)}_${profile.identity.version}_00_${PRI}`,
  );
}

/** `="9904609","002.026","Generic-Laptop"` */
function setConfiguration({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const [part = '', revision = '', customer = ''] = values.map(({ text }) => text);
  const sound = /^\d{7}$/.test(part) && /^\d{3}\.\d{3}$/.test(revision) && /^\S{1,20}$/.test(customer);
  if (!sound || values.length !== 3) return error;
  runtime.input({ kind: 'store', change: { configurationId: { part, revision, customer } } });
  return ok();
}

function images({ profile }: AtCall): AtAnswer {
  const { version } = profile.identity;
  const empty = [2, 3, 4].map((slot) => `FW   ${slot}    EMPTY  0   0 0`);
  return ok(
    'TYPE SLOT STATUS LRU FAILURES UNIQUE_ID   BUILD_ID',
    `FW   1    GOOD   1   0 0      ?_?         ${version}_?`,
    ...empty,
    'Max FW images: 4',
    'Active FW image is at slot 1',
    '',
    'TYPE SLOT STATUS LRU FAILURES UNIQUE_ID   BUILD_ID',
    `PRI  FF   GOOD   0   0 0      002.026_000 ${version}_GENERIC`,
    'Max PRI images: 50',
  );
}
