import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHarnessError } from '../../../../harness/core/errors.ts';
import { decodeDhcp, dhcpOption, encodeDhcp } from '../../../../harness/protocols/dhcp/message.ts';
import { decodeDns, dnsType, encodeDns } from '../../../../harness/protocols/dns/message.ts';
import { decodeArp, encodeArp } from '../../../../harness/protocols/ethernet/arp.ts';
import {
  decodeFrame,
  encodeFrame,
  etherType,
  formatMac,
  macBytes,
} from '../../../../harness/protocols/ethernet/frame.ts';
import { addressBytes } from '../../../../harness/protocols/ip/address.ts';
import { addressAt6, addressBytes6 } from '../../../../harness/protocols/ip/address6.ts';
import { decodeIcmpv6, encodeIcmpv6, type Icmpv6Message } from '../../../../harness/protocols/ip/icmpv6.ts';
import { decodeIpv6, encodeIpv6 } from '../../../../harness/protocols/ip/ipv6.ts';
import * as neighbor from '../../../../harness/protocols/ip/neighbor.ts';
import { decodeTcp, encodeTcp, type TcpSegment } from '../../../../harness/protocols/ip/tcp.ts';
import { decodeUdp, encodeUdp, type UdpDatagram } from '../../../../harness/protocols/ip/udp.ts';
import { fromHex, readVectors, toHex } from '../ppp/vectors.ts';

interface Vectors extends Readonly<Record<Single, string>> {
  readonly udp: readonly Record<string, unknown>[];
  readonly tcp: readonly Record<string, unknown>[];
}
type Single =
  | 'advertisement'
  | 'solicitation'
  | 'neighborAdvertisement'
  | 'ipv6'
  | 'dnsQuery'
  | 'dnsAnswer'
  | 'dnsCompressed'
  | 'arp'
  | 'dhcpDiscover'
  | 'dhcpAck';

const vectors = readVectors<Vectors>('../ip/scapy-packets.json');

describe('IPv6 addresses', () => {
  it.each([
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is %s (RFC 5952)', (text, canonical) => expect(addressAt6(addressBytes6(text), 0)).toBe(canonical));

  it.each([
    '',
    ':',
    '1:2:3',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::g',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    '::256.1.1.1',
  ])('"%s" is none', (text) =>
    expect(() => addressBytes6(text)).toThrow(expect.objectContaining({ code: 'ip.bad-address' })),
  );

  it('gives back any', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
        expect(addressBytes6(addressAt6(octets, 0))).toEqual(octets);
      }),
    );
  });
});

describe('packets that another program made', () => {
  it.each(vectors.udp)('$title', ({ hex, ...all }) => {
    const { title, ...expected } = all;
    expect(title).toBeDefined();
    const datagram = decodeUdp(fromHex(hex as string));
    expect({ ...datagram, payload: toHex(datagram?.payload ?? new Uint8Array(0)) }).toMatchObject(expected);
    expect(toHex(encodeUdp(datagram as UdpDatagram))).toBe(hex);
  });

  it.each(vectors.tcp)('$title', ({ hex, ...all }) => {
    const { title, ...expected } = all;
    expect(title).toBeDefined();
    const segment = decodeTcp(fromHex(hex as string));
    expect({ ...segment, payload: toHex(segment?.payload ?? new Uint8Array(0)) }).toMatchObject(expected);
    expect(toHex(encodeTcp(segment as TcpSegment))).toBe(hex);
  });

  it('an IPv6 header', () => {
    const packet = decodeIpv6(fromHex(vectors.ipv6));
    const fields = { trafficClass: 0xb8, flowLabel: 0x12345, hopLimit: 3, nextHeader: 59 };
    expect(packet).toMatchObject({ ...fields, source: '2001:db8:5::7' });
    expect(toHex(encodeIpv6(packet))).toBe(vectors.ipv6);
  });

  it.each([
    [
      'advertisement' as const,
      (body: Uint8Array) => neighbor.encodeRouterAdvertisement(neighbor.decodeRouterAdvertisement(body)),
    ],
    [
      'solicitation' as const,
      (body: Uint8Array) => neighbor.encodeRouterSolicitation(neighbor.decodeRouterSolicitation(body)),
    ],
    [
      'neighborAdvertisement' as const,
      (body: Uint8Array) => neighbor.encodeNeighborMessage(neighbor.decodeNeighborMessage(body)),
    ],
  ])('an ICMPv6 %s, there and back', (name, again) => {
    const message = decodeIcmpv6(fromHex(vectors[name])) as Icmpv6Message;
    expect(message.hopLimit).toBe(255);
    expect(toHex(encodeIcmpv6({ ...message, body: again(message.body) }))).toBe(vectors[name]);
  });

  it('DNS, compressed names included', () => {
    const query = decodeDns(fromHex(vectors.dnsQuery));
    expect(query).toMatchObject({
      id: 0x1234,
      recursionDesired: true,
      questions: [{ name: 'example.com', type: dnsType.aaaa }],
    });
    expect(toHex(encodeDns(query))).toBe(vectors.dnsQuery);
    const answers = [{ name: 'www.example.com', type: dnsType.a, ttlS: 300, value: '203.0.113.11' }];
    expect(decodeDns(fromHex(vectors.dnsAnswer))).toMatchObject({ response: true, answers });
    expect(decodeDns(fromHex(vectors.dnsCompressed)).answers).toMatchObject([
      { name: 'www.example.com', type: dnsType.cname, value: 'example.com' },
      { name: 'example.com', type: dnsType.a, value: '203.0.113.10' },
    ]);
  });

  it('ARP in its frame', () => {
    const frame = decodeFrame(fromHex(vectors.arp));
    expect([formatMac(frame.source), frame.type]).toEqual(['02:15:6f:00:00:02', etherType.arp]);
    const arp = decodeArp(frame.payload);
    expect(arp).toMatchObject({ operation: 'request', targetIp: addressBytes('10.64.12.33') });
    if (!arp) throw new Error('no ARP');
    expect(toHex(encodeFrame({ ...frame, payload: encodeArp(arp) }))).toBe(vectors.arp);
  });

  it('DHCP', () => {
    const discover = decodeDhcp(fromHex(vectors.dhcpDiscover));
    expect(discover).toMatchObject({
      operation: 'request',
      type: 'discover',
      transaction: 0xdeadbeef,
      seconds: 3,
      broadcast: true,
    });
    expect(discover.clientHardware).toEqual(macBytes('02:15:6f:00:00:02'));
    expect(Buffer.from(discover.options.get(60) ?? []).toString()).toBe('udhcp 1.37.0');
    const ack = decodeDhcp(fromHex(vectors.dhcpAck));
    expect(ack).toMatchObject({
      operation: 'reply',
      type: 'ack',
      yourAddress: '10.64.12.34',
      serverAddress: '10.64.12.33',
    });
    expect([...(ack.options.get(dhcpOption.leaseTime) ?? [])]).toEqual([0, 0, 0x1c, 0x20]);
    const written = toHex(encodeDhcp(ack));
    expect(written.startsWith(vectors.dhcpAck)).toBe(true);
    expect(written.slice(vectors.dhcpAck.length)).toMatch(/^0*$/);
  });
});

