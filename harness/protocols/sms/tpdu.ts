import { readAll } from '../binary/reader.ts';
import { createWriter } from '../binary/writer.ts';
import { partyAddress, type TextAddress } from './address.ts';
import { malformed } from './malformed.ts';

// Text messages between modem and service centre (TS 23.040 9.2.2).

/** What both ways have in common: how the text is coded, and the text. */
export interface TextBody {
  /** The text starts with a header: one part of several, a port. */
  readonly hasHeader: boolean;
  readonly replyPath: boolean;
  /** TP-PID. */
  readonly protocol: number;
  /** TP-DCS (TS 23.038 4): alphabet and class. */
  readonly coding: number;
  /** TP-UDL: characters of seven bits, or bytes. */
  readonly length: number;
  readonly text: Uint8Array;
}

/** SMS-SUBMIT: from the modem to the centre. */
export interface SubmitTpdu extends TextBody {
  readonly rejectDuplicates: boolean;
  readonly wantsReport: boolean;
  readonly reference: number;
  readonly to: TextAddress;
  /** TP-VP: nothing, one byte, or seven. */
  readonly validity: Uint8Array;
  /** With seven bytes: 1 enhanced, 3 absolute. */
  readonly validityFormat: 0 | 1 | 2 | 3;
}

/** SMS-DELIVER: from the centre to the modem. */
export interface DeliverTpdu extends TextBody {
  readonly moreToCome: boolean;
  readonly reported: boolean;
  readonly from: TextAddress;
  /** TP-SCTS, seven bytes as they stand. */
  readonly time: Uint8Array;
}

const DELIVER = 0;
const SUBMIT = 1;
const REPLY_PATH = 0x80;
const HEADER = 0x40;
const REPORT = 0x20;
/** Set: no more messages wait; in a submission: duplicates are refused. */
const THIRD_BIT = 0x04;
/** By TP-VPF: bytes of the validity period. */
const VALIDITY_LENGTH = [0, 7, 1, 7] as const;
/** TS 23.040 9.2.3.24. */
const MAX_TEXT = 140;

/** @throws HarnessError `sms.malformed`, `binary.truncated`, `binary.trailing` */
export function decodeSubmit(bytes: Uint8Array): SubmitTpdu {
  return readAll(bytes, 'SMS-SUBMIT', (from) => {
    const flags = from.u8();
    if ((flags & 3) !== SUBMIT) throw malformed(`a message of type ${flags & 3} is no SMS-SUBMIT`);
    const validityFormat = ((flags >> 3) & 3) as SubmitTpdu['validityFormat'];
    const reference = from.u8();
    const to = partyAddress.read(from);
    const protocol = from.u8();
    const coding = from.u8();
    const validity = from.take(VALIDITY_LENGTH[validityFormat]);
    const length = from.u8();
    return {
      rejectDuplicates: (flags & THIRD_BIT) !== 0,
      wantsReport: (flags & REPORT) !== 0,
      ...shared(flags),
      reference,
      to,
      protocol,
      coding,
      validity,
      validityFormat,
      length,
      text: from.take(textLength(coding, length)),
    };
  });
}

export function encodeSubmit(message: SubmitTpdu): Uint8Array {
  const to = createWriter();
  to.u8(
    SUBMIT |
      (message.rejectDuplicates ? THIRD_BIT : 0) |
      (message.validityFormat << 3) |
      (message.wantsReport ? REPORT : 0) |
      sharedFlags(message),
  );
  to.u8(message.reference);
  partyAddress.write(to, message.to);
  to.u8(message.protocol);
  to.u8(message.coding);
  to.bytes(message.validity);
  to.u8(message.length);
  to.bytes(message.text);
  return to.finish();
}

/** @throws HarnessError `sms.malformed`, `binary.truncated`, `binary.trailing` */
export function decodeDeliver(bytes: Uint8Array): DeliverTpdu {
  return readAll(bytes, 'SMS-DELIVER', (from) => {
    const flags = from.u8();
    if ((flags & 3) !== DELIVER) throw malformed(`a message of type ${flags & 3} is no SMS-DELIVER`);
    const sender = partyAddress.read(from);
    const protocol = from.u8();
    const coding = from.u8();
    const time = from.take(7);
    const length = from.u8();
    return {
      moreToCome: (flags & THIRD_BIT) === 0,
      reported: (flags & REPORT) !== 0,
      ...shared(flags),
      from: sender,
      protocol,
      coding,
      time,
      length,
      text: from.take(textLength(coding, length)),
    };
  });
}

export function encodeDeliver(message: DeliverTpdu): Uint8Array {
  const to = createWriter();
  to.u8(
    DELIVER | (message.moreToCome ? 0 : THIRD_BIT) | (message.reported ? REPORT : 0) | sharedFlags(message),
  );
  partyAddress.write(to, message.from);
  to.u8(message.protocol);
  to.u8(message.coding);
  to.bytes(message.time);
  to.u8(message.length);
  to.bytes(message.text);
  return to.finish();
}

/** TP-SCTS (9.2.3.11) in UTC: year to second as swapped decimal digits, and no quarters of an hour of a zone. */
export function timestamp(time: Date): Uint8Array {
  const parts = [
    time.getUTCFullYear() % 100,
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
    0,
  ];
  return Uint8Array.from(parts, (part) => ((part % 10) << 4) | Math.floor(part / 10));
}

/** `26/01/05,08:00:00+00`, as AT commands have TP-SCTS (TS 27.005 3.1): the zone in quarters of an hour. */
export function timestampText(time: Uint8Array): string {
  const [year, month, day, hour, minute, second] = Array.from(time, swappedDigits);
  // Bit 3 of the last byte is the zone's sign, not a part of its digits.
  const zone = time[6] ?? 0;
  const sign = (zone & 0x08) === 0 ? '+' : '-';
  return `${year}/${month}/${day},${hour}:${minute}:${second}${sign}${swappedDigits(zone & 0xf7)}`;
}

function swappedDigits(byte: number): string {
  return `${byte & 0x0f}${byte >> 4}`;
}

/** The class that a coding asks for (TS 23.038 4), 0 to 3; undefined: none. */
export function messageClass(coding: number): 0 | 1 | 2 | 3 | undefined {
  const hasClass = (coding & 0xf0) === 0xf0 || ((coding & 0x80) === 0 && (coding & 0x10) !== 0);
  return hasClass ? ((coding & 3) as 0 | 1 | 2 | 3) : undefined;
}

/** Characters of seven bits, not bytes (TS 23.038 4). */
export function isSevenBit(coding: number): boolean {
  if ((coding & 0x80) === 0) return (coding & 0x0c) === 0;
  if ((coding & 0xf0) === 0xf0) return (coding & 0x04) === 0;
  return (coding & 0xf0) === 0xc0 || (coding & 0xf0) === 0xd0;
}

function textLength(coding: number, length: number): number {
  const bytes = isSevenBit(coding) ? Math.ceil((length * 7) / 8) : length;
  if (bytes > MAX_TEXT) throw malformed(`a text of ${bytes} bytes is longer than ${MAX_TEXT}`);
  return bytes;
}

function shared(flags: number): Pick<TextBody, 'hasHeader' | 'replyPath'> {
  return { hasHeader: (flags & HEADER) !== 0, replyPath: (flags & REPLY_PATH) !== 0 };
}

function sharedFlags({ hasHeader, replyPath }: TextBody): number {
  return (hasHeader ? HEADER : 0) | (replyPath ? REPLY_PATH : 0);
}
