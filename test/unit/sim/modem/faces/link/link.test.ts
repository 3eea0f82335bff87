import { describe, expect, it } from '@jest/globals';

import {
  decodeDhcp,
  dhcpOption,
  encodeDhcp,
  type DhcpMessage,
} from '../../../../../../harness/protocols/dhcp/message.ts';
import { decodeArp, encodeArp } from '../../../../../../harness/protocols/ethernet/arp.ts';
import {
  decodeFrame,
  encodeFrame,
  etherType,
  macBytes,
} from '../../../../../../harness/protocols/ethernet/frame.ts';
import { addressAt, addressBytes } from '../../../../../../harness/protocols/ip/address.ts';
import { addressBytes6 } from '../../../../../../harness/protocols/ip/address6.ts';
import { decodeEcho, encodeEcho } from '../../../../../../harness/protocols/ip/icmp.ts';
import { decodeIcmpv6, encodeIcmpv6, icmpv6Type } from '../../../../../../harness/protocols/ip/icmpv6.ts';
import {
  decodeNeighborMessage,
  encodeNeighborMessage,
} from '../../../../../../harness/protocols/ip/neighbor.ts';
import { decodeUdp, encodeUdp } from '../../../../../../harness/protocols/ip/udp.ts';
import { createLink, type Link } from '../../../../../../harness/sim/modem/faces/link/link.ts';
import { online } from '../../../network/online.ts';

const host = macBytes('02:15:6f:00:00:02');
const everybody = macBytes('ff:ff:ff:ff:ff:ff');

function link(framing: 'raw-ip' | 'ethernet' = 'raw-ip'): Link {
  return createLink({ interfaceNumber: 8, framing, hostAddress: '02:15:6f:00:00:02' });
}

function ask(
  type: DhcpMessage['type'],
  options: [number, Uint8Array][] = [],
  clientAddress = '0.0.0.0',
): Uint8Array {
  return encodeUdp({
    source: addressBytes(clientAddress),
    destination: addressBytes('255.255.255.255'),
    sourcePort: 68,
    destinationPort: 67,
    hopLimit: 64,
    payload: encodeDhcp({
      operation: 'request',
      type,
      hardwareType: 1,
      transaction: 0xdeadbeef,
      seconds: 0,
      broadcast: false,
      clientAddress,
      yourAddress: '0.0.0.0',
      serverAddress: '0.0.0.0',
      relayAddress: '0.0.0.0',
      clientHardware: host,
      options: new Map(options),
    }),
  });
}

function answer(from: Link): DhcpMessage | undefined {
  const packet = from.port.receive();
  const datagram = packet && decodeUdp(packet);
  return datagram && decodeDhcp(datagram.payload);
}

describe('the DHCP server of a raw IP link', () => {
  it('leads udhcpc through discover, request and renewal', async () => {
    const { clock, session } = online();
    await clock.drive('dhcp', async () => {
      const data = await session('IP');
      const { address = '', gateway = '' } = data.ipv4 ?? {};
      const its = link();
      its.bind({ ipv4: data });
      its.port.send(ask('discover'));
      const offer = answer(its);
      expect(offer).toMatchObject({ type: 'offer', transaction: 0xdeadbeef, yourAddress: address });
      const wanted: [number, Uint8Array][] = [
        [dhcpOption.requestedAddress, addressBytes(address)],
        [dhcpOption.serverId, offer?.options.get(dhcpOption.serverId) ?? new Uint8Array(0)],
      ];
      its.port.send(ask('request', wanted));
      const ack = answer(its);
      expect(ack).toMatchObject({ type: 'ack', yourAddress: address, clientHardware: host });
      const option = (code: number): number[] => [...(ack?.options.get(code) ?? [])];
      expect(addressAt(Uint8Array.from(option(dhcpOption.serverId)), 0)).toBe(gateway);
      expect(addressAt(Uint8Array.from(option(dhcpOption.router)), 0)).toBe(gateway);
      expect(option(dhcpOption.subnetMask)).toEqual([255, 255, 255, 252]);
      expect(option(dhcpOption.dns)).toEqual([8, 8, 8, 8, 8, 8, 4, 4]);
      expect(option(dhcpOption.leaseTime)).toEqual([0, 0, 0x1c, 0x20]);
      expect(option(dhcpOption.mtu)).toEqual([5, 220]);
      its.port.send(ask('request', [], address));
      expect(answer(its)).toMatchObject({ type: 'ack' });
      its.port.send(ask('inform', [], address));
      expect(answer(its)).toMatchObject({ type: 'ack', yourAddress: '0.0.0.0' });
      its.port.send(ask('request', [[dhcpOption.requestedAddress, addressBytes('10.9.9.9')]]));
      expect(answer(its)).toMatchObject({ type: 'nak', yourAddress: '0.0.0.0' });
      its.port.send(ask('release', [], address));
      expect(answer(its)).toBeUndefined();
    });
  });

  it('says nothing without a session, and carries nothing', () => {
    const its = link();
    its.port.send(ask('discover'));
    expect(its.port.receive()).toBeUndefined();
    expect(its.port.connected).toBe(false);
  });

  it('carries pings, tells of them, and stops when the session is taken away', async () => {
    const { clock, session } = online();
    await clock.drive('ping', async () => {
      const data = await session('IP');
      const its = link();
      let told = 0;
      its.port.onReadable(() => told++);
      its.bind({ ipv4: data });
      const source = data.ipv4?.address ?? '';
      const echo = encodeEcho({
        type: 'request',
        source,
        destination: '8.8.8.8',
        ttl: 64,
        id: 1,
        seq: 2,
        payload: new Uint8Array(8),
      });
      its.port.send(echo);
      await clock.sleep(50);
      expect(told).toBe(1);
      expect(decodeEcho(its.port.receive() ?? new Uint8Array(0))).toMatchObject({ type: 'reply', seq: 2 });
      its.bind({});
      its.port.send(echo);
      await clock.sleep(50);
      expect([told, its.port.receive()]).toEqual([1, undefined]);
    });
  });
});