describe('damaged packets', () => {
  const readers: readonly [string, (bytes: Uint8Array) => unknown, string][] = [
    ['UDP', decodeUdp, String(vectors.udp[0]?.['hex'])],
    ['TCP', decodeTcp, String(vectors.tcp[0]?.['hex'])],
    ['TCP over IPv6', decodeTcp, String(vectors.tcp[1]?.['hex'])],
    ['IPv6', decodeIpv6, vectors.ipv6],
    ['DNS', decodeDns, vectors.dnsCompressed],
    ['DHCP', decodeDhcp, vectors.dhcpDiscover],
    ['ARP', (bytes) => decodeArp(decodeFrame(bytes).payload), vectors.arp],
    [
      'router advertisements',
      (bytes) => neighbor.decodeRouterAdvertisement(decodeIcmpv6(bytes)?.body ?? new Uint8Array(12)),
      vectors.advertisement,
    ],
    ['router advertisement bodies', neighbor.decodeRouterAdvertisement, vectors.advertisement.slice(88)],
  ];

  it.each(readers)('are data or a named error: %s', (_, read, hex) => {
    const sample = fromHex(hex);
    const check = (bytes: Uint8Array): void => {
      try {
        read(bytes);
      } catch (error) {
        if (!isHarnessError(error)) throw error;
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(?:ip|dns|dhcp|ethernet)\./),
          blame: 'dut',
        });
      }
    };
    for (let end = 0; end < sample.length; end++) check(sample.subarray(0, end));
    fc.assert(
      fc.property(fc.nat({ max: sample.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, octet) => {
        check(Uint8Array.from(sample, (present, i) => (i === at ? octet : present)));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), check));
  });

  it.each(['UDP', 'TCP', 'TCP over IPv6'])('are found out by the checksum: %s', (title) => {
    const [, read, hex] = readers.find(([name]) => name === title) ?? readers[0]!;
    const bytes = fromHex(hex);
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'ip.bad-checksum' }));
  });
});

describe('any', () => {
  const octets = fc.uint8Array({ minLength: 4, maxLength: 4 });
  const octets6 = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const ends = fc.oneof(
    fc.record({ source: octets, destination: octets }),
    fc.record({ source: octets6, destination: octets6 }),
  );
  const word = fc.integer({ min: 0, max: 0xffff });
  const payload = fc.uint8Array({ maxLength: 50 });
  const hopLimit = fc.integer({ min: 0, max: 255 });

  it('UDP datagram comes back', () => {
    const datagram = fc.record({ sourcePort: word, destinationPort: word, hopLimit, payload });
    fc.assert(
      fc.property(ends, datagram, (both, rest) =>
        expect(decodeUdp(encodeUdp({ ...both, ...rest }))).toEqual({ ...both, ...rest }),
      ),
    );
  });

  it('TCP segment comes back', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    const segment = fc.record({
      sourcePort: word,
      destinationPort: word,
      hopLimit,
      payload,
      seq: number,
      ack: number,
      window: word,
      flags: fc.integer({ min: 0, max: 63 }),
      mss: fc.option(word, { nil: undefined }),
      windowScale: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(ends, segment, (both, rest) =>
        expect(decodeTcp(encodeTcp({ ...both, ...rest }))).toEqual({ ...both, ...rest }),
      ),
    );
  });
});
