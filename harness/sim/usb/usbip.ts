import { isHarnessError, type HarnessError } from '../../core/errors.ts';
import { decode, encode } from '../../protocols/binary/encode.ts';
import { list, struct, u32be } from '../../protocols/binary/field.ts';
import { setupPacket } from '../../protocols/usb/setup.ts';
import {
  deviceRecord,
  direction,
  interfaceRecord,
  operationHeader,
  submitAnswer,
  unlinkAnswer,
  urbStatus,
  usbipCommand,
  usbipOperation,
  usbipStatus,
  USBIP_VERSION,
} from '../../protocols/usbip/messages.ts';
import { createUsbipParser, type UsbipRequest } from '../../protocols/usbip/parser.ts';
import type { Channel } from '../../transport/channel.ts';
import type { UsbDevice } from './device.ts';
import { CONFIGURATION_VALUE, type DeviceLayout } from './layout.ts';
import { noBytes, type Transfer, type TransferStatus } from './transfer.ts';

/** What `usbip attach -b` is given. */
export const USBIP_BUS_ID = '1-1';

export interface UsbipOptions {
  /** May this connection have the device? Asked at import. */
  readonly claim?: () => boolean;
  /** The connection is over; `imported`: it had the device. */
  readonly onEnd?: (imported: boolean, error?: HarnessError) => void;
}

/**
 * The exporting side of USB/IP over a channel: a list of one device, its import, then URBs. When the device leaves the
 * bus the connection ends; the client has to attach again by itself.
 */
export function serveUsbip(
  channel: Channel,
  device: UsbDevice,
  options: UsbipOptions = {},
): { close(): void } {
  const parser = createUsbipParser((request) => handle(request));
  const urbs = createUrbs(device, (message) => channel.write(message));
  let imported = false;
  let over = false;

  const finish = (error?: HarnessError): void => {
    if (over) return;
    over = true;
    unwatch();
    urbs.drop();
    if (imported) device.reset();
    options.onEnd?.(imported, error);
  };
  const close = (error?: HarnessError): void => {
    finish(error);
    channel.close();
  };
  const handle = (request: UsbipRequest): void => {
    switch (request.kind) {
      case 'devices':
        channel.write(listDevices(device.layout));
        break;
      case 'import': {
        const granted = request.busId === USBIP_BUS_ID && device.layout;
        const status = !granted
          ? usbipStatus.noDevice
          : (options.claim?.() ?? true)
            ? usbipStatus.ok
            : usbipStatus.busy;
        channel.write(operationAnswer(usbipOperation.replyImport, status));
        if (!granted || status !== usbipStatus.ok) return;
        imported = true;
        channel.write(encode(deviceRecord, recordOf(granted)));
        parser.startUrbs();
        break;
      }
      default:
        urbs.handle(request);
    }
  };
  const unwatch = device.onPlug((plugged) => {
    if (!plugged && imported) close();
  });
  channel.onClose((error) => finish(error));
  channel.onBytes((bytes) => {
    if (over) return;
    try {
      parser.push(bytes);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      close(error);
    }
  });
  return { close: () => close() };
}

const statuses: Readonly<Record<TransferStatus, number>> = {
  ok: urbStatus.ok,
  stall: urbStatus.stalled,
  cancelled: urbStatus.gone,
  babble: urbStatus.overflow,
  invalid: urbStatus.noEndpoint,
  failed: urbStatus.io,
};

interface Urbs {
  handle(request: Extract<UsbipRequest, { kind: 'submit' | 'unlink' }>): void;
  /** The connection is over: what waits is given up without a word. */
  drop(): void;
}

