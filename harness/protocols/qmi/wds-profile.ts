import { flag, list, restText, struct, text, u16, u8 } from '../binary/field.ts';
import { ipv4Address } from './address.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Wireless data service: profiles, which are the modem's PDP contexts (libqmi, data/qmi-service-wds.json).

/** 255 lists both kinds. */
export const profileType = { gpp: 0, gpp2: 1, epc: 2, all: 255 } as const;

/** PDP types of a profile (qmi-enums-wds.h). */
export const profilePdpType = { IP: 0, PPP: 1, IPV6: 2, IPV4V6: 3 } as const;

/** Extended error codes of the profile commands (qmi-enums-wds.h, QmiWdsDsProfileError). */
export const profileError = {
  fail: 1,
  invalidType: 4,
  invalidNumber: 5,
  invalidId: 6,
  invalidArgument: 7,
  contextNotDefined: 1003,
  outOfProfiles: 1006,
} as const;

const profileId = struct({ type: u8, index: u8 });
const extendedError = { extendedError: optional(0xe0, u16) } as const;

const settings = {
  name: optional(0x10, restText),
  pdpType: optional(0x11, u8),
  headerCompression: optional(0x12, u8),
  dataCompression: optional(0x13, u8),
  apn: optional(0x14, restText),
  primaryDns: optional(0x15, ipv4Address),
  secondaryDns: optional(0x16, ipv4Address),
  user: optional(0x1b, restText),
  password: optional(0x1c, restText),
  authentication: optional(0x1d, u8),
  ipv4Address: optional(0x1e, ipv4Address),
  pcscfByPco: optional(0x1f, flag),
  pcscfByDhcp: optional(0x21, flag),
  imcn: optional(0x22, flag),
  contextNumber: optional(0x25, u8),
  secondary: optional(0x26, flag),
  primaryId: optional(0x27, u8),
  apnDisabled: optional(0x2f, flag),
  roamingDisallowed: optional(0x3e, flag),
} as const;

export const wdsCreateProfile = qmiCommand({
  service: 'wds',
  id: 0x0027,
  name: 'Create Profile',
  request: { type: mandatory(0x01, u8), ...settings },
  response: { profile: optional(0x01, profileId), ...extendedError },
});

export const wdsModifyProfile = qmiCommand({
  service: 'wds',
  id: 0x0028,
  name: 'Modify Profile',
  request: { profile: mandatory(0x01, profileId), ...settings },
  response: extendedError,
});

export const wdsDeleteProfile = qmiCommand({
  service: 'wds',
  id: 0x0029,
  name: 'Delete Profile',
  request: { profile: mandatory(0x01, profileId) },
  response: extendedError,
});

export const wdsGetProfileList = qmiCommand({
  service: 'wds',
  id: 0x002a,
  name: 'Get Profile List',
  request: { type: optional(0x10, u8) },
  response: {
    profiles: optional(0x01, list(u8, struct({ type: u8, index: u8, name: text(u8) }))),
    ...extendedError,
  },
});

export const wdsGetProfileSettings = qmiCommand({
  service: 'wds',
  id: 0x002b,
  name: 'Get Profile Settings',
  request: { profile: mandatory(0x01, profileId) },
  response: { ...settings, ...extendedError },
});

export const wdsGetDefaultSettings = qmiCommand({
  service: 'wds',
  id: 0x002c,
  name: 'Get Default Settings',
  request: { type: mandatory(0x01, u8) },
  response: { ...settings, ...extendedError },
});

/** `family`: 0 embedded, 1 tethered. */
export const wdsGetDefaultProfileNumber = qmiCommand({
  service: 'wds',
  id: 0x0049,
  name: 'Get Default Profile Number',
  request: { profile: mandatory(0x01, struct({ type: u8, family: u8 })) },
  response: { index: optional(0x01, u8), ...extendedError },
});

export const wdsSetDefaultProfileNumber = qmiCommand({
  service: 'wds',
  id: 0x004a,
  name: 'Set Default Profile Number',
  request: { profile: mandatory(0x01, struct({ type: u8, family: u8, index: u8 })) },
  response: extendedError,
});

/** `change`: 1 created, 2 deleted, 3 modified. */
export const wdsProfileChanged = qmiIndication({
  service: 'wds',
  id: 0x00a8,
  name: 'Profile Changed',
  tlvs: { event: mandatory(0x10, struct({ type: u8, index: u8, change: u8 })) },
});

/** Sierra's own: creates a profile at the index that the host chooses. */
export const wdsSwiCreateProfileIndexed = qmiCommand({
  service: 'wds',
  id: 0x5558,
  name: 'Swi Create Profile Indexed',
  request: { profile: mandatory(0x01, profileId), ...settings },
  response: { profile: optional(0x01, profileId), ...extendedError },
});
