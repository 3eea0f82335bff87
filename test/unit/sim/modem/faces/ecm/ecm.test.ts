import { describe, expect, it } from '@jest/globals';

import { createRng } from '../../../../../../harness/core/chance.ts';
import { Timeline } from '../../../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../../../harness/core/virtual-clock.ts';
import { decodeDhcp, dhcpOption, encodeDhcp } from '../../../../../../harness/protocols/dhcp/message.ts';
import { decodeDns, dnsType, encodeDns } from '../../../../../../harness/protocols/dns/message.ts';
import {
  decodeFrame,
  encodeFrame,
  etherType,
  macBytes,
} from '../../../../../../harness/protocols/ethernet/frame.ts';
import { addressBytes } from '../../../../../../harness/protocols/ip/address.ts';
import { decodeEcho, encodeEcho } from '../../../../../../harness/protocols/ip/icmp.ts';
import { decodeUdp, encodeUdp } from '../../../../../../harness/protocols/ip/udp.ts';
import { createModem } from '../../../../../../harness/sim/modem/modem.ts';
import type { NetworkPort } from '../../../../../../harness/sim/modem/port.ts';
import { ec25A } from '../../../../../../harness/sim/modem/profiles/ec25-a.ts';
import { createNetwork } from '../../../../../../harness/sim/network/mobile-network.ts';

const host = macBytes('02:15:6f:00:00:02');
const modem = macBytes('02:15:6f:00:00:01');

/** An EC25 in its ECM composition. */
function bench() {
  const clock = createVirtualClock();
  const timeline = new Timeline({ clock, redact: (text) => text, write: () => undefined });
  const path = { minRttMs: 20, maxRttMs: 20, loss: 0, maxLossesInARow: 0 };
  const rng = createRng('ecm');
  const network = createNetwork({ clock, rng, timeline, subscription: { apns: ['internet'] }, path });
  const usb = { ...ec25A.usb, composition: { ...ec25A.usb.composition, factory: 1 } };
  const device = createModem({ clock, rng, timeline, profile: { ...ec25A, usb }, network });
  const port = device.openNetwork(5);
  if (!port) throw new Error('no ECM data interface');
  return { clock, device, port };
}

function send(port: NetworkPort, payload: Uint8Array): void {
  port.send(encodeFrame({ destination: modem, source: host, type: etherType.ipv4, payload }));
}

function next(port: NetworkPort): Uint8Array {
  return decodeFrame(port.receive() ?? new Uint8Array(0)).payload;
}

describe('the ECM function', () => {
  it('dials by itself, leases its one address, and translates', async () => {
    const { clock, port } = bench();
    const carrier: boolean[] = [];
    port.onConnected((connected) => carrier.push(connected));
    expect(port.connected).toBe(false);
    await clock.drive('ecm', async () => {
      await clock.sleep(20_000);
      expect([port.connected, carrier]).toEqual([true, [true]]);
      const udp = {
        source: addressBytes('192.168.225.20'),
        destination: addressBytes('192.168.225.1'),
        hopLimit: 64,
      };
      const nowhere = {
        clientAddress: '0.0.0.0',
        yourAddress: '0.0.0.0',
        serverAddress: '0.0.0.0',
        relayAddress: '0.0.0.0',
      };
      const discover = {
        operation: 'request' as const,
        type: 'discover' as const,
        hardwareType: 1,
        transaction: 5,
        seconds: 0,
        broadcast: true,
      };
      const payload = encodeDhcp({ ...discover, ...nowhere, clientHardware: host, options: new Map() });
      send(port, encodeUdp({ ...udp, sourcePort: 68, destinationPort: 67, payload }));
      const offer = decodeDhcp(decodeUdp(next(port))?.payload ?? new Uint8Array(0));
      expect(offer).toMatchObject({ type: 'offer', yourAddress: '192.168.225.20' });
      expect([...(offer.options.get(dhcpOption.dns) ?? [])]).toEqual([192, 168, 225, 1]);

      const echo = {
        type: 'request' as const,
        source: '192.168.225.20',
        ttl: 64,
        id: 77,
        seq: 3,
        payload: new Uint8Array(8),
      };
      send(port, encodeEcho({ ...echo, destination: '8.8.8.8' }));
      await clock.sleep(50);
      const reply = { type: 'reply', source: '8.8.8.8', destination: '192.168.225.20', id: 77, seq: 3 };
      expect(decodeEcho(next(port))).toMatchObject(reply);
      send(port, encodeEcho({ ...echo, destination: '192.168.225.1' }));
      expect(decodeEcho(next(port))).toMatchObject({ ...reply, source: '192.168.225.1' });

      const flags = {
        response: false,
        opcode: 0,
        authoritative: false,
        truncated: false,
        recursionDesired: true,
        recursionAvailable: false,
      };
      const query = encodeDns({
        id: 1,
        ...flags,
        code: 0,
        questions: [{ name: 'example.com', type: dnsType.a }],
        answers: [],
      });
      send(port, encodeUdp({ ...udp, sourcePort: 5_353, destinationPort: 53, payload: query }));
      await clock.sleep(50);
      const answer = decodeUdp(next(port));
      expect(answer).toMatchObject({
        source: udp.destination,
        destination: udp.source,
        sourcePort: 53,
        destinationPort: 5_353,
      });
      expect(decodeDns(answer?.payload ?? new Uint8Array(0)).answers).toMatchObject([
        { value: '203.0.113.10' },
      ]);
    });
  });

  it('loses its carrier with the data call, and dials again', async () => {
    const { clock, device, port } = bench();
    const carrier: boolean[] = [];
    port.onConnected((connected) => carrier.push(connected));
    await clock.drive('redial', async () => {
      await clock.sleep(20_000);
      device.input({ kind: 'deactivateContext', cid: 1 });
      expect(port.connected).toBe(false);
      await clock.sleep(20_000);
      expect(carrier).toEqual([true, false, true]);
      device.power(false);
      await clock.sleep(60_000);
      expect([carrier.length, port.connected]).toEqual([3, false]);
    });
  });
});
