import { HarnessError } from '../../core/errors.ts';
import { createReader, readAll, type Reader } from '../binary/reader.ts';
import { createWriter } from '../binary/writer.ts';
import { qmiService, qmiServiceName } from './services.ts';

/** Type, length, value: the length is that of the value. */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** One QMI message with its QMUX envelope, TLVs as they stand. */
export interface QmiMessage {
  readonly service: number;
  /** 0 for CTL; 255 in an indication: every client of the service. */
  readonly client: number;
  readonly kind: 'request' | 'response' | 'indication';
  /** One byte for CTL, two for everybody else. */
  readonly transaction: number;
  readonly id: number;
  readonly tlvs: readonly Tlv[];
}

const MARKER = 0x01;
const QMUX_HEADER = 6;
const FROM_SERVICE = 0x80;
const EVERY_CLIENT = 0xff;

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
    return { service, client, ...readBody(from, service) };
  });
}

function readBody(from: Reader, service: number): Omit<QmiMessage, 'service' | 'client'> {
  const control = service === qmiService.ctl;
  const kind = kindOf(from.u8(), control);
  const transaction = control ? from.u8() : from.u16();
  const id = from.u16();
  const tlvs = readTlvs(from.take(from.u16()), `${qmiMessageName(service, id)}`);
  return { kind, transaction, id, tlvs };
}

function kindOf(flags: number, control: boolean): QmiMessage['kind'] {
  const table = control ? controlFlags : serviceFlags;
  for (const kind of ['request', 'response', 'indication'] as const) if (table[kind] === flags) return kind;
  throw malformed(`no QMI message has flags ${hex(flags, 2)}`);
}

function readTlvs(bytes: Uint8Array, what: string): Tlv[] {
  const from = createReader(bytes, what);
  const tlvs: Tlv[] = [];
  while (from.left > 0) {
    const type = from.u8();
    tlvs.push({ type, value: from.take(from.u16()) });
  }
  return tlvs;
}

/** For errors and records: `QMI wds 0x0020`. */
export function qmiMessageName(service: number, id: number): string {
  return `QMI ${qmiServiceName(service) ?? hex(service, 2)} ${hex(id, 4)}`;
}

/** An indication that goes to every client of its service. */
export function isForEveryClient(message: QmiMessage): boolean {
  return message.kind === 'indication' && message.client === EVERY_CLIENT;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function malformed(text: string): HarnessError {
  return new HarnessError(text, { code: 'qmi.malformed', blame: 'dut', effect: 'none' });
}
