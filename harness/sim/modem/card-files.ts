import { createWriter } from '../../protocols/binary/writer.ts';
import { packedPlmn } from '../../protocols/qmi/nas/fields.ts';
import { encode } from '../../protocols/binary/encode.ts';
import type { Cell } from '../network/network.ts';
import { homeNetwork } from './home-network.ts';
import { addressOf, centreAddress } from '../../protocols/sms/address.ts';
import type { CardState } from './sim-card.ts';
import type { TextMessage } from './stored.ts';
import { textPlaces } from './texts.ts';
import { swappedDigits } from './swapped-digits.ts';

/** The USIM's name (TS 31.110 annex A): 3GPP, USIM, and bytes of the issuer's. */
export const usimAid = Uint8Array.of(
  0xa0,
  0x00,
  0x00,
  0x00,
  0x87,
  0x10,
  0x02,
  0xff,
  0x86,
  0xff,
  0xff,
  0x89,
  0xff,
  0xff,
  0xff,
  0xff,
);

/** The answer to reset of a common UICC (TS 102 221 6.3). */
export const cardAtr = Uint8Array.of(
  0x3b,
  0x9f,
  0x96,
  0x80,
  0x1f,
  0xc7,
  0x80,
  0x31,
  0xe0,
  0x73,
  0xfe,
  0x21,
  0x1b,
  0x63,
  0x3a,
  0x20,
);

/** A file of the card: its bytes, or its records, and whether they can be read before the PIN was given. */
export type CardFile = {
  readonly id: number;
  readonly path: readonly number[];
  readonly readable: 'always' | 'pin1';
} & ({ readonly content: Uint8Array } | { readonly records: readonly Uint8Array[] });

const MF = 0x3f00;
const ADF = 0x7fff;
const TELECOM = 0x7f10;

/** The files that tools and firmware read (TS 102 221 13, TS 31.102 4.2), made from what the card is. */
export function filesOf(card: CardState, cell: Cell | undefined): readonly CardFile[] {
  return [...masterFiles(card), ...usimFiles(card, cell), ...telecomFiles(card)];
}

/** Steps of a path that lead to the same directory: the GSM view of a card has 7f20 for the USIM. */
export function isSamePath(a: readonly number[], b: readonly number[]): boolean {
  const canonical = (path: readonly number[]): string =>
    path
      .filter((step) => step !== MF)
      .map((step) => (step === 0x7f20 ? ADF : step))
      .join('/');
  return canonical(a) === canonical(b);
}

/** Directories, which can be selected but not read. */
export const directories: readonly (readonly number[])[] = [[MF], [MF, ADF], [MF, TELECOM]];

function masterFiles(card: CardState): readonly CardFile[] {
  const label = new TextEncoder().encode('USIM');
  const entry = Uint8Array.of(
    0x61,
    usimAid.length + label.length + 4,
    0x4f,
    usimAid.length,
    ...usimAid,
    0x50,
    label.length,
    ...label,
  );
  return [
    transparent(0x2fe2, [MF], swappedDigits(card.iccid), 'always'), // ICCID
    transparent(0x2f05, [MF], new TextEncoder().encode('en'), 'always'), // PL
    linear(0x2f00, [MF], [fill(38, entry)], 'always'), // DIR
  ];
}

function usimFiles(card: CardState, cell: Cell | undefined): readonly CardFile[] {
  const path = [MF, ADF];
  const { mcc, mnc } = homeNetwork(card, cell);
  const file = (id: number, content: Uint8Array, readable: CardFile['readable'] = 'pin1'): CardFile =>
    transparent(id, path, content, readable);
  return [
    file(0x6f05, new TextEncoder().encode('en'), 'always'), // LI
    file(0x6f07, imsiFile(card.imsi)), // IMSI
    file(0x6f31, Uint8Array.of(0x05)), // HPPLMN: looks for a better network every 30 minutes
    file(0x6f38, serviceTable(card)), // UST
    file(0x6f3e, fill(4)), // GID1
    file(0x6f3f, fill(4)), // GID2
    file(0x6f46, providerName(card), 'always'), // SPN
    file(0x6f60, preferredFile(card)), // PLMNwAcT
    file(0x6f61, fill(60)), // OPLMNwAcT
    file(0x6f62, withTechnology(mcc + mnc, 0xffff)), // HPLMNwAcT
    file(0x6f78, accessClass(card.imsi)), // ACC
    file(0x6f7b, fill(12)), // FPLMN
    file(0x6fad, Uint8Array.of(0x00, 0x00, 0x00, mnc.length), 'always'), // AD
    linear(
      0x6fb7,
      path,
      [Uint8Array.of(0x11, 0xf2, 0xff, 0x00), Uint8Array.of(0x19, 0xf1, 0xff, 0x00)],
      'always',
    ), // ECC
    linear(0x6f40, path, [msisdnRecord(card.msisdn)], 'pin1'), // MSISDN
    linear(0x6f42, path, [textParameters(card.textCentre)], 'pin1'), // SMSP
    linear(0x6f3c, path, textRecords(card.texts), 'pin1'), // SMS
  ];
}

