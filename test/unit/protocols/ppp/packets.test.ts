import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHarnessError } from '../../../../harness/core/errors.ts';
import {
  chapMd5,
  decodeChap,
  decodePap,
  encodeChap,
  encodePap,
  type ChapPacket,
  type PapPacket,
} from '../../../../harness/protocols/ppp/authentication.ts';
import {
  decodeControl,
  decodeLcpEcho,
  decodeOptions,
  decodeRejectedProtocol,
  encodeControl,
  encodeLcpEcho,
  encodeOptions,
  encodeRejectedProtocol,
  type RawOption,
} from '../../../../harness/protocols/ppp/control.ts';
import { decodeIpcpOption, encodeIpcpOption } from '../../../../harness/protocols/ppp/ipcp-options.ts';
import { decodeLcpOption, encodeLcpOption } from '../../../../harness/protocols/ppp/lcp-options.ts';
import { fromHex, readVectors, toHex } from './vectors.ts';

interface OptionsVector {
  readonly title: string;
  readonly hex: string;
  readonly code: number;
  readonly id: number;
  readonly options: Record<string, unknown>[];
}

interface Vectors {
  readonly lcp: OptionsVector[];
  readonly ipcp: OptionsVector[];
  readonly control: { title: string; hex: string; code: number; id: number; data: string }[];
  readonly authentication: { protocol: 'pap' | 'chap'; hex: string; packet: Record<string, unknown> }[];
  readonly chapMd5: { id: number; secret: string; challenge: string; response: string }[];
}

const vectors = readVectors<Vectors>('scapy-packets.json');

/** Octets are hexadecimal in the vectors: `hex` for data, `valueHex` for value. */
function withOctets(value: Record<string, unknown>): Record<string, unknown> {
  const { hex, valueHex, ...rest } = value;
  return {
    ...rest,
    ...(typeof hex === 'string' ? { data: fromHex(hex) } : {}),
    ...(typeof valueHex === 'string' ? { value: fromHex(valueHex) } : {}),
  };
}

const codecs = {
  lcp: { decode: decodeLcpOption, encode: encodeLcpOption },
  ipcp: { decode: decodeIpcpOption, encode: encodeIpcpOption },
};

describe('control packets', () => {
  it.each(vectors.lcp)('reads and writes LCP of another program: $title', ({ hex, code, id, options }) => {
    const packet = decodeControl(fromHex(hex));
    expect(packet).toMatchObject({ code, id });
    const decoded = decodeOptions(packet.data).map(codecs.lcp.decode);
    expect(decoded).toEqual(options.map(withOctets));
    const data = encodeOptions(decoded.map(codecs.lcp.encode));
    expect(toHex(encodeControl({ code, id, data }))).toBe(hex);
  });

  it.each(vectors.ipcp)('reads and writes IPCP of another program: $title', ({ hex, code, id, options }) => {
    const packet = decodeControl(fromHex(hex));
    expect(packet).toMatchObject({ code, id });
    const decoded = decodeOptions(packet.data).map(codecs.ipcp.decode);
    expect(decoded).toEqual(options.map(withOctets));
    const data = encodeOptions(decoded.map(codecs.ipcp.encode));
    expect(toHex(encodeControl({ code, id, data }))).toBe(hex);
  });

  it.each(vectors.control)('reads and writes $title of another program', ({ hex, code, id, data }) => {
    const packet = decodeControl(fromHex(hex));
    expect({ ...packet, data: toHex(packet.data) }).toEqual({ code, id, data });
    expect(toHex(encodeControl(packet))).toBe(hex);
  });

  it('reads what is inside of echoes and rejected protocols', () => {
    expect(decodeLcpEcho(fromHex('0a0b0c0d616263'))).toEqual({
      magic: 0x0a0b0c0d,
      data: fromHex('616263'),
    });
    expect(decodeRejectedProtocol(fromHex('80570101')).protocol).toBe(0x8057);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.uint8Array(), (number, data) => {
        expect(decodeLcpEcho(encodeLcpEcho({ magic: number, data }))).toEqual({ magic: number, data });
        const rejected = { protocol: number & 0xffff, information: data };
        expect(decodeRejectedProtocol(encodeRejectedProtocol(rejected))).toEqual(rejected);
      }),
    );
  });

  it('drops padding after the packet', () => {
    expect(toHex(decodeControl(fromHex('05020006aabb0000ff')).data)).toBe('aabb');
  });

  it('keeps any options, known or not', () => {
    const option = fc.record({
      type: fc.integer({ min: 0, max: 255 }),
      data: fc.uint8Array({ maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(option), (options) => {
        const decoded = decodeOptions(encodeOptions(options));
        expect(decoded).toEqual(options);
        expect(decoded.map(decodeLcpOption).map(encodeLcpOption)).toEqual(options);
        expect(decoded.map(decodeIpcpOption).map(encodeIpcpOption)).toEqual(options);
      }),
    );
  });
});

