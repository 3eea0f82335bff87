import {
  choice,
  counted,
  fixedText,
  flag,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
  type Field,
} from '../../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from '../declare.ts';
import { pinStatus } from './pin.ts';

export const operatingMode = {
  online: 0,
  'low-power': 1,
  'factory-test': 2,
  offline: 3,
  reset: 4,
  'shutting-down': 5,
  'persistent-low-power': 6,
  'mode-only-low-power': 7,
} as const;

export type OperatingMode = keyof typeof operatingMode;

export const uimState = { ready: 0, 'locked-or-failed': 1, absent: 2, unknown: 0xff } as const;

const power = struct({
  /** Bit 0: external supply, 1: battery there, 2: charging, 3: fault. */
  flags: u8,
  /** Percent. */
  batteryLevel: u8,
});

export const setEventReport = qmiCommand({
  service: 'dms',
  id: 0x0001,
  name: 'Set Event Report',
  request: {
    powerState: optional(0x10, flag),
    batteryLimits: optional(0x11, struct({ lower: u8, upper: u8 })),
    pinState: optional(0x12, flag),
    activationState: optional(0x13, flag),
    operatingMode: optional(0x14, flag),
    uimState: optional(0x15, flag),
    wirelessDisable: optional(0x16, flag),
    prlInit: optional(0x17, flag),
  },
  response: {},
});

export const eventReport = qmiIndication({
  service: 'dms',
  id: 0x0001,
  name: 'Event Report',
  tlvs: {
    powerState: optional(0x10, power),
    pin1: optional(0x11, pinStatus),
    pin2: optional(0x12, pinStatus),
    activationState: optional(0x13, u16),
    operatingMode: optional(0x14, choice(operatingMode)),
    uimState: optional(0x15, choice(uimState)),
    wirelessDisable: optional(0x16, flag),
  },
});

export const getPowerState = qmiCommand({
  service: 'dms',
  id: 0x0026,
  name: 'Get Power State',
  request: {},
  response: { info: optional(0x01, power) },
});

export const getOperatingMode = qmiCommand({
  service: 'dms',
  id: 0x002d,
  name: 'Get Operating Mode',
  request: {},
  response: {
    mode: optional(0x01, choice(operatingMode)),
    /** Bit 0: host image, 1: PRI image misconfigured, 2: PRI version, 3: memory full. */
    offlineReason: optional(0x10, u16),
    /** A pin of the slot holds the radio down. */
    hardwareRestricted: optional(0x11, flag),
  },
});

export const setOperatingMode = qmiCommand({
  service: 'dms',
  id: 0x002e,
  name: 'Set Operating Mode',
  request: { mode: mandatory(0x01, choice(operatingMode)) },
  response: {},
});

const u48: Field<bigint> = {
  read: (from) => BigInt(from.u32()) | (BigInt(from.u16()) << 32n),
  write: (to, value) => {
    to.u32(Number(value & 0xffff_ffffn));
    to.u16(Number((value >> 32n) & 0xffffn));
  },
};

export const getTime = qmiCommand({
  service: 'dms',
  id: 0x002f,
  name: 'Get Time',
  request: {},
  response: {
    /** Count of 1.25 ms since 6 January 1980, 00:00 UTC. */
    device: optional(0x01, struct({ count: u48, source: choice({ device: 0, cdma: 1, hdr: 2 }, u16) })),
    /** Milliseconds since then. */
    system: optional(0x10, u64),
    user: optional(0x11, u64),
  },
});

export const setTime = qmiCommand({
  service: 'dms',
  id: 0x004b,
  name: 'Set Time',
  request: { milliseconds: mandatory(0x01, u64), reference: optional(0x10, u32) },
  response: {},
});

export const activationState = { 'not-activated': 0, activated: 1 } as const;

export const getActivationState = qmiCommand({
  service: 'dms',
  id: 0x0031,
  name: 'Get Activation State',
  request: {},
  response: { state: optional(0x01, choice(activationState, u16)) },
});

export const activateAutomatic = qmiCommand({
  service: 'dms',
  id: 0x0032,
  name: 'Activate Automatic',
  request: { code: mandatory(0x01, text(u8)) },
  response: {},
});

export const activateManual = qmiCommand({
  service: 'dms',
  id: 0x0033,
  name: 'Activate Manual',
  request: {
    info: mandatory(0x01, struct({ code: fixedText(6), systemId: u16, mdn: text(u8), min: text(u8) })),
  },
  response: {},
});

const lockCode = fixedText(4);

export const getUserLockState = qmiCommand({
  service: 'dms',
  id: 0x0034,
  name: 'Get User Lock State',
  request: {},
  response: { enabled: optional(0x01, flag) },
});

export const setUserLockState = qmiCommand({
  service: 'dms',
  id: 0x0035,
  name: 'Set User Lock State',
  request: { info: mandatory(0x01, struct({ enabled: flag, code: lockCode })) },
  response: {},
});

export const setUserLockCode = qmiCommand({
  service: 'dms',
  id: 0x0036,
  name: 'Set User Lock Code',
  request: { info: mandatory(0x01, struct({ oldCode: lockCode, newCode: lockCode })) },
  response: {},
});

export const readUserData = qmiCommand({
  service: 'dms',
  id: 0x0037,
  name: 'Read User Data',
  request: {},
  response: { data: optional(0x01, counted(u16)) },
});

export const writeUserData = qmiCommand({
  service: 'dms',
  id: 0x0038,
  name: 'Write User Data',
  request: { data: mandatory(0x01, counted(u16)) },
  response: {},
});

export const readEriFile = qmiCommand({
  service: 'dms',
  id: 0x0039,
  name: 'Read ERI File',
  request: {},
  response: { file: optional(0x01, counted(u16)) },
});

/** Six digits; `000000` as delivered. */
const serviceProgrammingCode = fixedText(6);

export const restoreFactoryDefaults = qmiCommand({
  service: 'dms',
  id: 0x003a,
  name: 'Restore Factory Defaults',
  request: { code: mandatory(0x01, serviceProgrammingCode) },
  response: {},
});

export const validateServiceProgrammingCode = qmiCommand({
  service: 'dms',
  id: 0x003b,
  name: 'Validate Service Programming Code',
  request: { code: mandatory(0x01, serviceProgrammingCode) },
  response: {},
});

/** No arguments: every modem understands something of its own by it. */
export const setFccAuthentication = qmiCommand({
  service: 'dms',
  id: 0x555f,
  name: 'Set FCC Authentication',
  request: {},
  response: {},
});