function createUrbs(device: UsbDevice, send: (message: Uint8Array) => void): Urbs {
  const waiting = new Map<number, Transfer>();

  const answer = (sequence: number, status: number, length: number, data: Uint8Array): void => {
    const fields = { command: usbipCommand.submitted, sequence, device: 0, direction: 0, endpoint: 0 };
    const rest = { startFrame: 0, packets: 0, errors: 0, padding: new Uint8Array(8) };
    send(encode(submitAnswer, { ...fields, status, length, ...rest }));
    if (data.length > 0) send(data);
  };
  const control = (request: Extract<UsbipRequest, { kind: 'submit' }>): void => {
    const setup = decode(setupPacket, request.setup, 'USB setup packet');
    const data = device.control(setup, request.data);
    const isIn = request.direction === direction.in;
    const sent = data && isIn ? data.subarray(0, request.length) : noBytes;
    const status = data ? urbStatus.ok : urbStatus.stalled;
    answer(request.sequence, status, isIn ? sent.length : data ? request.length : 0, sent);
  };
  const submit = (request: Extract<UsbipRequest, { kind: 'submit' }>): void => {
    const { sequence, length } = request;
    const isIn = request.direction === direction.in;
    const transfer: Transfer = {
      endpoint: (request.endpoint & 0x0f) | (isIn ? 0x80 : 0),
      data: request.data,
      length,
      done: (status, data) => {
        // Unlinked, or its connection is gone: nobody waits for it.
        if (waiting.get(sequence) !== transfer) return;
        waiting.delete(sequence);
        answer(sequence, statuses[status], isIn ? data.length : status === 'ok' ? length : 0, data);
      },
    };
    waiting.set(sequence, transfer);
    device.submit(transfer);
  };
  const unlink = ({ sequence, unlinkSequence }: Extract<UsbipRequest, { kind: 'unlink' }>): void => {
    const transfer = waiting.get(unlinkSequence);
    waiting.delete(unlinkSequence);
    if (transfer) device.cancel(transfer);
    const fields = { command: usbipCommand.unlinked, sequence, device: 0, direction: 0, endpoint: 0 };
    const status = transfer ? urbStatus.unlinked : urbStatus.ok;
    send(encode(unlinkAnswer, { ...fields, status, padding: new Uint8Array(24) }));
  };

  return {
    handle: (request) => {
      if (request.kind === 'unlink') unlink(request);
      else if ((request.endpoint & 0x0f) === 0) control(request);
      else submit(request);
    },
    drop: () => {
      const transfers = [...waiting.values()];
      waiting.clear();
      for (const transfer of transfers) device.cancel(transfer);
    },
  };
}

function operationAnswer(operation: number, status: number): Uint8Array {
  return encode(operationHeader, { version: USBIP_VERSION, operation, status });
}

const deviceList = struct({
  header: operationHeader,
  devices: list(u32be, struct({ device: deviceRecord, interfaces: listOfInterfaces() })),
});

/** Their number stands in the device's record, so that it is not read back here. */
function listOfInterfaces(): ReturnType<typeof list<Parameters<typeof interfaceRecord.write>[1]>> {
  return {
    read: () => [],
    write: (to, records) => {
      for (const record of records) interfaceRecord.write(to, record);
    },
  };
}

function listDevices(layout: DeviceLayout | undefined): Uint8Array {
  const header = { version: USBIP_VERSION, operation: usbipOperation.replyDevices, status: usbipStatus.ok };
  const devices = layout ? [{ device: recordOf(layout), interfaces: interfacesOf(layout) }] : [];
  return encode(deviceList, { header, devices });
}

function recordOf(layout: DeviceLayout): Parameters<typeof deviceRecord.write>[1] {
  const { device } = layout;
  const { vendorId, productId, deviceVersion, configurations } = device;
  return {
    path: `/sys/devices/wwanlab/usb1/${USBIP_BUS_ID}`,
    busId: USBIP_BUS_ID,
    bus: 1,
    device: 2,
    speed: 3,
    vendorId,
    productId,
    deviceVersion,
    class: Number.parseInt(device.class, 16),
    subclass: Number.parseInt(device.subclass, 16),
    protocol: Number.parseInt(device.protocol, 16),
    configuration: CONFIGURATION_VALUE,
    configurations,
    interfaces: interfacesOf(layout).length,
  };
}

function interfacesOf(layout: DeviceLayout): Parameters<typeof interfaceRecord.write>[1][] {
  return layout.interfaces
    .filter(({ alternate }) => alternate === 0)
    .map(({ function: usb }) => ({
      class: Number.parseInt(usb.class, 16),
      subclass: Number.parseInt(usb.subclass, 16),
      protocol: Number.parseInt(usb.protocol, 16),
      padding: 0,
    }));
}
