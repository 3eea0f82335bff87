import type { ModelDetails, ModemProfile } from './profile.ts';

/** WCDMA 2100, 1900, 1700-US, 850 and 900. */
const COMMON_WCDMA = 0x0002_0000_06c0_0000n;

/** What the profile says, and what holds for most models of its kind where it says nothing. */
export function detailsOf(
  profile: ModemProfile,
): Required<Omit<ModelDetails, 'dmsRefuses'>> & Pick<ModelDetails, 'dmsRefuses'> {
  const sierra = profile.at.vendor === 'sierra';
  return {
    dmsNames: profile.identity,
    hardwareRevision: sierra ? '1.0' : '10000',
    sku: sierra ? '1102476' : '',
    bootVersion: profile.identity.revision,
    // Category 4 of TS 36.306.
    rates: { up: 50_000_000, down: 150_000_000 },
    bands: COMMON_WCDMA,
    radios: ['umts', 'lte'],
    simSlots: 1,
    mbimExtensions: false,
    carrierConfigs: [],
    ...profile.details,
  };
}
