import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHarnessError } from '../../../../harness/core/errors.ts';
import { decodeQmi, encodeQmi, type QmiMessage } from '../../../../harness/protocols/qmi/message.ts';
import { fromHex, vectorLines } from './frames.ts';

const frames = vectorLines('libqmi-frames.txt').map(
  ([verdict, name, ...bytes]) => [name as string, verdict as string, fromHex(bytes.join(''))] as const,
);
const good = frames.filter(([, verdict]) => verdict === 'frame');
const bad = frames.filter(([, verdict]) => verdict !== 'frame');

const tlv = fc.record({ type: fc.integer({ min: 0, max: 255 }), value: fc.uint8Array({ maxLength: 300 }) });
const messages: fc.Arbitrary<QmiMessage> = fc
  .record({
    service: fc.integer({ min: 0, max: 255 }),
    client: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom('request', 'response', 'indication'),
    transaction: fc.integer({ min: 0, max: 255 }),
    id: fc.integer({ min: 0, max: 0xffff }),
    tlvs: fc.array(tlv, { maxLength: 8 }),
  })
  .map((message) => message as QmiMessage);

describe('a QMUX frame', () => {
  it.each(good)('%s of libqmi is read and written again, byte for byte', (_name, _verdict, bytes) => {
    const message = decodeQmi(bytes);
    const written = encodeQmi(message);
    expect(Buffer.from(written).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  });

  it.each(bad)('%s of libqmi is refused by name', (_name, _verdict, bytes) => {
    expect(() => decodeQmi(bytes)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(qmi\.malformed|binary\.)/) }),
    );
  });

  it('says what was meant, for every message', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const read = decodeQmi(encodeQmi(message));
        expect({ ...read, tlvs: read.tlvs.map(({ type, value }) => [type, [...value]]) }).toEqual({
          ...message,
          tlvs: message.tlvs.map(({ type, value }) => [type, [...value]]),
        });
      }),
    );
  });

  it('that is damaged is read, or refused by name', () => {
    const damage = fc.record({
      frame: fc.constantFrom(...good.map(([, , bytes]) => bytes)),
      flips: fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
      keep: fc.nat(200),
    });
    fc.assert(
      fc.property(damage, ({ frame, flips, keep }) => {
        const bytes = frame.slice(0, keep);
        for (const [at, bits] of flips) if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ bits;
        try {
          decodeQmi(bytes);
        } catch (error) {
          if (!isHarnessError(error)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
