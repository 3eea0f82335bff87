import { describe, expect, it } from '@jest/globals';

import { decodeArp, encodeArp } from '../../../../../harness/protocols/ethernet/arp.ts';
import {
  decodeFrame,
  encodeFrame,
  etherType,
  formatMac,
} from '../../../../../harness/protocols/ethernet/frame.ts';
import { createEthernetHost } from '../../../../../harness/sim/router/net/wwan/ethernet-host.ts';

const MODEM = Uint8Array.of(2, 0, 0, 0, 0, 1);

/** Of this family, from 10.0.0.2 to this address where it is IPv4. */
function packetTo(...last: readonly number[]): Uint8Array {
  return Uint8Array.of(0x45, ...new Uint8Array(11), 10, 0, 0, 2, ...last);
}

describe("the router's end of an Ethernet link with a modem", () => {
  it('asks who its neighbour is, keeps what waits, and sends it then', () => {
    const sent: Uint8Array[] = [];
    const host = createEthernetHost('02:00:00:00:00:02', (frame) => sent.push(frame));
    const packet = packetTo(8, 8, 8, 8);
    host.send(packet);
    const asked = decodeFrame(sent[0] as Uint8Array);
    expect([formatMac(asked.destination), asked.type]).toEqual(['ff:ff:ff:ff:ff:ff', etherType.arp]);
    const request = decodeArp(asked.payload);
    expect(request).toMatchObject({ operation: 'request', targetIp: Uint8Array.of(8, 8, 8, 8) });
    const reply = encodeArp({
      operation: 'reply',
      senderMac: MODEM,
      senderIp: Uint8Array.of(8, 8, 8, 8),
      targetMac: asked.source,
      targetIp: Uint8Array.of(10, 0, 0, 2),
    });
    const frame = { destination: asked.source, source: MODEM };
    expect(host.unwrap(encodeFrame({ ...frame, type: etherType.arp, payload: reply }))).toEqual([]);
    expect(decodeFrame(sent[1] as Uint8Array)).toMatchObject({ destination: MODEM, payload: packet });
    expect(host.unwrap(encodeFrame({ ...frame, type: etherType.ipv4, payload: packet }))).toEqual([packet]);
    expect(host.unwrap(Uint8Array.of(1, 2, 3))).toEqual([]);
  });

  it('sends to groups without asking, and keeps no more than a kernel does', () => {
    const sent: Uint8Array[] = [];
    const host = createEthernetHost('02:00:00:00:00:02', (frame) => sent.push(frame));
    host.send(packetTo(255, 255, 255, 255));
    host.send(packetTo(239, 255, 0, 1));
    const router = new Uint8Array(40).fill(0xff, 24, 25).fill(2, 39);
    router[0] = 0x60;
    host.send(router);
    expect(sent.map((frame) => formatMac(decodeFrame(frame).destination))).toEqual([
      'ff:ff:ff:ff:ff:ff',
      '01:00:5e:7f:00:01',
      '33:33:00:00:00:02',
    ]);
    for (let n = 0; n < 500; n++) host.send(packetTo(8, 8, 8, 8));
    sent.length = 0;
    host.unwrap(encodeFrame({ destination: MODEM, source: MODEM, type: etherType.ipv6, payload: router }));
    expect(sent).toHaveLength(101);
  });
});
