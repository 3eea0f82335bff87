import { choice, flag, restText, struct, text, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';

/** State of a PIN, as DMS and UIM number it; the last two only DMS, in an answer to a change. */
export const pinState = {
  'not-initialized': 0,
  'enabled-not-verified': 1,
  'enabled-verified': 2,
  disabled: 3,
  blocked: 4,
  'permanently-blocked': 5,
  unblocked: 6,
  changed: 7,
} as const;

export type PinState = keyof typeof pinState;

export const pinStatus = struct({ state: choice(pinState), verifyLeft: u8, unblockLeft: u8 });
const retries = { retries: optional(0x10, struct({ verifyLeft: u8, unblockLeft: u8 })) };
const pinId = choice({ pin1: 1, pin2: 2 });

export const setPinProtection = qmiCommand({
  service: 'dms',
  id: 0x0027,
  name: 'UIM Set PIN Protection',
  request: { info: mandatory(0x01, struct({ id: pinId, enabled: flag, pin: text(u8) })) },
  response: retries,
});

export const verifyPin = qmiCommand({
  service: 'dms',
  id: 0x0028,
  name: 'UIM Verify PIN',
  request: { info: mandatory(0x01, struct({ id: pinId, pin: text(u8) })) },
  response: retries,
});

export const unblockPin = qmiCommand({
  service: 'dms',
  id: 0x0029,
  name: 'UIM Unblock PIN',
  request: { info: mandatory(0x01, struct({ id: pinId, puk: text(u8), newPin: text(u8) })) },
  response: retries,
});

export const changePin = qmiCommand({
  service: 'dms',
  id: 0x002a,
  name: 'UIM Change PIN',
  request: { info: mandatory(0x01, struct({ id: pinId, pin: text(u8), newPin: text(u8) })) },
  response: retries,
});

export const getPinStatus = qmiCommand({
  service: 'dms',
  id: 0x002b,
  name: 'UIM Get PIN Status',
  request: {},
  response: { pin1: optional(0x11, pinStatus), pin2: optional(0x12, pinStatus) },
});

export const getIccid = qmiCommand({
  service: 'dms',
  id: 0x003c,
  name: 'UIM Get ICCID',
  request: {},
  response: { iccid: optional(0x01, restText) },
});

/** Personalization of the modem (TS 22.022): network, subset, provider, corporate, card. */
const facility = choice({ pn: 0, pu: 1, pp: 2, pc: 3, pf: 4 });
const facilityState = choice({ deactivated: 0, activated: 1, blocked: 2 });

export const getCkStatus = qmiCommand({
  service: 'dms',
  id: 0x0040,
  name: 'UIM Get CK Status',
  request: { facility: mandatory(0x01, facility) },
  response: {
    status: optional(0x01, struct({ state: facilityState, verifyLeft: u8, unblockLeft: u8 })),
    blocking: optional(0x10, flag),
  },
});

export const setCkProtection = qmiCommand({
  service: 'dms',
  id: 0x0041,
  name: 'UIM Set CK Protection',
  request: { facility: mandatory(0x01, struct({ facility, state: facilityState, key: text(u8) })) },
  response: { verifyLeft: optional(0x10, u8) },
});

export const unblockCk = qmiCommand({
  service: 'dms',
  id: 0x0042,
  name: 'UIM Unblock CK',
  request: { facility: mandatory(0x01, struct({ facility, key: text(u8) })) },
  response: { unblockLeft: optional(0x10, u8) },
});

export const getImsi = qmiCommand({
  service: 'dms',
  id: 0x0043,
  name: 'UIM Get IMSI',
  request: {},
  response: { imsi: optional(0x01, restText) },
});

export const getUimState = qmiCommand({
  service: 'dms',
  id: 0x0044,
  name: 'UIM Get State',
  request: {},
  response: { state: optional(0x01, choice({ ready: 0, 'locked-or-failed': 1, absent: 2, unknown: 0xff })) },
});
