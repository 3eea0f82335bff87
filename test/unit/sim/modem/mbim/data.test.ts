import { describe, expect, it } from '@jest/globals';
import { connect } from '../../../../../harness/protocols/mbim/basic-connect/session.ts';
import { mbimContextType } from '../../../../../harness/protocols/mbim/services.ts';
import { createNtbBuilder, decodeNtb16 } from '../../../../../harness/protocols/ncm/ntb16.ts';
import type { NcmRequest } from '../../../../../harness/sim/modem/port.ts';
import type { Session } from '../../../../../harness/sim/network/network.ts';
import {
  createDataChannel,
  type DataChannel,
} from '../../../../../harness/sim/modem/faces/mbim/data-channel.ts';
import type { PacketFilters } from '../../../../../harness/sim/modem/faces/mbim/packet-filters.ts';
import { noTraffic, type Traffic } from '../../../../../harness/sim/modem/faces/mbim/traffic.ts';
import { mbimHost } from './host.ts';

function packet(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** A session with packets that wait. */
function stocked(waiting: Uint8Array[], sent: Uint8Array[] = []): Session {
  return {
    type: 'IP',
    ipv4: undefined,
    ipv6: undefined,
    mtu: 1_500,
    send: (bytes) => void sent.push(bytes),
    receive: () => waiting.shift(),
    onReadable: () => undefined,
    onReleased: () => undefined,
    release: () => undefined,
  };
}

function channelWith(traffic: Traffic, filters: PacketFilters = []): DataChannel {
  return createDataChannel({
    interfaceNumber: 13,
    traffic,
    filters: () => filters,
    onReset: () => undefined,
  });
}

const get = (request: number, length: number): NcmRequest => ({ request, direction: 'in', value: 0, length });
const put = (request: number, value = 0): NcmRequest => ({ request, direction: 'out', value, length: 0 });

describe('the data channel of an MBIM function', () => {
  it('packs what waits into blocks as long as the host takes, and loses nothing', () => {
    const channel = channelWith(noTraffic());
    const all = Array.from({ length: 30 }, (_, i) => packet(1_400, i));
    channel.bind(0, stocked(all.slice(0, 20)));
    channel.bind(5, stocked(all.slice(20)));
    const blocks: Uint8Array[] = [];
    for (let block = channel.port.receive(); block; block = channel.port.receive()) blocks.push(block);
    expect(blocks.map((block) => decodeNtb16(block).sequence)).toEqual([0, 1, 2]);
    expect(blocks.every(({ length }) => length <= 16_384)).toBe(true);
    const datagrams = blocks.flatMap((block) => decodeNtb16(block).datagrams);
    expect(datagrams.map(({ session, bytes }) => [session, bytes[0]])).toEqual(
      all.map((_, i) => [i < 20 ? 0 : 5, i]),
    );
  });

  it('keeps to the size and the number of datagrams that the host asked for', () => {
    const channel = channelWith(noTraffic());
    const { ncm } = channel.port;
    expect(Buffer.from(ncm?.request(get(0x80, 28), packet(0, 0)) ?? []).toString('hex')).toBe(
      '1c00010000400000040000000400000000400000040000000400' + '1000',
    );
    expect(ncm?.request(put(0x86), Uint8Array.of(0, 8, 0, 0, 2, 0, 0, 0))).toEqual(new Uint8Array());
    expect(ncm?.request(put(0x86), Uint8Array.of(0, 0, 1, 0))).toBeUndefined();
    channel.bind(
      0,
      stocked([packet(100, 1), packet(100, 2), packet(100, 3), packet(1_400, 4), packet(700, 5)]),
    );
    const counts: number[] = [];
    for (let block = channel.port.receive(); block; block = channel.port.receive()) {
      expect(block.length).toBeLessThanOrEqual(2_048);
      counts.push(decodeNtb16(block).datagrams.length);
    }
    expect(counts).toEqual([2, 2, 1]);
    expect(ncm?.request(get(0x85, 4), packet(0, 0))).toEqual(Uint8Array.of(0, 8, 0, 0));
    ncm?.selectAlternate(0);
    expect(ncm?.request(get(0x85, 4), packet(0, 0))).toEqual(Uint8Array.of(0, 64, 0, 0));
    expect(ncm?.request(put(0x84, 1), packet(0, 0))).toBeUndefined();
  });

  it('hands datagrams to their sessions and drops what has none', () => {
    const traffic = noTraffic();
    const channel = channelWith(traffic);
    const sent: Uint8Array[] = [];
    channel.bind(2, stocked([], sent));
    const block = createNtbBuilder({ maxSize: 16_384, maxDatagrams: 0 });
    block.add(2, packet(20, 1));
    block.add(0, packet(20, 2));
    block.add(2, packet(20, 3));
    channel.port.send(block.finish(0));
    channel.port.send(packet(40, 0xff));
    expect(sent).toEqual([packet(20, 1), packet(20, 3)]);
    expect(traffic).toMatchObject({ outPackets: 2, outOctets: 40, outDiscards: 1, outErrors: 1 });
  });

  it('passes on to the host what one of its filters lets through', () => {
    const traffic = noTraffic();
    const udp = { filter: Uint8Array.of(0x40, 0, 17), mask: Uint8Array.of(0xf0, 0, 0xff) };
    const long = { filter: packet(30, 0), mask: packet(30, 0) };
    const channel = channelWith(traffic, [udp, long]);
    const all = [Uint8Array.of(0x45, 1, 17, 9), Uint8Array.of(0x45, 1, 6, 9), packet(30, 7), packet(2, 0x45)];
    channel.bind(0, stocked([...all]));
    const block = channel.port.receive() as Uint8Array;
    expect(decodeNtb16(block).datagrams.map(({ bytes }) => bytes)).toEqual([all[0], all[2]]);
    expect(traffic).toMatchObject({ inPackets: 2, inDiscards: 2 });
  });

  it('is closed by RESET_FUNCTION', async () => {
    const host = await mbimHost();
    await host.open();
    await host.set(connect, {
      sessionId: 0,
      command: 'activate',
      accessString: '',
      userName: '',
      password: '',
      compression: 'none',
      authProtocol: 'none',
      ipType: 'default',
      contextType: mbimContextType.internet,
    });
    expect(host.data.connected).toBe(true);
    host.data.ncm?.request(put(0x05), packet(0, 0));
    expect(host.data.connected).toBe(false);
    expect(host.modem.state.bearers).toEqual([]);
  });
});
