import { describe, expect, it } from '@jest/globals';

import { addressBytes } from '../../../../harness/protocols/ip/address.ts';
import { addressBytes6 } from '../../../../harness/protocols/ip/address6.ts';
import { decodeDns, dnsType, encodeDns, type DnsMessage } from '../../../../harness/protocols/dns/message.ts';
import { decodeIcmpv6, encodeIcmpv6, icmpv6Type } from '../../../../harness/protocols/ip/icmpv6.ts';
import { decodeIpv4 } from '../../../../harness/protocols/ip/ipv4.ts';
import {
  decodeRouterAdvertisement,
  encodeRouterSolicitation,
} from '../../../../harness/protocols/ip/neighbor.ts';
import { decodeUdp, encodeUdp } from '../../../../harness/protocols/ip/udp.ts';
import type { PdpType, Session } from '../../../../harness/sim/network/network.ts';
import { online, onPackets } from './online.ts';

describe('a session', () => {
  it.each<[PdpType, 'ipv4' | 'ipv6' | 'both', unknown]>([
    ['IPV4V6', 'both', { type: 'IPV4V6', cause: undefined }],
    ['IPV4V6', 'ipv4', { type: 'IP', cause: 50, ipv6: undefined }],
    ['IPV4V6', 'ipv6', { type: 'IPV6', cause: 51, ipv4: undefined }],
    ['IP', 'both', { type: 'IP', ipv6: undefined }],
    ['IPV6', 'both', { type: 'IPV6', ipv4: undefined }],
    ['IP', 'ipv6', { refused: 51 }],
    ['IPV6', 'ipv4', { refused: 50 }],
  ])('%s at an access point for %s', async (type, families, expected) => {
    const { clock, ask } = online({}, { families });
    await clock.drive('ask', async () => expect(await ask(type)).toMatchObject(expected as object));
  });

  it('is refused with cause 29 without the right credentials', async () => {
    const { clock, ask } = online({}, { credentials: { user: 'me', password: 'secret' } });
    await clock.drive('ask', async () => {
      expect(await ask('IP')).toEqual({ refused: 29 });
      expect(await ask('IP', { user: 'me', password: 'wrong' })).toEqual({ refused: 29 });
      expect(await ask('IP', { user: 'me', password: 'secret' })).toMatchObject({ type: 'IP' });
    });
  });

  it('has two hosts of one /30, never its network or broadcast address', async () => {
    const { clock, session } = online();
    await clock.drive('addresses', async () => {
      for (let i = 0; i < 40; i++) {
        const { ipv4 } = await session('IP');
        const [ours, theirs] = [ipv4?.address, ipv4?.gateway].map((text) => Number(text?.split('.')[3]));
        expect([1, 2]).toContain((ours ?? 0) % 4);
        expect((ours ?? 0) >> 2).toBe((theirs ?? 0) >> 2);
        expect((ours ?? 0) % 4).toBe(3 - ((theirs ?? 0) % 4));
      }
    });
  });

  it('advertises its prefix once by itself and to each solicitation', async () => {
    const { clock, session } = online({}, { mtu: 1_430 });
    await clock.drive('advertise', async () => {
      const data = await session('IPV6');
      const packets = collect(data);
      await clock.sleep(100);
      expect(packets).toHaveLength(1);
      const [source, destination] = ['fe80::5', 'ff02::2'].map(addressBytes6) as [Uint8Array, Uint8Array];
      const body = encodeRouterSolicitation([]);
      data.send(
        encodeIcmpv6({
          source,
          destination,
          hopLimit: 255,
          type: icmpv6Type.routerSolicitation,
          code: 0,
          body,
        }),
      );
      await clock.sleep(100);
      const [first, second] = packets.map((packet) => decodeIcmpv6(packet));
      expect(first).toMatchObject({ type: 134, hopLimit: 255, destination: addressBytes6('ff02::1') });
      expect(second).toMatchObject({ destination: source, source: addressBytes6(data.ipv6?.gateway ?? '') });
      const { lifetimeS, options } = decodeRouterAdvertisement(first?.body ?? new Uint8Array(0));
      expect(lifetimeS).toBeGreaterThan(0);
      expect(options).toMatchObject([
        { kind: 'prefix', length: 64, autonomous: true, onLink: false },
        { kind: 'mtu', mtu: 1_430 },
        { kind: 'rdnss', servers: ['2001:4860:4860::8888', '2001:4860:4860::8844'] },
      ]);
      const [prefix] = options;
      const own = addressBytes6(data.ipv6?.address ?? '').fill(0, 8);
      expect(prefix?.kind === 'prefix' && addressBytes6(prefix.prefix)).toEqual(own);
    });
  });

  it('answers echoes of IPv6, of any address of its prefix', async () => {
    const { clock, session } = online();
    await clock.drive('echo', async () => {
      const data = await session();
      const source = addressBytes6(data.ipv6?.address ?? '').fill(0x77, 8);
      const destination = addressBytes6('2001:4860:4860::8888');
      const echo = { source, destination, hopLimit: 64, type: icmpv6Type.echoRequest, code: 0 };
      const packets = collect(data);
      await clock.sleep(100);
      data.send(encodeIcmpv6({ ...echo, body: Uint8Array.of(0, 1, 0, 2, 9) }));
      data.send(
        encodeIcmpv6({ ...echo, source: addressBytes6('2001:db8::1'), body: Uint8Array.of(0, 1, 0, 3) }),
      );
      await clock.sleep(100);
      expect(packets.slice(1).map((packet) => decodeIcmpv6(packet))).toEqual([
        {
          ...echo,
          source: destination,
          destination: source,
          hopLimit: 58,
          type: 129,
          body: Uint8Array.of(0, 1, 0, 2, 9),
        },
      ]);
    });
  });

  it.each(['8.8.8.8', '2001:4860:4860::8844'])('finds names at %s', async (server) => {
    const { clock, session } = online();
    await clock.drive('names', async () => {
      const data = await session();
      const packets = collect(data);
      const ask = async (
        name: string,
        type: number,
      ): Promise<Pick<DnsMessage, 'code' | 'answers'> | undefined> => {
        const query = {
          id: 7,
          response: false,
          opcode: 0,
          authoritative: false,
          truncated: false,
          recursionDesired: true,
          recursionAvailable: false,
          code: 0,
          questions: [{ name, type }],
          answers: [],
        };
        packets.length = 0;
        data.send(udpTo(data, server, 53, encodeDns(query)));
        await clock.sleep(50);
        const answer = decodeUdp(packets.at(-1) ?? new Uint8Array(0));
        return answer && decodeDns(answer.payload);
      };
      await clock.sleep(50);
      expect(await ask('Example.com', dnsType.a)).toMatchObject({
        code: 0,
        answers: [{ value: '203.0.113.10' }],
      });
      expect(await ask('example.com', dnsType.aaaa)).toMatchObject({
        answers: [{ value: '2001:db8:113::a' }],
      });
      expect(await ask('10.113.0.203.in-addr.arpa', dnsType.ptr)).toMatchObject({
        answers: [{ value: 'example.com' }],
      });
      expect(await ask('example.com', 15)).toMatchObject({ code: 0, answers: [] });
      expect(await ask('no.such.name', dnsType.a)).toMatchObject({ code: 3, answers: [] });
    });
  });

  it('says what it does not deliver: closed ports, too large, too far', async () => {
    const { clock, network, session } = online();
    await clock.drive('errors', async () => {
      const data = await session('IP');
      const packets = collect(data);
      const after = async (
        packet: Uint8Array,
      ): Promise<[source: string, type: number, code: number, mtu: number]> => {
        packets.length = 0;
        data.send(packet);
        await clock.sleep(50);
        const { source, payload } = decodeIpv4(packets[0] ?? new Uint8Array(0));
        expect(Buffer.from(payload.subarray(8, 28))).toEqual(Buffer.from(packet.subarray(0, 20)));
        return [source, payload[0] ?? 0, payload[1] ?? 0, ((payload[6] ?? 0) << 8) | (payload[7] ?? 0)];
      };
      expect(await after(udpTo(data, '1.1.1.1', 9_999, Uint8Array.of(1)))).toEqual(['1.1.1.1', 3, 3, 0]);
      expect(await after(udpTo(data, '1.1.1.1', 7, Uint8Array.of(1), 3))).toEqual(['198.51.100.3', 11, 0, 0]);
      network.path = { ...network.path, mtu: 1_300 };
      expect(await after(udpTo(data, '1.1.1.1', 7, new Uint8Array(1_300)))).toEqual([
        '198.51.100.1',
        3,
        4,
        1_300,
      ]);
    });
  });

  it('gives UDP back at port 7', async () => {
    const { clock, session } = online();
    await clock.drive('udp', async () => {
      const data = await session('IP');
      const packets = collect(data);
      data.send(udpTo(data, '1.1.1.1', 7, Uint8Array.of(1, 2, 3)));
      await clock.sleep(50);
      expect(packets.map((packet) => decodeUdp(packet))).toMatchObject([
        { sourcePort: 7, payload: Uint8Array.of(1, 2, 3) },
      ]);
    });
  });
});

function collect(session: Session): Uint8Array[] {
  const packets: Uint8Array[] = [];
  onPackets(session, (packet) => packets.push(packet));
  return packets;
}

function udpTo(
  session: Session,
  to: string,
  destinationPort: number,
  payload: Uint8Array,
  hopLimit = 64,
): Uint8Array {
  const isIpv4 = to.includes('.');
  const source = isIpv4
    ? addressBytes(session.ipv4?.address ?? '')
    : addressBytes6(session.ipv6?.address ?? '');
  const destination = isIpv4 ? addressBytes(to) : addressBytes6(to);
  return encodeUdp({ source, destination, sourcePort: 5_353, destinationPort, hopLimit, payload });
}
