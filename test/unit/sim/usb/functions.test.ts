import { describe, expect, it } from '@jest/globals';
import type { Setup } from '../../../../harness/protocols/usb/setup.ts';
import type { ControlPort, ModemPort, NetworkPort } from '../../../../harness/sim/modem/port.ts';
import type { FunctionOnBus } from '../../../../harness/sim/usb/function.ts';
import { createNetworkFunction } from '../../../../harness/sim/usb/network-function.ts';
import { createSerialFunction } from '../../../../harness/sim/usb/serial-function.ts';
import type { Transfer, TransferStatus } from '../../../../harness/sim/usb/transfer.ts';

const BULK_IN = 0x84;
const BULK_OUT = 0x03;
const INTERRUPT_IN = 0x85;
const endpoints = [
  { address: INTERRUPT_IN, type: 'interrupt', maxPacketSize: 10, interval: 9 },
  { address: BULK_IN, type: 'bulk', maxPacketSize: 512, interval: 0 },
  { address: BULK_OUT, type: 'bulk', maxPacketSize: 512, interval: 0 },
] as const;
const noData = new Uint8Array(0);

function setup(request: number, value = 0): Setup {
  return { requestType: 0x21, request, value, index: 3, length: 0 };
}

interface Ended {
  readonly transfer: Transfer;
  readonly ends: { readonly status: TransferStatus; readonly data: Uint8Array }[];
}

function submit(fn: FunctionOnBus, endpoint: number, length: number, data: Uint8Array = noData): Ended {
  const ends: Ended['ends'] = [];
  const transfer: Transfer = {
    endpoint,
    length,
    data,
    done: (status, came) => ends.push({ status, data: came }),
  };
  fn.pipes.get(endpoint)?.submit(transfer);
  return { transfer, ends };
}

function serial(): {
  readonly fn: FunctionOnBus;
  readonly written: Uint8Array[];
  readonly lines: string[];
  readonly send: (bytes: Uint8Array) => void;
  readonly dropCarrier: () => void;
} {
  const written: Uint8Array[] = [];
  const lines: string[] = [];
  let send: (bytes: Uint8Array) => void = () => undefined;
  let dropCarrier = (): void => undefined;
  const port: ModemPort = {
    interfaceNumber: 3,
    write: (bytes) => void written.push(bytes),
    onBytes: (f) => {
      send = f ?? send;
    },
    setDtr: (on) => void lines.push(`dtr ${on}`),
    setRts: (on) => void lines.push(`rts ${on}`),
    onGone: () => undefined,
    onCarrierLost: (f) => {
      dropCarrier = f ?? dropCarrier;
    },
  };
  const fn = createSerialFunction(port, endpoints);
  return { fn, written, lines, send: (bytes) => send(bytes), dropCarrier: () => dropCarrier() };
}

describe('a serial function', () => {
  it('fills a transfer with all that has come, and keeps what does not fit', () => {
    const { fn, send } = serial();
    fn.request(setup(0x22, 3), noData);
    send(Buffer.from('abc'));
    send(Buffer.from('defgh'));
    expect(textOf(submit(fn, BULK_IN, 5).ends[0]?.data)).toBe('abcde');
    expect(textOf(submit(fn, BULK_IN, 5).ends[0]?.data)).toBe('fgh');
    expect(submit(fn, BULK_IN, 5).ends).toEqual([]);
  });

  it('makes the modem pause, and hears nothing, while the host does not fetch', () => {
    const { fn, send, lines, written } = serial();
    fn.request(setup(0x22, 3), noData);
    send(new Uint8Array(16_385));
    const out = submit(fn, BULK_OUT, 2, Buffer.from('AT'));
    expect(lines).toEqual(['dtr true', 'rts false']);
    expect([written.length, out.ends.length]).toEqual([0, 0]);
    submit(fn, BULK_IN, 16_384);
    expect(lines).toEqual(['dtr true', 'rts false', 'rts true']);
    expect([written.length, out.ends.length]).toEqual([1, 1]);
  });

  it('keeps nothing for a port that nobody has open', () => {
    const { fn, send } = serial();
    send(Buffer.from('RING'));
    fn.request(setup(0x22, 3), noData);
    expect(submit(fn, BULK_IN, 64).ends).toEqual([]);
  });

  it('tells that the carrier fell, to drivers that must have seen it rise', () => {
    const { fn, dropCarrier } = serial();
    dropCarrier();
    const states = [submit(fn, INTERRUPT_IN, 64), submit(fn, INTERRUPT_IN, 64)].map(({ ends }) =>
      Buffer.from(ends[0]?.data ?? noData).toString('hex'),
    );
    expect(states).toEqual(['a1200000030002000300', 'a1200000030002000200']);
  });

  it('drops the lines at a bus reset', () => {
    const { fn, lines } = serial();
    fn.request(setup(0x22, 3), noData);
    fn.reset();
    fn.reset();
    expect(lines).toEqual(['dtr true', 'dtr false']);
  });
});

