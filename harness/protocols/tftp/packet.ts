import { HarnessError } from '../../core/errors.ts';
import { get16, put16 } from '../ip/ipv4.ts';

/** Error codes (RFC 1350 appendix; 8 of RFC 2347). */
export const tftpError = {
  notDefined: 0,
  fileNotFound: 1,
  accessViolation: 2,
  illegalOperation: 4,
  unknownTransfer: 5,
  optionsRefused: 8,
} as const;

/** Names in lower case, values as they were sent (RFC 2347). */
export type TftpOptions = ReadonlyMap<string, string>;

/** A TFTP packet (RFC 1350 section 5, RFC 2347). */
export type TftpPacket =
  | {
      readonly kind: 'read' | 'write';
      readonly file: string;
      /** `octet`, `netascii`: in lower case. */
      readonly mode: string;
      readonly options: TftpOptions;
    }
  | { readonly kind: 'data'; readonly block: number; readonly bytes: Uint8Array }
  | { readonly kind: 'acknowledgement'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'optionAcknowledgement'; readonly options: TftpOptions };

const opcode = {
  read: 1,
  write: 2,
  data: 3,
  acknowledgement: 4,
  error: 5,
  optionAcknowledgement: 6,
} as const;

export function encodeTftp(packet: TftpPacket): Uint8Array {
  switch (packet.kind) {
    case 'read':
    case 'write':
      return framed(packet.kind, textBytes(packet.file, packet.mode, ...pairs(packet.options)));
    case 'data':
      return framed('data', [...word(packet.block)], packet.bytes);
    case 'acknowledgement':
      return framed('acknowledgement', word(packet.block));
    case 'error':
      return framed('error', [...word(packet.code), ...textBytes(packet.message)]);
    case 'optionAcknowledgement':
      return framed('optionAcknowledgement', textBytes(...pairs(packet.options)));
  }
}

/** @throws HarnessError `tftp.malformed`, which says what is wrong with it */
export function decodeTftp(bytes: Uint8Array): TftpPacket {
  if (bytes.length < 4) throw malformed(`${bytes.length} octets are too few`);
  const body = bytes.subarray(2);
  switch (get16(bytes, 0)) {
    case opcode.read:
      return request('read', body);
    case opcode.write:
      return request('write', body);
    case opcode.data:
      return { kind: 'data', block: get16(body, 0), bytes: body.subarray(2) };
    case opcode.acknowledgement:
      return { kind: 'acknowledgement', block: get16(body, 0) };
    case opcode.error:
      // The final NUL is missing in some; what was meant is clear.
      return { kind: 'error', code: get16(body, 0), message: latin1(body.subarray(2)).replace(/\0.*$/s, '') };
    case opcode.optionAcknowledgement:
      return { kind: 'optionAcknowledgement', options: optionsOf(texts(body)) };
    default:
      throw malformed(`there is no operation ${get16(bytes, 0)}`);
  }
}

function request(kind: 'read' | 'write', body: Uint8Array): TftpPacket {
  const [file, mode, ...rest] = texts(body);
  if (file === undefined || file === '' || mode === undefined)
    throw malformed('a request names a file and a mode');
  return { kind, file, mode: mode.toLowerCase(), options: optionsOf(rest) };
}

function optionsOf(words: readonly string[]): TftpOptions {
  if (words.length % 2 !== 0) throw malformed(`the option ${words.at(-1)} has no value`);
  return new Map(
    words.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), words[at + 1] ?? ''] as const] : [])),
  );
}

/** Texts that each end with NUL. */
function texts(bytes: Uint8Array): string[] {
  if (bytes.at(-1) !== 0) throw malformed('its last text has no end');
  return latin1(bytes.subarray(0, -1)).split('\0');
}

const pairs = (options: TftpOptions): string[] => [...options].flat();

const textBytes = (...all: readonly string[]): number[] =>
  all.flatMap((text) => [...Buffer.from(text, 'latin1'), 0]);

const NOTHING = new Uint8Array();

const word = (value: number): number[] => [value >> 8, value & 0xff];

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function framed(kind: keyof typeof opcode, head: readonly number[], data: Uint8Array = NOTHING): Uint8Array {
  const bytes = new Uint8Array(2 + head.length + data.length);
  put16(bytes, 0, opcode[kind]);
  bytes.set(head, 2);
  bytes.set(data, 2 + head.length);
  return bytes;
}

const malformed = (why: string): HarnessError =>
  new HarnessError(`this is no TFTP packet: ${why}`, {
    code: 'tftp.malformed',
    blame: 'rig',
    effect: 'none',
  });
