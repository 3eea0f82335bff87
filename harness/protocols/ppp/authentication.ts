import { createHash } from 'node:crypto';

import { decodeControl, encodeControl, truncated, type ControlPacket } from './control.ts';
import { HarnessError } from '../../core/errors.ts';

/** The Password Authentication Protocol (RFC 1334 section 2). */
export type PapPacket =
  | { readonly kind: 'request'; readonly id: number; readonly peerId: string; readonly password: string }
  | { readonly kind: 'ack' | 'nak'; readonly id: number; readonly message: string };

/** The Challenge Handshake Authentication Protocol (RFC 1994 section 4). */
export type ChapPacket =
  | {
      readonly kind: 'challenge' | 'response';
      readonly id: number;
      readonly value: Uint8Array;
      readonly name: string;
    }
  | { readonly kind: 'success' | 'failure'; readonly id: number; readonly message: string };

const papCode = { request: 1, ack: 2, nak: 3 } as const;
const chapCode = { challenge: 1, response: 2, success: 3, failure: 4 } as const;

export function encodePap(packet: PapPacket): Uint8Array {
  const data =
    packet.kind === 'request'
      ? Uint8Array.of(...counted(packet.peerId), ...counted(packet.password))
      : counted(packet.message);
  return encodeControl({ code: papCode[packet.kind], id: packet.id, data });
}

/** @throws HarnessError `ppp.truncated`, `ppp.bad-length`, `ppp.bad-code` */
export function decodePap(bytes: Uint8Array): PapPacket {
  const { code, id, data } = decodeControl(bytes);
  if (code === papCode.request) {
    const peerId = readCounted(data, 0);
    const password = readCounted(data, peerId.length + 1);
    return { kind: 'request', id, peerId: text(peerId), password: text(password) };
  }
  const kind = code === papCode.ack ? 'ack' : code === papCode.nak ? 'nak' : undefined;
  if (!kind) throw badCode('PAP', code);
  // Some peers leave the length of an empty message out (pppd takes that too).
  return { kind, id, message: data.length === 0 ? '' : text(readCounted(data, 0)) };
}

export function encodeChap(packet: ChapPacket): Uint8Array {
  const data =
    'value' in packet
      ? Uint8Array.of(packet.value.length, ...packet.value, ...bytesOf(packet.name))
      : bytesOf(packet.message);
  return encodeControl({ code: chapCode[packet.kind], id: packet.id, data });
}

/** @throws HarnessError `ppp.truncated`, `ppp.bad-length`, `ppp.bad-code` */
export function decodeChap(bytes: Uint8Array): ChapPacket {
  const { code, id, data } = decodeControl(bytes);
  if (code === chapCode.challenge || code === chapCode.response) {
    const value = readCounted(data, 0);
    const kind = code === chapCode.challenge ? 'challenge' : 'response';
    return { kind, id, value, name: text(data.subarray(value.length + 1)) };
  }
  const kind = code === chapCode.success ? 'success' : code === chapCode.failure ? 'failure' : undefined;
  if (!kind) throw badCode('CHAP', code);
  return { kind, id, message: text(data) };
}

/** The response value of CHAP with MD5 (RFC 1994 section 4.1): MD5 over identifier, secret and challenge. */
export function chapMd5(id: number, secret: string, challenge: Uint8Array): Uint8Array {
  const digest = createHash('md5')
    .update(Uint8Array.of(id))
    .update(bytesOf(secret))
    .update(challenge)
    .digest();
  return Uint8Array.from(digest);
}

/** Octets and text one to one: names and messages have no character set on the wire. */
function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function text(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}

function counted(value: string): Uint8Array {
  if (value.length > 255) throw tooLong(value.length);
  return Uint8Array.of(value.length, ...bytesOf(value));
}

function readCounted(data: Uint8Array, at: number): Uint8Array {
  const length = data[at];
  if (length === undefined) throw truncated('a counted text', 0, 1);
  if (data.length - at - 1 < length) throw truncated('a counted text', data.length - at - 1, length);
  return data.subarray(at + 1, at + 1 + length);
}

function badCode(protocol: string, code: ControlPacket['code']): HarnessError {
  return new HarnessError(`${protocol} has no packet with code ${code}`, {
    code: 'ppp.bad-code',
    blame: 'dut',
    effect: 'none',
  });
}

function tooLong(length: number): HarnessError {
  return new HarnessError(`a name, password or message of ${length} octets does not fit into one packet`, {
    code: 'ppp.too-long',
    blame: 'test',
    effect: 'none',
    hint: 'PAP can carry at most 255 octets of each',
  });
}
