import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createQmapBuilder, decodeQmap } from '../../../../harness/protocols/qmi/qmap.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const limits = { maxSize: 64, maxDatagrams: 4 };

describe('QMAP', () => {
  it('is a byte of padding, a channel and a length before each packet', () => {
    const builder = createQmapBuilder(limits);
    builder.add({ muxId: 1, packet: bytes('4500000501') });
    builder.add({ muxId: 2, packet: bytes('60000001') });
    expect(hex(builder.finish())).toBe('0301000845000005010000000002000460000001');
  });

  it('steps over commands, and reads what the kernel sends: no padding at all', () => {
    const command = '80010008' + '0100000000000000';
    expect(decodeQmap(bytes(`${command}0005000345aabb`))).toEqual([{ muxId: 5, packet: bytes('45aabb') }]);
  });

  it.each(['000100', '0001000445', '05010002aabb'])('refuses %s', (text) => {
    expect(() => decodeQmap(bytes(text))).toThrow(expect.objectContaining({ code: 'qmap.malformed' }));
  });

  it('keeps its limits, and reads back what it wrote', () => {
    const packets = fc.array(
      fc.record({ muxId: fc.integer({ min: 0, max: 255 }), packet: fc.uint8Array({ maxLength: 70 }) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(packets, (all) => {
        const builder = createQmapBuilder(limits);
        const added = all.filter((datagram) => builder.add(datagram));
        const transfer = builder.finish();
        expect(transfer.length).toBeLessThanOrEqual(limits.maxSize);
        expect(builder.count).toBeLessThanOrEqual(limits.maxDatagrams);
        expect(decodeQmap(transfer).map(({ muxId, packet }) => [muxId, hex(packet)])).toEqual(
          added.map(({ muxId, packet }) => [muxId, hex(packet)]),
        );
      }),
    );
  });
});
