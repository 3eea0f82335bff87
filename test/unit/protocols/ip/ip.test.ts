import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHarnessError } from '../../../../harness/core/errors.ts';
import { formatAddress, isPrivateAddress, parseAddress } from '../../../../harness/protocols/ip/address.ts';
import { checksum } from '../../../../harness/protocols/ip/checksum.ts';
import { answerEcho, decodeEcho, encodeEcho, type IcmpEcho } from '../../../../harness/protocols/ip/icmp.ts';
import { decodeIpv4, encodeIpv4 } from '../../../../harness/protocols/ip/ipv4.ts';
import { fromHex, readVectors, toHex } from '../ppp/vectors.ts';

interface Vectors {
  readonly echoes: { title: string; hex: string; echo: Omit<IcmpEcho, 'payload'>; payload: string }[];
  readonly packets: {
    title: string;
    hex: string;
    packet: Omit<ReturnType<typeof decodeIpv4>, 'payload' | 'options'>;
    options?: string;
    payload: string;
  }[];
}

const { echoes, packets } = readVectors<Vectors>('scapy-ipv4.json');

const address = fc.integer({ min: 0, max: 0xffffffff }).map(formatAddress);
const echo = fc.record({
  type: fc.constantFrom('request' as const, 'reply' as const),
  source: address,
  destination: address,
  ttl: fc.integer({ min: 1, max: 255 }),
  id: fc.integer({ min: 0, max: 0xffff }),
  seq: fc.integer({ min: 0, max: 0xffff }),
  payload: fc.uint8Array({ maxLength: 100 }),
});

describe('IPv4 addresses', () => {
  it('are four decimal octets and nothing else', () => {
    expect(parseAddress('10.64.12.34')).toBe(0x0a400c22);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        expect(parseAddress(formatAddress(value))).toBe(value);
      }),
    );
    for (const text of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1..2.3', ' 1.2.3.4', 'a.b.c.d', '1.2.3.-4']) {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'ip.bad-address' }));
    }
  });

  it('knows which are not on the Internet', () => {
    const is = (text: string): boolean => isPrivateAddress(parseAddress(text));
    expect(
      ['10.0.0.1', '172.31.255.1', '192.168.8.1', '127.0.0.1', '169.254.1.1', '100.64.0.1', '224.0.0.1'].map(
        is,
      ),
    ).not.toContain(false);
    expect(['8.8.8.8', '172.32.0.1', '192.169.0.1', '100.128.0.1', '1.1.1.1'].map(is)).not.toContain(true);
  });
});

describe('IPv4 packets', () => {
  it.each(packets)('reads and writes what another program made: $title', (vector) => {
    const decoded = decodeIpv4(fromHex(vector.hex));
    expect({ ...decoded, options: toHex(decoded.options), payload: toHex(decoded.payload) }).toEqual({
      ...vector.packet,
      options: vector.options ?? '',
      payload: vector.payload,
    });
    expect(toHex(encodeIpv4(decoded))).toBe(vector.hex);
  });

  it('is data or a named error, however it is damaged', () => {
    const sample = fromHex(echoes[0]?.hex ?? '');
    const codes = ['ip.truncated', 'ip.bad-version', 'ip.bad-length', 'ip.bad-checksum'];
    const check = (bytes: Uint8Array): void => {
      for (const read of [decodeIpv4, decodeEcho]) {
        try {
          read(bytes);
        } catch (error) {
          if (!isHarnessError(error)) throw error;
          expect(codes).toContain(error.code);
        }
      }
    };
    for (let end = 0; end < sample.length; end++) check(sample.subarray(0, end));
    fc.assert(
      fc.property(fc.nat({ max: sample.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, octet) => {
        const bytes = sample.slice();
        bytes[at] = octet;
        check(bytes);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), check));
  });
});

describe('ICMP echo', () => {
  it.each(echoes)('reads what another program made: $title', (vector) => {
    expect(decodeEcho(fromHex(vector.hex))).toEqual({ ...vector.echo, payload: fromHex(vector.payload) });
  });

  it('writes what another program wrote, octet by octet', () => {
    const vector = echoes[0];
    if (!vector) throw new Error('no vector');
    expect(toHex(encodeEcho({ ...vector.echo, payload: fromHex(vector.payload) }))).toBe(vector.hex);
  });

  it('gives back any echo', () => {
    fc.assert(fc.property(echo, (value) => expect(decodeEcho(encodeEcho(value))).toEqual(value)));
  });

  it('answers a request with its own id, sequence and payload, and checksums that hold', () => {
    fc.assert(
      fc.property(echo, fc.integer({ min: 1, max: 255 }), (value, ttl) => {
        const answer = answerEcho(encodeEcho({ ...value, type: 'request' }), ttl);
        const { source, destination } = value;
        expect(answer && decodeEcho(answer)).toEqual({
          ...value,
          type: 'reply',
          source: destination,
          destination: source,
          ttl,
        });
        expect(answer && checksum(answer, 0, 20)).toBe(0);
      }),
    );
  });

  it('answers neither replies nor anything else', () => {
    const reply = echoes[1]?.hex ?? '';
    const udp = packets[0]?.hex ?? '';
    expect(answerEcho(fromHex(reply), 64)).toBeUndefined();
    expect(answerEcho(fromHex(udp), 64)).toBeUndefined();
    expect(decodeEcho(fromHex(udp))).toBeUndefined();
  });
});
