import {
  fromSeptets,
  fromUcs2,
  packSeptets,
  toSeptets,
  toUcs2,
  unpackSeptets,
} from '../../../../protocols/sms/alphabet.ts';
import { addressOf, numberOf, splitCentre, withCentre } from '../../../../protocols/sms/address.ts';
import {
  decodeDeliver,
  decodeSubmit,
  encodeSubmit,
  isSevenBit,
  timestampText,
  type DeliverTpdu,
  type SubmitTpdu,
} from '../../../../protocols/sms/tpdu.ts';
import type { TextMessage, TextStatus } from '../../stored.ts';
import type { AtCall } from './wire.ts';

// Text messages as words (TS 27.005 3.1, +CMGF=1).

export const statusWords: Readonly<Record<TextStatus, string>> = {
  unread: 'REC UNREAD',
  read: 'REC READ',
  unsent: 'STO UNSENT',
  sent: 'STO SENT',
};

export const characterSets = ['IRA', 'GSM', 'UCS2'] as const;
type CharacterSet = (typeof characterSets)[number];

export function isTextMode({ wire }: AtCall): boolean {
  return wire.others.get('+CMGF') === 1;
}

/** What strings are written in between modem and host (+CSCS). */
export function characterSet({ wire }: AtCall): CharacterSet {
  return characterSets[wire.others.get('+CSCS') ?? 0] ?? 'IRA';
}

/** TP-FO, TP-VP, TP-PID and TP-DCS of messages to come (+CSMP). */
export function textParameters({
  wire,
}: AtCall): readonly [fo: number, vp: number, pid: number, dcs: number] {
  const one = (place: number, factory: number): number => wire.others.get(`+CSMP ${place}`) ?? factory;
  return [one(0, 17), one(1, 167), one(2, 0), one(3, 0)];
}

export function toHost(at: AtCall, text: string): string {
  const set = characterSet(at);
  if (set === 'UCS2') return hexOf(toUcs2(text));
  if (set === 'GSM') return String.fromCharCode(...septetsOf(text));
  return text.replace(/[^\x00-\x7f]/g, '?');
}

/** @returns undefined: no hexadecimal where it should be */
export function fromHost(at: AtCall, text: string): string | undefined {
  const set = characterSet(at);
  if (set === 'GSM') return fromSeptets(Array.from(text, (character) => character.charCodeAt(0) & 0x7f));
  if (set === 'IRA') return text;
  const bytes = bytesOf(text);
  return bytes && bytes.length % 2 === 0 ? fromUcs2(bytes) : undefined;
}

/** What the alphabet lacks becomes a question mark. */
function septetsOf(text: string): readonly number[] {
  const asked = toSeptets('?') ?? [];
  return Array.from(text).flatMap((character) => toSeptets(character) ?? asked);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function bytesOf(hex: string): Uint8Array | undefined {
  return /^(?:[0-9A-F]{2})*$/i.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;
}

const MAX_SEPTETS = 160;
const MAX_BYTES = 140;
const FILLED_VALIDITY = 0x10;

/** SMS-SUBMIT for what the host typed; undefined: too long, or no hexadecimal where the coding wants it. */
export function composeText(at: AtCall, number: string, typed: string): Uint8Array | undefined {
  const [fo, vp, protocol, coding] = textParameters(at);
  const body = bodyOf(at, coding, fo, typed);
  if (!body) return undefined;
  // An absolute validity period is not taken in words.
  const relative = (fo & 0x18) === FILLED_VALIDITY;
  const tpdu = encodeSubmit({
    ...body,
    hasHeader: (fo & 0x40) !== 0,
    replyPath: (fo & 0x80) !== 0,
    rejectDuplicates: (fo & 0x04) !== 0,
    wantsReport: (fo & 0x20) !== 0,
    reference: 0,
    to: addressOf(number),
    validity: relative ? Uint8Array.of(vp) : new Uint8Array(0),
    validityFormat: relative ? 2 : 0,
    protocol,
    coding,
  });
  return withCentre(undefined, tpdu);
}

function bodyOf(
  at: AtCall,
  coding: number,
  fo: number,
  typed: string,
): Pick<SubmitTpdu, 'length' | 'text'> | undefined {
  if (isSevenBit(coding) && (fo & 0x40) === 0) {
    const text = fromHost(at, typed);
    const septets = text === undefined ? undefined : septetsOf(text);
    if (!septets || septets.length > MAX_SEPTETS) return undefined;
    return { length: septets.length, text: packSeptets(septets) };
  }
  const text = bytesOf(typed.replace(/\s/g, ''));
  if (!text || text.length > MAX_BYTES) return undefined;
  return { length: isSevenBit(coding) ? Math.floor((text.length * 8) / 7) : text.length, text };
}

/** A message that is kept or has just come. */
export interface TextInWords {
  /** Number and time, and with +CSDH=1 its parameters, for +CMGL. */
  readonly inList: string;
  /** The same for +CMGR and +CMT, behind the status. */
  readonly alone: string;
  readonly data: string;
}

export function inWords(at: AtCall, pdu: Uint8Array): TextInWords {
  const { tpdu, centre } = splitCentre(pdu);
  const message = ((tpdu[0] ?? 0) & 3) === 0 ? decodeDeliver(tpdu) : decodeSubmit(tpdu);
  const party = 'from' in message ? message.from : message.to;
  const quoted = (text: string): string => `"${toHost(at, text)}"`;
  const number = quoted(numberOf(party));
  const time = 'from' in message ? [`"${timestampText(message.time)}"`] : [];
  const detailed = at.wire.others.get('+CSDH') === 1;
  const validity = 'to' in message ? [message.validity[0] ?? ''] : [];
  const ownCentre = centre ? numberOf(centre) : (at.runtime.state.sim.card?.textCentre ?? '');
  const parameters = [tpdu[0], message.protocol, message.coding, ...validity];
  const details = [party.type, ...parameters, quoted(ownCentre), addressOf(ownCentre).type];
  return {
    inList: [number, '', time[0] ?? '', ...(detailed ? [party.type, message.length] : [])].join(','),
    alone: [number, '', ...time, ...(detailed ? [...details, message.length] : [])].join(','),
    data: dataOf(at, message),
  };
}

/** Characters as the host wants them; bytes, and what has a header, in hexadecimal. */
function dataOf(at: AtCall, { coding, hasHeader, text, length }: DeliverTpdu | SubmitTpdu): string {
  if (!isSevenBit(coding) || hasHeader) return hexOf(text);
  return toHost(at, fromSeptets(unpackSeptets(text, length)));
}

/** `+CMGL: 0,"REC READ",…`, and the message. */
export function listedInWords(at: AtCall, { place, status, pdu }: TextMessage): readonly string[] {
  const { inList, data } = inWords(at, pdu);
  return [`+CMGL: ${place},"${statusWords[status]}",${inList}`, data];
}
