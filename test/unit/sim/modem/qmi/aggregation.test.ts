import { describe, expect, it } from '@jest/globals';

import { createQmapBuilder, decodeQmap } from '../../../../../harness/protocols/qmi/qmap.ts';
import {
  aggregationProtocol,
  wdaGetDataFormat,
  wdaSetDataFormat,
} from '../../../../../harness/protocols/qmi/wda.ts';
import { wdsBindMuxDataPort } from '../../../../../harness/protocols/qmi/wds-settings.ts';
import { wdsStartNetwork } from '../../../../../harness/protocols/qmi/wds.ts';
import { bench, type Bench } from '../bench.ts';
import { grantBoth } from './network.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

const { qmap, qmapV5 } = aggregationProtocol;
const both = { uplinkAggregation: qmap, downlinkAggregation: qmap };

async function withHost(
  model: string,
  body: (host: QmiHost, b: Bench, wda: number) => Promise<void>,
): Promise<void> {
  const b = bench(model);
  await b.drive(async () => {
    await b.pass(20_000);
    const host = qmiHost(b.clock, b.modem);
    await body(host, b, await host.allocate('wda'));
  });
}

/** A call of a client that is bound to this channel. */
async function callOn(host: QmiHost, muxId: number, apn: string): Promise<void> {
  const client = await host.allocate('wds');
  expect((await host.ask(wdsBindMuxDataPort, { muxId }, client)).error).toBe('None');
  expect((await host.ask(wdsStartNetwork, { apn, family: 4 }, client)).error).toBe('None');
}

const packet = (mark: number, length = 24): Uint8Array => {
  const bytes = new Uint8Array(length).fill(mark);
  bytes[0] = 0x45;
  return bytes;
};

describe('aggregation', () => {
  it('is what the host asks for, up to what the firmware can', () =>
    withHost('mc7455', async (host, { modem }, wda) => {
      const wish = { ...both, downlinkMaxDatagrams: 10, downlinkMaxSize: 100_000 };
      const present = { ...both, downlinkMaxDatagrams: 10, downlinkMaxSize: 16_384 };
      expect((await host.ask(wdaSetDataFormat, wish, wda)).values).toMatchObject(present);
      expect((await host.ask(wdaGetDataFormat, {}, wda)).values).toMatchObject(present);
      expect(modem.openNetwork(8)?.framing).toBe('qmap');
      const off = { uplinkAggregation: 0, downlinkAggregation: 0, downlinkMaxDatagrams: 0 };
      expect((await host.ask(wdaSetDataFormat, {}, wda)).values).toMatchObject(off);
      expect(
        (await host.ask(wdaSetDataFormat, { ...both, uplinkAggregation: qmapV5 }, wda)).values,
      ).toMatchObject(off);
      expect(modem.openNetwork(8)?.framing).toBe('raw-ip');
    }));

  it('is no matter of firmware that knows 802.3', () =>
    withHost('aircard-340u', async (host, _, wda) => {
      const { values } = await host.ask(wdaSetDataFormat, { ...both, linkProtocol: 2 }, wda);
      expect(values).toMatchObject({ uplinkAggregation: 0, downlinkAggregation: 0 });
    }));

  it('gives each channel its own call, through one port', () =>
    withHost('mc7455', async (host, b, wda) => {
      const { sessions } = grantBoth(b);
      await host.ask(wdaSetDataFormat, { ...both, downlinkMaxSize: 60 }, wda);
      await callOn(host, 1, 'internet');
      await callOn(host, 2, 'ims');
      const port = b.modem.openNetwork(8);
      const [first, second] = sessions;
      if (!port || !first || !second) throw new Error('no calls');
      const up = createQmapBuilder({ maxSize: 1_000, maxDatagrams: 9 });
      up.add({ muxId: 2, packet: packet(0x22) });
      up.add({ muxId: 1, packet: packet(0x11) });
      up.add({ muxId: 3, packet: packet(0x33) });
      port.send(up.finish());
      port.send(Uint8Array.of(0x45, 0x00));
      expect(first.sent).toEqual([packet(0x11)]);
      expect(second.sent).toEqual([packet(0x22)]);

      let told = 0;
      port.onReadable(() => told++);
      first.deliver(packet(0xaa, 23), packet(0xab, 80), packet(0xac));
      second.deliver(packet(0xbb));
      expect(told).toBeGreaterThan(0);
      const transfers: string[][] = [];
      for (let transfer = port.receive(); transfer; transfer = port.receive()) {
        expect(transfer.length).toBeLessThanOrEqual(60);
        transfers.push(
          decodeQmap(transfer).map((one) => `${one.muxId}: ${one.packet.length} of ${one.packet.at(-1)}`),
        );
      }
      // The packet of 80 bytes fits into no transfer.
      expect(transfers.flat().toSorted()).toEqual(['1: 23 of 170', '1: 24 of 172', '2: 24 of 187']);
      expect(transfers.length).toBe(2);
    }));

  it('ends with the function', () =>
    withHost('mc7455', async (host, b, wda) => {
      grantBoth(b);
      await host.ask(wdaSetDataFormat, both, wda);
      await callOn(host, 1, 'internet');
      const port = b.modem.openNetwork(8);
      const seen: string[] = [];
      port?.onGone(() => seen.push('gone'));
      port?.onConnected((connected) => seen.push(connected ? 'up' : 'down'));
      expect(port?.connected).toBe(true);
      b.modem.plugUsb(false);
      await b.pass(100);
      expect(seen).toEqual(['down', 'gone']);
      b.modem.plugUsb(true);
      expect(b.modem.openNetwork(8)?.framing).toBe('raw-ip');
    }));
});
