import type { ModemProfile } from '../../profile.ts';
import { ok } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** `SWI9X30C`, as the chip's firmware is called: the first word of the revision. */
export function firmwareOf({ identity }: ModemProfile): string {
  return identity.revision.split('_')[0] ?? '';
}

/** Firmware and carrier configuration of a Sierra modem. */
export const sierraImage: Family = {
  '!IMPREF': { read: preference },
  '!PRIID': { read: configuration },
  '!IMAGE': { read: images },
};

const PRI = 'GENERIC_002.026_000';

/** Names the mismatch behind an IMSWITCH voter (fault F51). */
function preference({ profile, runtime }: AtCall): AtAnswer {
  const { version } = profile.identity;
  const mismatch = runtime.state.radio.voters.imageSwitch;
  return ok(
    '!IMPREF:',
    ` preferred fw version:    ${version}`,
    ' preferred carrier name:  GENERIC',
    ` preferred config name:   ${PRI}`,
    ` current fw version:      ${version}`,
    ` current carrier name:    ${mismatch ? 'UNKNOWN' : 'GENERIC'}`,
    ` current config name:     ${mismatch ? 'UNKNOWN_000.000_000' : PRI}`,
    ...(mismatch ? ['carrier name mismatch', 'config name mismatch'] : []),
  );
}

function configuration({ profile }: AtCall): AtAnswer {
  return ok(
    'PRI Part Number: 9904609',
    'Revision: 002.026',
    'Customer: Generic-Laptop',
    '',
    `Carrier PRI: 9999999_9904609_${firmwareOf(profile)}_${profile.identity.version}_00_${PRI}`,
  );
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
