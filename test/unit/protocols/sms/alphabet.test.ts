import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  fromSeptets,
  fromUcs2,
  packSeptets,
  toSeptets,
  toUcs2,
  unpackSeptets,
} from '../../../../harness/protocols/sms/alphabet.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the alphabets of text messages', () => {
  it('pack as ModemManager’s own messages are packed', () => {
    // Its texts and bytes: test/vectors/sms/modemmanager-pdus.txt.
    expect(hex(packSeptets(toSeptets('hellohello') ?? []))).toBe('e8329bfd4697d9ec37');
    expect(fromUcs2(Uint8Array.from(Buffer.from('041404300020043704340440', 'hex')))).toBe('Да здр');
  });

  it('have the extension behind an escape, and no character of other alphabets', () => {
    expect(toSeptets('€[')).toEqual([0x1b, 0x65, 0x1b, 0x3c]);
    expect(fromSeptets([0x1b, 0x65, 0x00, 0x1b, 0x01])).toBe('€@ ');
    expect(toSeptets('Д')).toBeUndefined();
  });

  it('read back what they wrote', () => {
    const septets = fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 160 });
    fc.assert(
      fc.property(septets, fc.string(), (codes, text) => {
        expect(unpackSeptets(packSeptets(codes), codes.length)).toEqual(codes);
        expect(fromUcs2(toUcs2(text))).toBe(text);
        const own = toSeptets(text);
        expect(own === undefined || fromSeptets(own) === text).toBe(true);
      }),
    );
  });
});
