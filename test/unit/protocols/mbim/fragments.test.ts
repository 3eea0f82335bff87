import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createReassembler, fragment } from '../../../../harness/protocols/mbim/fragments.ts';
import { decodeMbim, encodeMbim, type MbimMessage } from '../../../../harness/protocols/mbim/message.ts';
import { mbimService } from '../../../../harness/protocols/mbim/services.ts';

function command(transaction: number, size: number): Uint8Array {
  const information = Uint8Array.from({ length: size }, (_, i) => i);
  return encodeMbim({
    kind: 'command',
    transaction,
    operation: 1,
    service: mbimService.basicConnect,
    cid: 12,
    information,
  });
}

describe('fragments', () => {
  it('put together what was cut, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.nat(3_000), fc.integer({ min: 24, max: 4_096 }), (size, max) => {
        const whole = command(7, size);
        const parts = fragment(whole, max);
        expect(parts.every((part) => part.length <= max)).toBe(true);
        const reassembler = createReassembler(65_536);
        const results = parts.flatMap((part) => reassembler.push(part));
        expect(results).toEqual([{ message: whole }]);
        expect(reassembler.pending).toBeUndefined();
      }),
    );
  });

  it('count from 0 and tell the total, each with a header of its own', () => {
    const parts = fragment(command(9, 100), 64);
    const headers = parts.map((part) => {
      const view = new DataView(part.buffer, part.byteOffset);
      return [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
    });
    // 48 + 100 bytes of message, 128 of them behind the fragment header: 44 in each full fragment.
    expect(headers).toEqual([
      [3, 64, 9, 3, 0],
      [3, 64, 9, 3, 1],
      [3, 60, 9, 3, 2],
    ]);
  });

  it('out of sequence give the transaction up', () => {
    const [first, , third] = fragment(command(5, 100), 64) as [Uint8Array, Uint8Array, Uint8Array];
    const reassembler = createReassembler(65_536);
    expect(reassembler.push(first)).toEqual([]);
    expect(reassembler.push(third)).toEqual([{ error: 'FragmentOutOfSequence', transaction: 5 }]);
    expect(reassembler.push(third)).toEqual([{ error: 'FragmentOutOfSequence', transaction: 5 }]);
  });

  it('of another message in between give the first one up and are taken themselves', () => {
    const [first] = fragment(command(5, 100), 64) as [Uint8Array];
    const reassembler = createReassembler(65_536);
    reassembler.push(first);
    const other = command(6, 4);
    expect(reassembler.push(other)).toEqual([
      { error: 'FragmentOutOfSequence', transaction: 5 },
      { message: other },
    ]);
  });

  it('that grow too long are given up', () => {
    const reassembler = createReassembler(100);
    const results = fragment(command(5, 1_000), 64).flatMap((part) => reassembler.push(part));
    expect(results[0]).toEqual({ error: 'LengthMismatch', transaction: 5 });
  });
});

describe('a control message', () => {
  const content = fc.record({
    service: fc.constantFrom(...Object.values(mbimService)),
    cid: fc.nat(0xffff),
    information: fc.uint8Array({ maxLength: 300 }),
  });
  const number = fc.nat(0xffff_ffff);
  const message = fc.oneof(
    fc.record({ kind: fc.constant('open'), transaction: number, maxControlTransfer: number }),
    fc.record({ kind: fc.constant('close'), transaction: number }),
    fc.record({ kind: fc.constantFrom('hostError', 'functionError'), transaction: number, error: number }),
    fc.record({ kind: fc.constantFrom('openDone', 'closeDone'), transaction: number, status: number }),
    fc
      .tuple(content, fc.record({ kind: fc.constant('command'), transaction: number, operation: number }))
      .map(([a, b]) => ({ ...a, ...b })),
    fc
      .tuple(content, fc.record({ kind: fc.constant('commandDone'), transaction: number, status: number }))
      .map(([a, b]) => ({ ...a, ...b })),
    fc
      .tuple(content, fc.record({ kind: fc.constant('indication'), transaction: number }))
      .map(([a, b]) => ({ ...a, ...b })),
  ) as fc.Arbitrary<MbimMessage>;

  it('says the same after writing and reading', () => {
    fc.assert(fc.property(message, (value) => expect(decodeMbim(encodeMbim(value))).toEqual(value)));
  });

  it('cut short anywhere is a named error', () => {
    fc.assert(
      fc.property(message, fc.nat(), (value, cut) => {
        const whole = encodeMbim(value);
        const part = whole.subarray(0, cut % whole.length);
        expect(() => decodeMbim(part)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^(mbim|binary)\./) as unknown }),
        );
      }),
    );
  });
});
