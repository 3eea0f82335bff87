import { choice, counted, flag, list, restText, struct, u16, u32, u8 } from '../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from './declare.ts';

// Voice service (libqmi, data/qmi-service-voice.json): what a modem for data has of it.

const ussData = struct({ coding: u8, data: counted(u8) });
const callField = struct({
  id: u8,
  state: u8,
  type: u8,
  direction: u8,
  mode: u8,
  multipart: flag,
  line: u8,
});

export const voiceIndicationRegister = qmiCommand({
  service: 'voice',
  id: 0x0003,
  name: 'Indication Register',
  request: {
    dtmf: optional(0x10, flag),
    privacy: optional(0x11, flag),
    supplementary: optional(0x12, flag),
    calls: optional(0x13, flag),
    ussd: optional(0x16, flag),
  },
  response: {},
});

export const voiceDial = qmiCommand({
  service: 'voice',
  id: 0x0020,
  name: 'Dial Call',
  request: { number: mandatory(0x01, restText) },
  response: { call: optional(0x10, u8) },
});

export const voiceEnd = qmiCommand({
  service: 'voice',
  id: 0x0021,
  name: 'End Call',
  request: { call: mandatory(0x01, u8) },
  response: { call: optional(0x10, u8) },
});

export const voiceGetCalls = qmiCommand({
  service: 'voice',
  id: 0x002f,
  name: 'Get All Call Info',
  request: {},
  response: { calls: optional(0x10, list(u8, callField)) },
});

export const voiceOriginateUssd = qmiCommand({
  service: 'voice',
  id: 0x003a,
  name: 'Originate USSD',
  request: { data: mandatory(0x01, ussData) },
  response: { failure: optional(0x10, u16) },
});

export const voiceCancelUssd = qmiCommand({
  service: 'voice',
  id: 0x003c,
  name: 'Cancel USSD',
  request: {},
  response: {},
});

export const voiceGetConfig = qmiCommand({
  service: 'voice',
  id: 0x0041,
  name: 'Get Config',
  request: {
    autoAnswer: optional(0x10, flag),
    airTimer: optional(0x11, flag),
    roamTimer: optional(0x12, flag),
    tty: optional(0x13, flag),
    serviceOption: optional(0x14, flag),
    amr: optional(0x15, flag),
    privacy: optional(0x16, flag),
    nam: optional(0x17, flag),
    domain: optional(0x18, flag),
  },
  response: {
    autoAnswer: optional(0x10, flag),
    airTimer: optional(0x11, struct({ nam: u8, count: u32 })),
    roamTimer: optional(0x12, struct({ nam: u8, count: u32 })),
    tty: optional(0x13, choice({ full: 0, vco: 1, hco: 2, off: 3 })),
    amr: optional(0x15, struct({ gsm: flag, wcdma: u8 })),
    privacy: optional(0x16, u8),
    domain: optional(0x17, choice({ 'cs-only': 0, 'ps-only': 1, 'cs-preferred': 2, 'ps-preferred': 3 })),
  },
});

export const voiceOriginateUssdNoWait = qmiCommand({
  service: 'voice',
  id: 0x0043,
  name: 'Originate USSD No Wait',
  request: { data: mandatory(0x01, ussData) },
  response: {},
});

export const voiceUssdEnded = qmiIndication({
  service: 'voice',
  id: 0x0043,
  name: 'Originate USSD No Wait',
  tlvs: { error: optional(0x10, u16), failure: optional(0x11, u16) },
});
