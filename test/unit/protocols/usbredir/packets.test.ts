import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  capability,
  createRedirCodec,
  type RedirPacket,
} from '../../../../harness/protocols/usbredir/packets.ts';
import { createRedirParser } from '../../../../harness/protocols/usbredir/parser.ts';

const CAPS = 0x7e;
const hello: RedirPacket = { kind: 'hello', id: 0n, version: 'qemu usb-redir guest 7.2.22', caps: 0xff };
const bulk: RedirPacket = {
  kind: 'bulk',
  id: 0x1234_5678_9abcn,
  endpoint: 0x04,
  status: 0,
  length: 70_000,
  stream: 0,
  data: Uint8Array.of(1, 2, 3),
};

function parse(bytes: Uint8Array, cuts: readonly number[] = []): RedirPacket[] {
  const packets: RedirPacket[] = [];
  const parser = createRedirParser((packet) => {
    packets.push(packet);
    if (packet.kind === 'hello') parser.setCapabilities(packet.caps & CAPS);
  });
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [index, end] of [...ends, bytes.length].entries()) {
    parser.push(bytes.subarray(ends[index - 1] ?? 0, end));
  }
  return packets;
}

const greeting = createRedirCodec(0).encode(hello);
const wide = createRedirCodec(CAPS);

describe('usbredir packets', () => {
  it('have the lengths of the protocol', () => {
    expect(greeting.length).toBe(12 + 64 + 4);
    const lengthOf = (packet: RedirPacket, caps: number): number =>
      createRedirCodec(caps).encode(packet).length - createRedirCodec(caps).headerLength;
    const info = { kind: 'endpointInfo', id: 0n, types: [], intervals: [], interfaces: [] } as const;
    expect(lengthOf({ ...info, maxPacketSizes: [], maxStreams: [] }, CAPS)).toBe(160);
    expect(lengthOf({ ...info, maxPacketSizes: [], maxStreams: [] }, 0x7f)).toBe(288);
    expect(lengthOf({ ...bulk, data: new Uint8Array(0) }, CAPS)).toBe(10);
    expect(lengthOf({ ...bulk, data: new Uint8Array(0) }, CAPS & ~capability.wideBulkLength)).toBe(8);
  });

  it('come out of any pieces that they come in, with the wide header after both hellos', () => {
    const cancel: RedirPacket = { kind: 'cancelDataPacket', id: 0xffff_ffff_ffff_ffffn };
    const bytes = Buffer.concat([greeting, wide.encode(bulk), wide.encode(cancel)]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length - 1), { maxLength: 20 }), (cuts) => {
        expect(parse(bytes, cuts)).toEqual([hello, bulk, cancel]);
      }),
      { numRuns: 60 },
    );
  });

  it('of an unknown type are skipped', () => {
    const strange = wide.encode(bulk);
    strange[0] = 99;
    const bytes = Buffer.concat([greeting, strange, wide.encode(bulk)]);
    expect(parse(bytes)).toEqual([hello, bulk]);
  });

  it.each([
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'usbredir.not-a-peer'],
    [
      'a packet before the hello',
      createRedirCodec(0).encode({ kind: 'reset', id: 0n }),
      'usbredir.not-a-peer',
    ],
    [
      'a packet of 4 GiB',
      Buffer.concat([greeting, Buffer.from('65000000ffffffff0000000000000000', 'hex')]),
      'usbredir.malformed',
    ],
    [
      'a body that is too short',
      Buffer.concat([greeting, Buffer.from('06000000000000000000000000000000', 'hex')]),
      'usbredir.malformed',
    ],
  ])('that make no sense are a named error: %s', (_what, bytes, code) => {
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code }));
  });
});