function network(): {
  readonly fn: FunctionOnBus;
  readonly say: (...messages: string[]) => void;
  readonly fetch: () => string;
} {
  const queue: Uint8Array[] = [];
  let readable = (): void => undefined;
  const control: ControlPort = {
    interfaceNumber: 3,
    send: () => true,
    receive: () => queue.shift(),
    get waiting() {
      return queue.length;
    },
    onReadable: (f) => {
      readable = f ?? readable;
    },
    setDtr: () => undefined,
    onGone: () => undefined,
  };
  const fn = createNetworkFunction({
    control,
    network: undefined,
    controlInterface: 3,
    tellsCarrier: false,
    endpoints,
  });
  return {
    fn,
    say: (...messages) => {
      for (const message of messages) {
        queue.push(Buffer.from(message));
        readable();
      }
    },
    fetch: () => Buffer.from(fn.request(setup(0x01), noData) ?? noData).toString(),
  };
}

const settle = (): Promise<void> => Promise.resolve();

describe('a control channel', () => {
  it('tells of waiting messages by level: one more after each that was fetched', async () => {
    const { fn, say, fetch } = network();
    const first = submit(fn, INTERRUPT_IN, 64);
    say('a', 'b');
    expect(Buffer.from(first.ends[0]?.data ?? noData).toString('hex')).toBe('a101000003000000');
    const second = submit(fn, INTERRUPT_IN, 64);
    expect(second.ends).toEqual([]);
    expect(fetch()).toBe('a');
    // The answer first, then the notification.
    expect(second.ends).toEqual([]);
    await settle();
    expect(second.ends).toHaveLength(1);
    expect(fetch()).toBe('b');
    await settle();
    expect(submit(fn, INTERRUPT_IN, 64).ends).toEqual([]);
    expect(fetch()).toBe('');
  });

  it('tells again when a host that stopped listening comes back', () => {
    const { fn, say } = network();
    submit(fn, INTERRUPT_IN, 64);
    say('left behind');
    const { transfer } = submit(fn, INTERRUPT_IN, 64);
    fn.pipes.get(INTERRUPT_IN)?.cancel(transfer);
    expect(submit(fn, INTERRUPT_IN, 64).ends).toHaveLength(1);
  });

  it('tells a host that starts to listen after its question', () => {
    const { fn, say } = network();
    say('early');
    expect(submit(fn, INTERRUPT_IN, 64).ends).toHaveLength(1);
  });
});

describe('a data channel', () => {
  it('takes packets out of the modem only when the host has asked for them', () => {
    const packets = [Uint8Array.of(1), new Uint8Array(2_000), Uint8Array.of(3)];
    let readable = (): void => undefined;
    let taken = 0;
    const port: NetworkPort = {
      interfaceNumber: 3,
      framing: 'raw-ip',
      hostAddress: undefined,
      send: () => undefined,
      receive: () => packets[taken] && packets[taken++],
      onReadable: (f) => {
        readable = f ?? readable;
      },
      connected: true,
      onConnected: () => undefined,
      onGone: () => undefined,
    };
    const parts = { control: undefined, network: port, controlInterface: 3, tellsCarrier: false, endpoints };
    const fn = createNetworkFunction(parts);
    readable();
    expect(taken).toBe(0);
    const ends = [1, 2, 3, 4].map(() => submit(fn, BULK_IN, 1_500).ends);
    expect(ends.map(([end]) => end?.status)).toEqual(['ok', 'babble', 'ok', undefined]);
  });
});

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? noData).toString();
}
