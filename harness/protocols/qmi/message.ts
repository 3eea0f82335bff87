import { HarnessError } from '../../core/errors.ts';
import { createReader, readAll } from '../binary/reader.ts';
import { createWriter } from '../binary/writer.ts';
import { qmiService, qmiServiceName } from './services.ts';

/** Type, length, value: the length is that of the value. */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** What stands before the TLVs: the QMUX envelope and the head of the message itself. */
export interface QmiHeader {
  readonly service: number;
  /** 0 for CTL; 255 in an indication: every client of the service. */
  readonly client: number;
  readonly kind: 'request' | 'response' | 'indication';
  /** One byte for CTL, two for everybody else. */
  readonly transaction: number;
  readonly id: number;
}

/** One QMI message with its QMUX envelope, TLVs as they stand. */
export interface QmiMessage extends QmiHeader {
  readonly tlvs: readonly Tlv[];
}

/** A frame whose envelope and head were read. */
export interface QmiFrame {
  readonly header: QmiHeader;
  /** The TLVs behind their length, unread. */
  readonly body: Uint8Array;
}

/** The client number that means every client of the service. */
export const everyClient = 0xff;

const MARKER = 0x01;
const QMUX_HEADER = 6;
const FROM_SERVICE = 0x80;

// The flags of CTL differ from those of the other services (libqmi, qmi-message.c).
const controlFlags = { request: 0x00, response: 0x01, indication: 0x02 } as const;
const serviceFlags = { request: 0x00, response: 0x02, indication: 0x04 } as const;

/** The bytes of a QMUX frame as they go through a control channel. */
export function encodeQmi(message: QmiMessage): Uint8Array {
  const control = message.service === qmiService.ctl;
  const tlvs = createWriter();
  for (const { type, value } of message.tlvs) {
    tlvs.u8(type);
    tlvs.u16(value.length);
    tlvs.bytes(value);
  }
  const body = createWriter();
  body.u8((control ? controlFlags : serviceFlags)[message.kind]);
  if (control) body.u8(message.transaction);
  else body.u16(message.transaction);
  body.u16(message.id);
  body.u16(tlvs.length);
  body.bytes(tlvs.finish());
  const frame = createWriter();
  frame.u8(MARKER);
  frame.u16(QMUX_HEADER - 1 + body.length);
  frame.u8(message.kind === 'request' ? 0 : FROM_SERVICE);
  frame.u8(message.service);
  frame.u8(message.client);
  frame.bytes(body.finish());
  return frame.finish();
}

/**
 * Reads one whole frame.
 * @throws HarnessError `qmi.malformed`, `binary.truncated`, `binary.trailing`
 */
export function decodeQmi(frame: Uint8Array): QmiMessage {
  const { header, body } = readQmiFrame(frame);
  return { ...header, tlvs: readTlvs(body, qmiMessageName(header.service, header.id)) };
}

/**
 * The envelope and the head alone: enough to answer a message whose TLVs are broken.
 * @throws HarnessError `qmi.malformed`, `binary.truncated`
 */
export function readQmiFrame(frame: Uint8Array): QmiFrame {
  return readAll(frame, 'QMUX frame', (from) => {
    const marker = from.u8();
    if (marker !== MARKER) throw malformed(`a QMUX frame starts with 0x01, not with ${hex(marker, 2)}`);
    const length = from.u16();
    if (length !== frame.length - 1) {
      throw malformed(`a QMUX frame of ${frame.length} bytes says that it has ${length + 1}`);
    }
    from.u8(); // the sender's side; the message's own flags say the same
    const service = from.u8();
    const client = from.u8();
    const control = service === qmiService.ctl;
    const kind = kindOf(from.u8(), control);
    const transaction = control ? from.u8() : from.u16();
    const id = from.u16();
    return { header: { service, client, kind, transaction, id }, body: from.take(from.left) };
  });
}

/**
 * The TLVs of a frame's body.
 * @param what names the message in errors
 * @throws HarnessError `binary.truncated`, `binary.trailing`
 */
export function readTlvs(body: Uint8Array, what: string): readonly Tlv[] {
  const list = readAll(body, what, (from) => from.take(from.u16()));
  const from = createReader(list, what);
  const tlvs: Tlv[] = [];
  while (from.left > 0) {
    const type = from.u8();
    tlvs.push({ type, value: from.take(from.u16()) });
  }
  return tlvs;
}

function kindOf(flags: number, control: boolean): QmiHeader['kind'] {
  const table = control ? controlFlags : serviceFlags;
  for (const kind of ['request', 'response', 'indication'] as const) if (table[kind] === flags) return kind;
  throw malformed(`no QMI message has flags ${hex(flags, 2)}`);
}

/** For errors and records: `QMI wds 0x0020`. */
export function qmiMessageName(service: number, id: number): string {
  return `QMI ${qmiServiceName(service) ?? hex(service, 2)} ${hex(id, 4)}`;
}

/** An indication that goes to every client of its service. */
export function isForEveryClient(message: QmiHeader): boolean {
  return message.kind === 'indication' && message.client === everyClient;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function malformed(text: string): HarnessError {
  return new HarnessError(text, { code: 'qmi.malformed', blame: 'dut', effect: 'none' });
}
