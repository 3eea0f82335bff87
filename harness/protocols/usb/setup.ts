import { struct, u16, u8, type ValueOf } from '../binary/field.ts';

/** The eight bytes that open a control transfer (USB 2.0, 9.3). */
export const setupPacket = struct({
  requestType: u8,
  request: u8,
  value: u16,
  index: u16,
  length: u16,
});

export type Setup = ValueOf<typeof setupPacket>;

/** bmRequestType, taken apart (USB 2.0, table 9-2). */
export const requestType = { standard: 0x00, class: 0x20, vendor: 0x40 } as const;
export const recipient = { device: 0, interface: 1, endpoint: 2 } as const;

export function isIn(setup: Setup): boolean {
  return (setup.requestType & 0x80) !== 0;
}

export function typeOf(setup: Setup): number {
  return setup.requestType & 0x60;
}

export function recipientOf(setup: Setup): number {
  return setup.requestType & 0x1f;
}

/** USB 2.0, table 9-4. */
export const standardRequest = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  setAddress: 5,
  getDescriptor: 6,
  setDescriptor: 7,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;

/** USB 2.0, table 9-6. */
export const feature = { endpointHalt: 0, remoteWakeup: 1 } as const;