describe('authentication', () => {
  it.each(vectors.authentication)('reads and writes $protocol $packet.kind of another program', (vector) => {
    const expected = withOctets(vector.packet);
    const bytes = fromHex(vector.hex);
    expect(vector.protocol === 'pap' ? decodePap(bytes) : decodeChap(bytes)).toEqual(expected);
    const written =
      vector.protocol === 'pap'
        ? encodePap(expected as unknown as PapPacket)
        : encodeChap(expected as unknown as ChapPacket);
    expect(toHex(written)).toBe(vector.hex);
  });

  it.each(vectors.chapMd5)('answers challenge $id as another program does', (vector) => {
    const { id, secret, challenge, response } = vector;
    expect(toHex(chapMd5(id, secret, fromHex(challenge)))).toBe(response);
  });

  it('takes an empty PAP answer without the length of its message', () => {
    expect(decodePap(fromHex('02010004'))).toEqual({ kind: 'ack', id: 1, message: '' });
  });
});

describe('damaged packets', () => {
  const readers: Record<string, (bytes: Uint8Array) => unknown> = {
    control: decodeControl,
    options: (bytes): RawOption[] => decodeOptions(decodeControl(bytes).data),
    pap: decodePap,
    chap: decodeChap,
    echo: decodeLcpEcho,
    'rejected protocol': decodeRejectedProtocol,
  };
  const samples = [
    ...vectors.lcp.map(({ hex }) => hex),
    ...vectors.ipcp.map(({ hex }) => hex),
    ...vectors.authentication.map(({ hex }) => hex),
  ].map(fromHex);

  const namedErrorOrData = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
    try {
      read(bytes);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      expect(['ppp.truncated', 'ppp.bad-length', 'ppp.bad-code']).toContain(error.code);
    }
  };

  it.each(Object.keys(readers))('%s: any truncation and any mutation is data or a named error', (name) => {
    const read = readers[name] as (bytes: Uint8Array) => unknown;
    for (const sample of samples) {
      for (let end = 0; end < sample.length; end++) namedErrorOrData(read, sample.subarray(0, end));
    }
    const mutation = fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(mutation, ([sample, where, octet]) => {
        const bytes = sample.slice();
        bytes[where % bytes.length] = octet;
        namedErrorOrData(read, bytes);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => namedErrorOrData(read, bytes)));
  });

  it('names a truncation', () => {
    expect(() => decodeControl(fromHex('0101'))).toThrow(expect.objectContaining({ code: 'ppp.truncated' }));
    expect(() => decodeControl(fromHex('01010019020600'))).toThrow(
      expect.objectContaining({ code: 'ppp.truncated' }),
    );
    expect(() => decodeOptions(fromHex('0306'))).toThrow(expect.objectContaining({ code: 'ppp.truncated' }));
    expect(() => decodeOptions(fromHex('0301'))).toThrow(expect.objectContaining({ code: 'ppp.bad-length' }));
  });
});
