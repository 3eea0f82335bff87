import { describe, expect, it } from '@jest/globals';
import { encode } from '../../../../harness/protocols/binary/encode.ts';
import { submitCommand, unlinkCommand } from '../../../../harness/protocols/usbip/messages.ts';
import { createUsbDevice, type UsbDevice } from '../../../../harness/sim/usb/device.ts';
import { serveUsbip } from '../../../../harness/sim/usb/usbip.ts';
import { bench } from '../modem/bench.ts';

interface Client {
  send(hex: string | Uint8Array): void;
  take(): Buffer;
  readonly closed: boolean;
}

function clientOf(device: UsbDevice, free = true): Client {
  let toHost: (bytes: Uint8Array) => void = () => undefined;
  let came: Uint8Array[] = [];
  let closed = false;
  serveUsbip(
    {
      name: 'test',
      onBytes: (f) => {
        toHost = f;
      },
      onClose: () => undefined,
      write: (bytes) => void came.push(bytes),
      close: () => {
        closed = true;
      },
    },
    device,
    { claim: () => free },
  );
  return {
    send: (bytes) => toHost(typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes),
    take: () => {
      const all = Buffer.concat(came);
      came = [];
      return all;
    },
    get closed() {
      return closed;
    },
  };
}

const importRequest = `0111800300000000${Buffer.from('1-1').toString('hex').padEnd(64, '0')}`;

function submit(
  sequence: number,
  endpoint: number,
  direction: 0 | 1,
  length: number,
  setup = '',
): Uint8Array {
  const basic = { command: 1, sequence, device: 0x10002, direction, endpoint };
  const rest = { flags: 0, startFrame: 0, packets: 0, interval: 0 };
  return encode(submitCommand, {
    ...basic,
    ...rest,
    length,
    setup: Buffer.from(setup.padEnd(16, '0'), 'hex'),
  });
}

describe('a modem over USB/IP', () => {
  it('is listed with its interfaces', () => {
    const client = clientOf(createUsbDevice(bench().modem));
    client.send('0111800500000000');
    const list = client.take();
    expect(list.subarray(0, 12).toString('hex')).toBe('011100050000000000000001');
    expect(list.length).toBe(12 + 312 + 4 * 4);
    expect(list.subarray(12 + 300, 12 + 304).toString('hex')).toBe('11999071');
  });

  it('is imported, enumerated, and gives a transfer back that is unlinked', () => {
    const client = clientOf(createUsbDevice(bench().modem));
    client.send(importRequest);
    expect(client.take().length).toBe(8 + 312);
    client.send(submit(1, 0, 1, 18, '8006000100001200'));
    const answer = client.take();
    expect(answer.readInt32BE(20)).toBe(0);
    expect(answer.subarray(48).toString('hex')).toMatch(/^1201000200000040/);
    client.send(submit(2, 0, 0, 0, '0009010000000000'));
    client.send(submit(3, 4, 1, 512));
    client.take();
    client.send(
      encode(unlinkCommand, {
        command: 2,
        sequence: 4,
        device: 0,
        direction: 0,
        endpoint: 0,
        unlinkSequence: 3,
        padding: new Uint8Array(24),
      }),
    );
    const unlinked = client.take();
    expect([unlinked.length, unlinked.readUInt32BE(0), unlinked.readInt32BE(20)]).toEqual([48, 4, -104]);
  });

  it('stalls with EPIPE, refuses a second host, and ends with the modem', () => {
    const { modem } = bench();
    const client = clientOf(createUsbDevice(modem));
    client.send(importRequest);
    client.take();
    client.send(submit(1, 0, 1, 5, '8006000f00000500'));
    expect(client.take().readInt32BE(20)).toBe(-32);
    modem.plugUsb(false);
    expect(client.closed).toBe(true);

    const second = clientOf(createUsbDevice(bench().modem), false);
    second.send(importRequest);
    expect(second.take().toString('hex')).toBe('0111000300000002');
  });

  it('hangs up on nonsense', () => {
    const client = clientOf(createUsbDevice(bench().modem));
    client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(client.closed).toBe(true);
  });
});
