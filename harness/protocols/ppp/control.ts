import { HarnessError } from '../../core/errors.ts';

/** Codes that LCP and the network control protocols share, and those of LCP alone from 8 on (RFC 1661 section 5). */
export const controlCode = {
  configureRequest: 1,
  configureAck: 2,
  configureNak: 3,
  configureReject: 4,
  terminateRequest: 5,
  terminateAck: 6,
  codeReject: 7,
  protocolReject: 8,
  echoRequest: 9,
  echoReply: 10,
  discardRequest: 11,
} as const;

/** A packet of LCP, IPCP, PAP or CHAP: they have the same four octets in front. */
export interface ControlPacket {
  readonly code: number;
  readonly id: number;
  readonly data: Uint8Array;
}

/** A configuration option: type, and what follows its length octet (RFC 1661 section 5, 6). */
export interface RawOption {
  readonly type: number;
  readonly data: Uint8Array;
}

export function encodeControl(packet: ControlPacket): Uint8Array {
  const length = packet.data.length + 4;
  const out = new Uint8Array(length);
  out[0] = packet.code;
  out[1] = packet.id;
  out[2] = length >>> 8;
  out[3] = length;
  out.set(packet.data, 4);
  return out;
}

/**
 * Octets after the packet's own length are padding and dropped.
 * @throws HarnessError `ppp.truncated`, `ppp.bad-length`
 */
export function decodeControl(bytes: Uint8Array): ControlPacket {
  if (bytes.length < 4) throw truncated('a control packet', bytes.length, 4);
  const length = ((bytes[2] as number) << 8) | (bytes[3] as number);
  if (length < 4) throw badLength('a control packet', length);
  if (length > bytes.length) throw truncated('a control packet', bytes.length, length);
  return { code: bytes[0] as number, id: bytes[1] as number, data: bytes.subarray(4, length) };
}

export function encodeOptions(options: readonly RawOption[]): Uint8Array {
  const out = new Uint8Array(options.reduce((sum, option) => sum + option.data.length + 2, 0));
  let at = 0;
  for (const { type, data } of options) {
    if (data.length > 253) throw badLength('an option', data.length + 2);
    out[at] = type;
    out[at + 1] = data.length + 2;
    out.set(data, at + 2);
    at += data.length + 2;
  }
  return out;
}

/** @throws HarnessError `ppp.truncated`, `ppp.bad-length` */
export function decodeOptions(bytes: Uint8Array): RawOption[] {
  const options: RawOption[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 2) throw truncated('an option', bytes.length - at, 2);
    const length = bytes[at + 1] as number;
    if (length < 2) throw badLength('an option', length);
    if (length > bytes.length - at) throw truncated('an option', bytes.length - at, length);
    options.push({ type: bytes[at] as number, data: bytes.subarray(at + 2, at + length) });
    at += length;
  }
  return options;
}

/** LCP Protocol-Reject (RFC 1661 section 5.7): the number and the beginning of what was refused. */
export interface RejectedProtocol {
  readonly protocol: number;
  readonly information: Uint8Array;
}

export function encodeRejectedProtocol(rejected: RejectedProtocol): Uint8Array {
  return Uint8Array.from([rejected.protocol >>> 8, rejected.protocol & 255, ...rejected.information]);
}

/** @throws HarnessError `ppp.truncated` */
export function decodeRejectedProtocol(data: Uint8Array): RejectedProtocol {
  if (data.length < 2) throw truncated('a Protocol-Reject', data.length, 2);
  return {
    protocol: ((data[0] as number) << 8) | (data[1] as number),
    information: data.subarray(2),
  };
}

/** LCP echo and Discard-Request (RFC 1661 section 5.8, 5.9): the sender's magic number, then anything. */
export interface LcpEcho {
  readonly magic: number;
  readonly data: Uint8Array;
}

export function encodeLcpEcho(echo: LcpEcho): Uint8Array {
  const out = new Uint8Array(4 + echo.data.length);
  new DataView(out.buffer).setUint32(0, echo.magic);
  out.set(echo.data, 4);
  return out;
}

/** @throws HarnessError `ppp.truncated` */
export function decodeLcpEcho(data: Uint8Array): LcpEcho {
  if (data.length < 4) throw truncated('an LCP echo', data.length, 4);
  return {
    magic: new DataView(data.buffer, data.byteOffset).getUint32(0),
    data: data.subarray(4),
  };
}

export function truncated(what: string, present: number, wanted: number): HarnessError {
  return new HarnessError(`${what} of ${wanted} octets ends after ${present}`, {
    code: 'ppp.truncated',
    blame: 'dut',
    effect: 'none',
    data: { present, wanted },
  });
}

function badLength(what: string, length: number): HarnessError {
  return new HarnessError(`${what} cannot be ${length} octets long`, {
    code: 'ppp.bad-length',
    blame: 'dut',
    effect: 'none',
    data: { length },
  });
}
