import { createReader, type Reader } from '../binary/reader.ts';
import type { Field } from '../binary/field.ts';
import { createWriter, type Writer } from '../binary/writer.ts';
import { malformed } from './malformed.ts';

/** A number as text messages carry it (TS 23.040 9.1.2.5): its digits, and what kind of number it is. */
export interface TextAddress {
  /** 0x91: international, of the telephone numbering plan; 0x81: of unknown kind; 0xd0: letters, seven bits each. */
  readonly type: number;
  /** Half bytes: digits, `*`, `#`, `a` to `c`; `f` where a filler stands among them. */
  readonly digits: string;
}

export const internationalNumber = 0x91;
const UNKNOWN_NUMBER = 0x81;

const SYMBOLS = '0123456789*#abcf';
const FILLER = 15;
/** TS 24.011 8.2.5: a centre's address has up to ten bytes of digits. */
const MAX_CENTRE = 11;

/** `+12025550100` */
export function addressOf(number: string): TextAddress {
  const digits = number.replace(/^\+/, '');
  return { type: number.startsWith('+') ? internationalNumber : UNKNOWN_NUMBER, digits };
}

/** A number as AT commands are given it: its type apart (`145`, in decimal), or with its plus sign. */
export function wholeNumber(number: string, type: string | undefined): string {
  const international = type === String(internationalNumber) && !number.startsWith('+');
  return international ? `+${number}` : number;
}

export function numberOf({ type, digits }: TextAddress): string {
  return type === internationalNumber ? `+${digits}` : digits;
}

/** The other party of a message: behind its length in half bytes. */
export const partyAddress: Field<TextAddress> = {
  read: (from) => {
    const length = from.u8();
    const type = from.u8();
    return { type, digits: readDigits(from, Math.ceil(length / 2)).slice(0, length) };
  },
  write: (to, { type, digits }) => {
    to.u8(digits.length);
    to.u8(type);
    writeDigits(to, digits);
  },
};

/** The service centre: behind its length in bytes; none where the modem shall take its own (TS 27.005 3.1). */
export const centreAddress: Field<TextAddress | undefined> = {
  read: (from) => {
    const length = from.u8();
    if (length === 0) return undefined;
    if (length > MAX_CENTRE) throw malformed(`a service centre's address has no ${length} bytes`);
    const type = from.u8();
    return { type, digits: readDigits(from, length - 1).replace(/f$/, '') };
  },
  write: (to, address) => {
    if (!address) return to.u8(0);
    to.u8(1 + Math.ceil(address.digits.length / 2));
    to.u8(address.type);
    return writeDigits(to, address.digits);
  },
};

/** What goes through QMI, MBIM and AT in PDU mode, and what a card keeps: the centre's address, then the message. */
export interface CentredPdu {
  readonly centre: TextAddress | undefined;
  readonly tpdu: Uint8Array;
}

/** @throws HarnessError `sms.malformed`, `binary.truncated` */
export function splitCentre(pdu: Uint8Array): CentredPdu {
  const from = createReader(pdu, 'text message');
  const centre = centreAddress.read(from);
  return { centre, tpdu: from.take(from.left) };
}

export function withCentre(centre: TextAddress | undefined, tpdu: Uint8Array): Uint8Array {
  const to = createWriter();
  centreAddress.write(to, centre);
  to.bytes(tpdu);
  return to.finish();
}

function readDigits(from: Reader, count: number): string {
  return Array.from(from.take(count), (byte) => symbol(byte & 0xf) + symbol(byte >> 4)).join('');
}

function writeDigits(to: Writer, digits: string): void {
  for (let at = 0; at < digits.length; at += 2) {
    const second = at + 1 < digits.length ? halfByte(digits, at + 1) : FILLER;
    to.u8(halfByte(digits, at) | (second << 4));
  }
}

function symbol(value: number): string {
  return SYMBOLS[value] ?? '';
}

function halfByte(digits: string, at: number): number {
  const value = SYMBOLS.indexOf(digits[at] ?? '');
  if (value < 0) throw malformed(`${digits[at]} is no digit of an address`);
  return value;
}