describe('an Ethernet link', () => {
  it("answers ARP for everybody but the host, and frames what comes for the host's own address", async () => {
    const { clock, session } = online();
    await clock.drive('arp', async () => {
      const data = await session();
      const { address = '', gateway = '' } = data.ipv4 ?? {};
      const its = link('ethernet');
      its.bind({ ipv4: data, ipv6: data });
      const arp = (target: string, sender = address): void => {
        const asked = {
          operation: 'request' as const,
          senderMac: host,
          senderIp: addressBytes(sender),
          targetMac: new Uint8Array(6),
        };
        const payload = encodeArp({ ...asked, targetIp: addressBytes(target) });
        its.port.send(encodeFrame({ destination: everybody, source: host, type: etherType.arp, payload }));
      };
      arp(address, '0.0.0.0');
      expect(its.port.receive()).toBeUndefined();
      arp(gateway);
      const frame = decodeFrame(its.port.receive() ?? new Uint8Array(0));
      expect(frame).toMatchObject({ destination: host, type: etherType.arp });
      const reply = decodeArp(frame.payload);
      expect(reply).toMatchObject({ operation: 'reply', senderIp: addressBytes(gateway), targetMac: host });
      const payload = encodeEcho({
        type: 'request',
        source: address,
        destination: '8.8.8.8',
        ttl: 64,
        id: 1,
        seq: 2,
        payload: new Uint8Array(8),
      });
      const destination = reply?.senderMac ?? everybody;
      its.port.send(encodeFrame({ destination, source: host, type: etherType.ipv4, payload }));
      await clock.sleep(50);
      const down = [its.port.receive(), its.port.receive()].map((bytes) =>
        decodeFrame(bytes ?? new Uint8Array(0)),
      );
      expect(down.map(({ type }) => type)).toEqual([etherType.ipv6, etherType.ipv4]);
      expect(decodeEcho(down[1]?.payload ?? new Uint8Array(0))).toMatchObject({ type: 'reply' });
    });
  });

  it('is the neighbour for the gateway, and silent about duplicates', async () => {
    const { clock, session } = online();
    await clock.drive('neighbour', async () => {
      const data = await session('IPV6');
      const its = link('ethernet');
      its.bind({ ipv6: data });
      await clock.sleep(50);
      its.port.receive(); // the advertisement
      const solicit = (source: string, target: string): void => {
        const body = encodeNeighborMessage({
          target,
          router: false,
          solicited: false,
          override: false,
          options: [],
        });
        const ends = { source: addressBytes6(source), destination: addressBytes6('ff02::1:ff00:1') };
        const payload = encodeIcmpv6({
          ...ends,
          hopLimit: 255,
          type: icmpv6Type.neighborSolicitation,
          code: 0,
          body,
        });
        its.port.send(encodeFrame({ destination: everybody, source: host, type: etherType.ipv6, payload }));
      };
      const gateway = data.ipv6?.gateway ?? '';
      solicit('::', data.ipv6?.address ?? '');
      solicit('::', 'fe80::1234');
      expect(its.port.receive()).toBeUndefined();
      solicit('fe80::1234', gateway);
      const message = decodeIcmpv6(decodeFrame(its.port.receive() ?? new Uint8Array(0)).payload);
      expect(message).toMatchObject({ type: icmpv6Type.neighborAdvertisement, hopLimit: 255 });
      const advertised = decodeNeighborMessage(message?.body ?? new Uint8Array(0));
      expect(advertised).toMatchObject({
        target: gateway,
        solicited: true,
        options: [{ kind: 'target-address' }],
      });
    });
  });
});
