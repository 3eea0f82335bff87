import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHarnessError } from '../../../../harness/core/errors.ts';
import {
  addressOf,
  centreAddress,
  numberOf,
  partyAddress,
  splitCentre,
  withCentre,
} from '../../../../harness/protocols/sms/address.ts';
import { decode, encode } from '../../../../harness/protocols/binary/encode.ts';
import {
  decodeDeliver,
  decodeSubmit,
  encodeDeliver,
  encodeSubmit,
  messageClass,
  timestamp,
} from '../../../../harness/protocols/sms/tpdu.ts';

const vectors = readFileSync(new URL('../../../vectors/sms/modemmanager-pdus.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' ') as [string, string, string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('text messages', () => {
  it.each(vectors)('of ModemManager: a %s through %s with %s', (kind, centre, party, coding, length, hex) => {
    const pdu = bytesOf(hex);
    const split = splitCentre(pdu);
    expect(split.centre ? numberOf(split.centre) : '-').toBe(centre);
    expect(withCentre(split.centre, split.tpdu)).toEqual(pdu);
    const message = kind === 'submit' ? decodeSubmit(split.tpdu) : decodeDeliver(split.tpdu);
    expect(numberOf('to' in message ? message.to : message.from)).toBe(party);
    expect([message.coding, message.length]).toEqual([Number(coding), Number(length)]);
    expect('to' in message ? encodeSubmit(message) : encodeDeliver(message)).toEqual(split.tpdu);
  });

  it('are read back as they were written, whatever is in them', () => {
    const text = fc.uint8Array({ minLength: 0, maxLength: 140 });
    const digits = fc.stringMatching(/^[0-9*#]{1,20}$/);
    const eightBit = fc.constantFrom(4, 8, 0x14, 0xf5);
    fc.assert(
      fc.property(
        text,
        digits,
        eightBit,
        fc.boolean(),
        fc.constantFrom(0, 1, 2, 3),
        (body, to, coding, flag, form) => {
          const shared = {
            hasHeader: flag,
            replyPath: !flag,
            protocol: 0,
            coding,
            length: body.length,
            text: body,
          };
          const validity = new Uint8Array([0, 7, 1, 7][form] as number).fill(9);
          const submit = {
            ...shared,
            rejectDuplicates: flag,
            wantsReport: !flag,
            reference: 7,
            to: addressOf(`+${to}`),
            validity,
            validityFormat: form,
          };
          expect(decodeSubmit(encodeSubmit(submit))).toEqual(submit);
          const time = timestamp(new Date(0));
          const deliver = { ...shared, moreToCome: flag, reported: !flag, from: addressOf(to), time };
          expect(decodeDeliver(encodeDeliver(deliver))).toEqual(deliver);
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  it('that are broken are a named error, never a crash', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(decodeSubmit, decodeDeliver, splitCentre),
        (bytes, read) => {
          try {
            read(bytes);
          } catch (error) {
            if (!isHarnessError(error) || !/^(?:sms|binary)\./.test(error.code)) throw error;
          }
        },
      ),
      { numRuns: 1_000, seed: 12 },
    );
  });

  it('have addresses with letters, and numbers of an odd count of digits', () => {
    const letters = bytesOf('14d0493 7bd2c7797e9d3e614'.replace(' ', ''));
    expect(encode(partyAddress, decode(partyAddress, letters, 'letters'))).toEqual(letters);
    expect(encode(partyAddress, addressOf('12345'))).toEqual(bytesOf('05812143f5'));
    expect(encode(centreAddress, undefined)).toEqual(Uint8Array.of(0));
  });

  it('name their class, and the time when the centre took them', () => {
    expect([0x00, 0x10, 0x11, 0xf2, 0x1b, 0xc8].map(messageClass)).toEqual([
      undefined,
      0,
      1,
      2,
      3,
      undefined,
    ]);
    expect(timestamp(new Date('2011-01-01T12:34:56Z'))).toEqual(bytesOf('11101021436500'));
  });
});
