import { redirSpeed, redirStatus, type RedirPacketOf } from '../../protocols/usbredir/packets.ts';
import type { DeviceLayout, InterfaceLayout } from './layout.ts';
import type { TransferStatus } from './transfer.ts';

/** Type of an endpoint that is not there. */
const ABSENT = 255;
const SLOTS = 32;
const endpointTypes = { control: 0, bulk: 2, interrupt: 3 } as const;
const MAX_PACKET_SIZE_0 = 64;

/** Interfaces in the order of the descriptors; their numbers may have gaps. */
export function interfaceInfo(active: readonly InterfaceLayout[]): RedirPacketOf<'interfaceInfo'> {
  const classes = (name: 'class' | 'subclass' | 'protocol'): number[] =>
    active.map((one) => Number.parseInt(one.function[name], 16));
  return {
    kind: 'interfaceInfo',
    id: 0n,
    count: active.length,
    numbers: active.map((one) => one.function.number),
    classes: classes('class'),
    subclasses: classes('subclass'),
    protocols: classes('protocol'),
  };
}

/** Endpoint 0 and those of the settings in force; OUT in slots 0 to 15, IN in 16 to 31. */
export function endpointInfo(active: readonly InterfaceLayout[]): RedirPacketOf<'endpointInfo'> {
  const types = Array.from({ length: SLOTS }, () => ABSENT);
  const intervals = Array.from({ length: SLOTS }, () => 0);
  const interfaces = Array.from({ length: SLOTS }, () => 0);
  const maxPacketSizes = Array.from({ length: SLOTS }, () => 0);
  for (const slot of [0, 16]) {
    types[slot] = endpointTypes.control;
    maxPacketSizes[slot] = MAX_PACKET_SIZE_0;
  }
  for (const { function: usb, endpoints } of active) {
    for (const { address, type, interval, maxPacketSize } of endpoints) {
      const slot = ((address & 0x80) >> 3) | (address & 0x0f);
      types[slot] = endpointTypes[type];
      intervals[slot] = interval;
      interfaces[slot] = usb.number;
      maxPacketSizes[slot] = maxPacketSize;
    }
  }
  return { kind: 'endpointInfo', id: 0n, types, intervals, interfaces, maxPacketSizes, maxStreams: [] };
}

export function deviceConnect({ device }: DeviceLayout): RedirPacketOf<'deviceConnect'> {
  const { vendorId, productId, deviceVersion } = device;
  return {
    kind: 'deviceConnect',
    id: 0n,
    speed: redirSpeed.high,
    class: Number.parseInt(device.class, 16),
    subclass: Number.parseInt(device.subclass, 16),
    protocol: Number.parseInt(device.protocol, 16),
    vendorId,
    productId,
    deviceVersion,
  };
}

const statuses: Readonly<Record<TransferStatus, number>> = {
  ok: redirStatus.success,
  stall: redirStatus.stall,
  cancelled: redirStatus.cancelled,
  babble: redirStatus.babble,
  invalid: redirStatus.invalid,
  failed: redirStatus.ioError,
};

/** What a transfer's end is called on the wire. */
export const statusOf = (status: TransferStatus): number => statuses[status];