function telecomFiles(card: CardState): readonly CardFile[] {
  return [linear(0x6f40, [MF, TELECOM], [msisdnRecord(card.msisdn)], 'pin1')];
}

function transparent(
  id: number,
  path: readonly number[],
  content: Uint8Array,
  readable: CardFile['readable'],
): CardFile {
  return { id, path, readable, content };
}

function linear(
  id: number,
  path: readonly number[],
  records: readonly Uint8Array[],
  readable: CardFile['readable'],
): CardFile {
  return { id, path, readable, records };
}

/** What is not written reads as ones. */
function fill(length: number, start: Uint8Array = new Uint8Array(0)): Uint8Array {
  const file = new Uint8Array(length).fill(0xff);
  file.set(start.subarray(0, length));
  return file;
}

/** TS 31.102 4.2.2: a length, then the digits behind a half byte of parity. */
function imsiFile(imsi: string): Uint8Array {
  const digits = swappedDigits((imsi.length % 2 === 1 ? '9' : '1') + imsi);
  return fill(9, Uint8Array.of(digits.length, ...digits));
}

/** TS 31.102 4.2.8: what matters is that a name is there (service 19) and a number of its own (21). */
function serviceTable({ serviceProvider, msisdn }: CardState): Uint8Array {
  const services = [2, 10, 12, ...(serviceProvider === undefined ? [] : [19]), 20, ...(msisdn ? [21] : [])];
  const table = new Uint8Array(12);
  for (const service of services) {
    const at = (service - 1) >> 3;
    table[at] = (table[at] ?? 0) | (1 << ((service - 1) & 7));
  }
  return table;
}

/** TS 31.102 4.2.12: a byte about display, and sixteen for the name. */
function providerName({ serviceProvider }: CardState): Uint8Array {
  if (serviceProvider === undefined) return fill(17);
  return fill(17, Uint8Array.of(0x01, ...new TextEncoder().encode(serviceProvider)));
}

function preferredFile({ preferredNetworks }: CardState): Uint8Array {
  const to = createWriter();
  for (const { plmn, technologies } of preferredNetworks) to.bytes(withTechnology(plmn, technologies));
  return fill(60, to.finish());
}

function withTechnology(plmn: string, technologies: number): Uint8Array {
  return Uint8Array.of(...encode(packedPlmn, plmn), technologies >> 8, technologies & 0xff);
}

/** TS 31.102 4.2.15: one of ten classes, by the last digit of the IMSI. */
function accessClass(imsi: string): Uint8Array {
  const bit = 1 << Number(imsi.at(-1) ?? 0);
  return Uint8Array.of(bit >> 8, bit & 0xff);
}

/** TS 31.102 4.2.27: twelve bytes of name, what is there (the centre alone), a destination, the centre. */
function textParameters(centre: string): Uint8Array {
  const record = fill(40);
  record[12] = 0xfd;
  record.set(encode(centreAddress, addressOf(centre)), 25);
  return record;
}

const textStatus = { read: 0x01, unread: 0x03, sent: 0x05, unsent: 0x07 } as const;

/** TS 31.102 4.2.25: a status, and the message behind its centre's address; 0: a free place. */
function textRecords(texts: readonly TextMessage[]): readonly Uint8Array[] {
  return Array.from({ length: textPlaces.sim }, (_, place) => {
    const text = texts.find((candidate) => candidate.place === place);
    return fill(176, text ? Uint8Array.of(textStatus[text.status], ...text.pdu) : Uint8Array.of(0x00));
  });
}

/** TS 31.102 4.2.26: fourteen bytes of name, then length, kind and digits of the number. */
function msisdnRecord(msisdn: string | undefined): Uint8Array {
  const record = fill(28);
  if (!msisdn) return record;
  const digits = swappedDigits(msisdn.replace(/^\+/, ''));
  record.set([digits.length + 1, msisdn.startsWith('+') ? 0x91 : 0x81, ...digits], 14);
  return record;
}
