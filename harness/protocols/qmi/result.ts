import { HarnessError } from '../../core/errors.ts';
import { encode, decode } from '../binary/encode.ts';
import { struct, u16 } from '../binary/field.ts';
import type { Tlv } from './message.ts';

/** Protocol errors by libqmi's names (qmi-errors.h). */
export const qmiError = {
  None: 0,
  MalformedMessage: 1,
  NoMemory: 2,
  Internal: 3,
  Aborted: 4,
  ClientIdsExhausted: 5,
  InvalidClientId: 7,
  InvalidHandle: 9,
  InvalidProfile: 10,
  InvalidPinId: 11,
  IncorrectPin: 12,
  NoNetworkFound: 13,
  CallFailed: 14,
  OutOfCall: 15,
  NotProvisioned: 16,
  MissingArgument: 17,
  ArgumentTooLong: 19,
  InvalidTransactionId: 22,
  DeviceInUse: 23,
  NetworkUnsupported: 24,
  DeviceUnsupported: 25,
  NoEffect: 26,
  NoFreeProfile: 27,
  InvalidPdpType: 28,
  InvalidTechnologyPreference: 29,
  InvalidProfileType: 30,
  InvalidServiceType: 31,
  InvalidRegisterAction: 32,
  InvalidPsAttachAction: 33,
  AuthenticationFailed: 34,
  PinBlocked: 35,
  PinAlwaysBlocked: 36,
  UimUninitialized: 37,
  GeneralError: 46,
  UnknownError: 47,
  InvalidArgument: 48,
  InvalidIndex: 49,
  NoEntry: 50,
  DeviceNotReady: 52,
  NetworkNotReady: 53,
  InvalidQmiCommand: 71,
  InformationUnavailable: 74,
  ExtendedInternal: 81,
  AccessDenied: 82,
  HardwareRestricted: 83,
  IncompatibleState: 90,
  NotSupported: 94,
} as const;

export type QmiErrorName = keyof typeof qmiError;

const RESULT = 0x02;
const field = struct({ result: u16, error: u16 });

/** The TLV that every response carries. */
export function encodeResult(error: QmiErrorName = 'None'): Tlv {
  const number = qmiError[error];
  return { type: RESULT, value: encode(field, { result: number === 0 ? 0 : 1, error: number }) };
}

/**
 * The error of a response as a number; 0: success.
 * @throws HarnessError `qmi.missing-tlv`, `binary.*`
 */
export function decodeResult(tlvs: readonly Tlv[], what: string): number {
  const tlv = tlvs.find(({ type }) => type === RESULT);
  if (!tlv) {
    throw new HarnessError(`${what} has no result`, {
      code: 'qmi.missing-tlv',
      blame: 'dut',
      effect: 'none',
    });
  }
  const { result, error } = decode(field, tlv.value, `${what}, result`);
  return result === 0 ? 0 : error;
}
