import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createNtbBuilder, decodeNtb16 } from '../../../../harness/protocols/ncm/ntb16.ts';

const limits = { maxSize: 16_384, maxDatagrams: 0 };

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

/** One datagram of 6 bytes for session 2, table in front as the kernel's cdc_ncm may put it (NCM 1.0, 3.2 and 3.3.2). */
const kernelLike = hex(
  '4e434d48 0c00 0700 2600 0c00' + '49505302 1000 0000 2000 0600 0000 0000' + '00000000 450000140001',
);

describe('a transfer block', () => {
  it('is read wherever its table is', () => {
    expect(decodeNtb16(kernelLike)).toEqual({
      sequence: 7,
      datagrams: [{ session: 2, bytes: hex('450000140001') }],
    });
  });

  it('is written with its datagrams at multiples of four and the tables behind them', () => {
    const builder = createNtbBuilder(limits);
    builder.add(0, hex('4500000501'));
    builder.add(0, hex('45'));
    builder.add(3, hex('60'));
    expect(Buffer.from(builder.finish(258)).toString('hex')).toBe(
      '4e434d480c000201' +
        '40001c00' +
        '4500000501000000' + // at 12
        '45000000' + // at 20
        '60000000' + // at 24
        '4950530014003000' + // at 28: the next table at 48
        '0c000500140001000000000' +
        '0' +
        '4950530310000000' +
        '1800010000000000',
    );
  });

  it('says the same after writing and reading, packed as the limits allow', () => {
    const datagram = fc.uint8Array({ minLength: 1, maxLength: 1_500 });
    const traffic = fc.array(fc.tuple(fc.nat(7), datagram), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(traffic, fc.integer({ min: 2_048, max: 16_384 }), fc.nat(20), (all, maxSize, most) => {
        const seen: (readonly [number, Uint8Array])[] = [];
        let rest = all.slice();
        for (let sequence = 0; rest.length > 0; sequence++) {
          const builder = createNtbBuilder({ maxSize, maxDatagrams: most });
          const taken = rest.findIndex(([session, bytes]) => !builder.add(session, bytes));
          rest = taken === -1 ? [] : rest.slice(taken);
          const block = builder.finish(sequence);
          expect(block.length).toBeLessThanOrEqual(maxSize);
          const read = decodeNtb16(block);
          expect(read.sequence).toBe(sequence);
          if (most > 0) expect(read.datagrams.length).toBeLessThanOrEqual(most);
          seen.push(...read.datagrams.map(({ session, bytes }) => [session, bytes] as const));
        }
        expect(seen).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['shorter than its header', '4e434d48'],
    ['without its signature', '4e434d47 0c00 0000 0c00 0000'],
    ['longer than the transfer', '4e434d48 0c00 0000 ff00 0c00'],
    ['with a table outside', '4e434d48 0c00 0000 0c00 0c00'],
    ['with a table that is not aligned', '4e434d48 0c00 0000 2000 0d00' + '00'.repeat(20)],
    ['with a table that ends outside', '4e434d48 0c00 0000 1c00 0c00 49505300 1400 0000 0000 0000 0000 0000'],
    ['with a datagram outside', '4e434d48 0c00 0000 1c00 0c00 49505300 1000 0000 1000 ff00 0000 0000'],
    ['with tables in a circle', '4e434d48 0c00 0000 1c00 0c00 49505300 1000 0c00 0000 0000 0000 0000'],
  ])('%s is refused', (_, text) => {
    expect(() => decodeNtb16(hex(text))).toThrow(expect.objectContaining({ code: 'ncm.malformed' }));
  });

  it('that is noise is read or refused, nothing else', () => {
    const flips = fc.array(fc.tuple(fc.nat(kernelLike.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(flips, fc.nat(kernelLike.length), (changes, length) => {
        const block = kernelLike.slice(0, length);
        for (const [at, value] of changes) if (at < block.length) block[at] = value;
        try {
          decodeNtb16(block);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ncm.malformed' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
