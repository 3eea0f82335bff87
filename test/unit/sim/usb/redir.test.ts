import { describe, expect, it } from '@jest/globals';
import type { RedirPacket } from '../../../../harness/protocols/usbredir/packets.ts';
import { createUsbDevice } from '../../../../harness/sim/usb/device.ts';
import { bench } from '../modem/bench.ts';
import { guestOf, type Guest } from './host.ts';

const noData = new Uint8Array(0);

function bulk(id: bigint, endpoint: number, length: number, data = noData): RedirPacket {
  return { kind: 'bulk', id, endpoint, status: 0, length, stream: 0, data };
}

function plugged(): { readonly guest: Guest; readonly modem: ReturnType<typeof bench> } {
  const modem = bench();
  const guest = guestOf(createUsbDevice(modem.modem));
  guest.greet();
  guest.send({ kind: 'setConfiguration', id: 1n, configuration: 1 });
  guest.take();
  return { guest, modem };
}

describe('a modem over usbredir', () => {
  it('says nothing but hello before the guest has, then plugs in in the one order that QEMU takes', () => {
    const guest = guestOf(createUsbDevice(bench().modem));
    expect(guest.kinds()).toEqual(['hello']);
    guest.greet();
    expect(guest.take()).toMatchObject([
      { kind: 'interfaceInfo', count: 4, numbers: [0, 2, 3, 8, ...Array.from({ length: 28 }, () => 0)] },
      { kind: 'endpointInfo' },
      { kind: 'deviceConnect', speed: 2, vendorId: 0x1199, productId: 0x9071, deviceVersion: 0x0006 },
    ]);
    guest.send({ kind: 'setConfiguration', id: 7n, configuration: 1 });
    expect(guest.take()).toMatchObject([
      { kind: 'interfaceInfo' },
      { kind: 'endpointInfo' },
      { kind: 'configurationStatus', id: 7n, status: 0, configuration: 1 },
    ]);
    guest.send({ kind: 'setConfiguration', id: 8n, configuration: 9 });
    expect(guest.take()).toMatchObject([{ kind: 'configurationStatus', status: 4, configuration: 1 }]);
  });

  it('answers AT in the bulk transfers that wait for it', async () => {
    const { guest, modem } = plugged();
    await modem.drive(async () => {
      guest.control({ requestType: 0x21, request: 0x22, value: 3, index: 3 });
      guest.take();
      guest.send(bulk(11n, 0x84, 4_096));
      guest.send(bulk(12n, 0x03, 3, Buffer.from('AT\r')));
      expect(guest.take()).toMatchObject([{ id: 12n, status: 0, length: 3 }]);
      await modem.pass(50);
      const [answer] = guest.take();
      expect(answer).toMatchObject({ kind: 'bulk', id: 11n, status: 0 });
      expect(Buffer.from((answer as { data: Uint8Array }).data).toString()).toMatch(/^AT\r/);
    });
  });

  it('answers a transfer that was cancelled once, and ids that it does not know never', () => {
    const { guest } = plugged();
    guest.send(bulk(21n, 0x84, 512));
    guest.send({ kind: 'cancelDataPacket', id: 21n });
    guest.send({ kind: 'cancelDataPacket', id: 21n });
    guest.send({ kind: 'cancelDataPacket', id: 99n });
    expect(guest.take()).toMatchObject([{ kind: 'bulk', id: 21n, status: 1, length: 0 }]);
  });

  it('stalls what it does not know', () => {
    const { guest } = plugged();
    expect(guest.control({ requestType: 0x80, request: 6, value: 0x0f00, length: 5 })).toMatchObject({
      status: 4,
    });
    expect(guest.control({ requestType: 0xc0, request: 0x33, length: 64 })).toMatchObject({ status: 4 });
    const device = guest.control({ requestType: 0x80, request: 6, value: 0x0100, length: 8 });
    expect(device).toMatchObject({ status: 0, length: 8 });
    guest.take();
    guest.send(bulk(31n, 0x8f, 512));
    expect(guest.take()).toMatchObject([{ kind: 'bulk', id: 31n, status: 2 }]);
  });

  it('ends what waits when it is unplugged, and plugs in again only after the guest has let go', () => {
    const { guest, modem } = plugged();
    guest.send(bulk(41n, 0x84, 512));
    modem.modem.plugUsb(false);
    expect(guest.take()).toMatchObject([
      { kind: 'bulk', id: 41n, status: 1, length: 0 },
      { kind: 'deviceDisconnect' },
    ]);
    modem.modem.plugUsb(true);
    guest.send(bulk(42n, 0x84, 512));
    expect(guest.kinds()).toEqual([]);
    guest.send({ kind: 'deviceDisconnectAck', id: 0n });
    expect(guest.kinds()).toEqual(['interfaceInfo', 'endpointInfo', 'deviceConnect']);
  });

  it('hangs up on whoever does not speak usbredir, and on nobody else', () => {
    const guest = guestOf(createUsbDevice(bench().modem));
    guest.raw(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(guest.closed).toBe(true);
    expect(plugged().guest.closed).toBe(false);
  });
});
