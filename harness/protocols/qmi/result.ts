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
  UnabortableTransaction: 6,
  InvalidClientId: 7,
  NoThresholdsProvided: 8,
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
  MaximumQosRequestsInUse: 38,
  IncorrectFlowFilter: 39,
  NetworkQosUnaware: 40,
  InvalidQosId: 41,
  RequestedNumberUnsupported: 42,
  InterfaceNotFound: 43,
  FlowSuspended: 44,
  InvalidDataFormat: 45,
  GeneralError: 46,
  UnknownError: 47,
  InvalidArgument: 48,
  InvalidIndex: 49,
  NoEntry: 50,
  DeviceStorageFull: 51,
  DeviceNotReady: 52,
  NetworkNotReady: 53,
  WmsCauseCode: 54,
  WmsMessageNotSent: 55,
  WmsMessageDeliveryFailure: 56,
  WmsInvalidMessageId: 57,
  WmsEncoding: 58,
  AuthenticationLock: 59,
  InvalidTransition: 60,
  NotMcastInterface: 61,
  MaximumMcastRequestsInUse: 62,
  InvalidMcastHandle: 63,
  InvalidIpFamilyPreference: 64,
  SessionInactive: 65,
  SessionInvalid: 66,
  SessionOwnership: 67,
  InsufficientResources: 68,
  Disabled: 69,
  InvalidOperation: 70,
  InvalidQmiCommand: 71,
  WmsTPduType: 72,
  WmsSmscAddress: 73,
  InformationUnavailable: 74,
  SegmentTooLong: 75,
  SegmentOrder: 76,
  BundlingNotSupported: 77,
  OperationPartialFailure: 78,
  PolicyMismatch: 79,
  SimFileNotFound: 80,
  ExtendedInternal: 81,
  AccessDenied: 82,
  HardwareRestricted: 83,
  AckNotSent: 84,
  InjectTimeout: 85,
  IncompatibleState: 90,
  FdnRestrict: 91,
  SupsFailureCase: 92,
  NoRadio: 93,
  NotSupported: 94,
  NoSubscription: 95,
  CardCallControlFailed: 96,
  NetworkAborted: 97,
  MsgBlocked: 98,
  InvalidSessionType: 100,
  InvalidPbType: 101,
  NoSim: 102,
  PbNotReady: 103,
  PinRestriction: 104,
  Pin2Restriction: 105,
  PukRestriction: 106,
  Puk2Restriction: 107,
  PbAccessRestricted: 108,
  PbDeleteInProgress: 109,
  PbTextTooLong: 110,
  PbNumberTooLong: 111,
  PbHiddenKeyRestriction: 112,
  PbNotAvailable: 113,
  DeviceMemoryError: 114,
  NoPermission: 115,
  TooSoon: 116,
  TimeNotAcquired: 117,
  OperationInProgress: 118,
} as const;

export type QmiErrorName = keyof typeof qmiError;

const names: ReadonlyMap<number, QmiErrorName> = new Map(
  Object.entries(qmiError).map(([name, number]) => [number, name as QmiErrorName]),
);

/** `0x12d` for a number that has no name here: firmware loaders and the card toolkit have some of their own. */
export function qmiErrorName(error: number): string {
  return names.get(error) ?? `0x${error.toString(16)}`;
}

const RESULT = 0x02;
/** Some indications carry it too: how something ended that was begun by a command. */
export const resultField = struct({ result: u16, error: u16 });

/** The TLV that every response carries. */
export function encodeResult(error: QmiErrorName = 'None'): Tlv {
  const number = qmiError[error];
  return { type: RESULT, value: encode(resultField, { result: number === 0 ? 0 : 1, error: number }) };
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
  const { result, error } = decode(resultField, tlv.value, `${what}, result`);
  return result === 0 ? 0 : error;
}
