import { HarnessError } from '../../core/errors.ts';
import { u32, type Field } from '../binary/field.ts';
import { createReader, readAll, type Reader } from '../binary/reader.ts';
import { createWriter, type Writer } from '../binary/writer.ts';
import { uuid } from './fields.ts';

/** One whole control message (MBIM 1.0, section 9.3), its fragments put together, its information as it stands. */
export type MbimMessage = { readonly transaction: number } & MbimBody;

export type MbimBody =
  /** `maxControlTransfer`: the longest message, in bytes, that the host takes without fragments. */
  | { readonly kind: 'open'; readonly maxControlTransfer: number }
  | { readonly kind: 'close' }
  | ({ readonly kind: 'command'; readonly operation: number } & MbimContent)
  | { readonly kind: 'hostError' | 'functionError'; readonly error: number }
  | { readonly kind: 'openDone' | 'closeDone'; readonly status: number }
  | ({ readonly kind: 'commandDone'; readonly status: number } & MbimContent)
  | ({ readonly kind: 'indication' } & MbimContent);

export interface MbimContent {
  /** UUID of the device service. */
  readonly service: string;
  readonly cid: number;
  readonly information: Uint8Array;
}

export type MbimKind = MbimMessage['kind'];

/** Of a command. */
export const mbimOperation = { query: 0, set: 1 } as const;

export const mbimType = {
  open: 0x0000_0001,
  close: 0x0000_0002,
  command: 0x0000_0003,
  hostError: 0x0000_0004,
  openDone: 0x8000_0001,
  closeDone: 0x8000_0002,
  commandDone: 0x8000_0003,
  functionError: 0x8000_0004,
  indication: 0x8000_0007,
} as const satisfies Record<MbimKind, number>;

const kinds: ReadonlyMap<number, MbimKind> = new Map(
  Object.entries(mbimType).map(([kind, type]) => [type, kind as MbimKind]),
);

/** What every message starts with. */
export interface MbimHeader {
  readonly type: number;
  /** Of this message or fragment, header included. */
  readonly length: number;
  readonly transaction: number;
}

export const HEADER_LENGTH = 12;
/** With the fragment header: total and current. */
export const FRAGMENT_HEADER_LENGTH = HEADER_LENGTH + 8;

/** Only these messages have a fragment header (MBIM 1.0, 9.2). */
export function isFragmented(type: number): boolean {
  return type === mbimType.command || type === mbimType.commandDone || type === mbimType.indication;
}

/** @throws HarnessError `binary.truncated` */
export function readHeader(bytes: Uint8Array): MbimHeader {
  const from = createReader(bytes, 'MBIM message');
  return { type: from.u32(), length: from.u32(), transaction: from.u32() };
}

/** The whole message, as one fragment where it has a fragment header. */
export function encodeMbim(message: MbimMessage): Uint8Array {
  const type = mbimType[message.kind];
  const body = createWriter();
  if (isFragmented(type)) {
    body.u32(1);
    body.u32(0);
  }
  writeBody(body, message);
  const whole = createWriter();
  whole.u32(type);
  whole.u32(HEADER_LENGTH + body.length);
  whole.u32(message.transaction);
  whole.bytes(body.finish());
  return whole.finish();
}

function writeBody(to: Writer, message: MbimMessage): void {
  switch (message.kind) {
    case 'open':
      return to.u32(message.maxControlTransfer);
    case 'close':
      return undefined;
    case 'hostError':
    case 'functionError':
      return to.u32(message.error);
    case 'openDone':
    case 'closeDone':
      return to.u32(message.status);
    case 'command':
      return writeContent(to, message, message.operation);
    case 'commandDone':
      return writeContent(to, message, message.status);
    case 'indication':
      return writeContent(to, message, undefined);
  }
}

/** `word`: the operation or the status, which an indication does not have. */
function writeContent(
  to: Writer,
  { service, cid, information }: MbimContent,
  word: number | undefined,
): void {
  uuid.write(to, service);
  to.u32(cid);
  if (word !== undefined) to.u32(word);
  to.u32(information.length);
  to.bytes(information);
}

/**
 * Reads one whole message: fragments have been put together before.
 * @throws HarnessError `mbim.malformed`, `mbim.length-mismatch`, `binary.truncated`, `binary.trailing`
 */
export function decodeMbim(bytes: Uint8Array): MbimMessage {
  return readAll(bytes, 'MBIM message', (from) => {
    const type = from.u32();
    const length = from.u32();
    const transaction = from.u32();
    const kind = kinds.get(type);
    if (!kind) throw malformed(`no MBIM message has type 0x${type.toString(16)}`);
    if (length !== bytes.length) {
      throw mismatch(`an MBIM message of ${bytes.length} bytes says that it has ${length}`);
    }
    if (isFragmented(type)) readWhole(from);
    return { transaction, ...readBody(from, kind) };
  });
}

function readWhole(from: Reader): void {
  const total = from.u32();
  const current = from.u32();
  if (total !== 1 || current !== 0) throw malformed(`fragment ${current} of ${total} is no whole message`);
}

function readBody(from: Reader, kind: MbimKind): MbimBody {
  switch (kind) {
    case 'open':
      return { kind, maxControlTransfer: from.u32() };
    case 'close':
      // OpenWrt's umbim (seen on its wire) sends four octets behind the header, and asks until it is closed.
      from.take(from.left);
      return { kind };
    case 'hostError':
    case 'functionError':
      return { kind, error: from.u32() };
    case 'openDone':
    case 'closeDone':
      return { kind, status: from.u32() };
    case 'command': {
      const [operation, content] = readContent(from, u32);
      return { kind, operation, ...content };
    }
    case 'commandDone': {
      const [status, content] = readContent(from, u32);
      return { kind, status, ...content };
    }
    case 'indication':
      return { kind, ...readContent(from, undefined)[1] };
  }
}

function readContent(from: Reader, word: Field<number> | undefined): readonly [number, MbimContent] {
  const service = uuid.read(from);
  const cid = from.u32();
  const value = word?.read(from) ?? 0;
  const length = from.u32();
  // The message may be padded to a multiple of four where its information is not (MBIM 1.0, 9.3.4.3).
  if (length > from.left || from.left - length > 3) {
    throw mismatch(`${from.left} bytes of information where the message says that it has ${length}`);
  }
  const information = from.take(length);
  from.take(from.left);
  return [value, { service, cid, information }];
}

function malformed(text: string): HarnessError {
  return new HarnessError(text, { code: 'mbim.malformed', blame: 'dut', effect: 'none' });
}

function mismatch(text: string): HarnessError {
  return new HarnessError(text, { code: 'mbim.length-mismatch', blame: 'dut', effect: 'none' });
}
