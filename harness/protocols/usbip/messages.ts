import { bytes, map, struct, u16be, u32be, u8, type Field, type ValueOf } from '../binary/field.ts';

/** USB/IP as the kernel's Documentation/usb/usbip_protocol.rst has it, version 1.1.1. Numbers are big endian. */
export const USBIP_VERSION = 0x0111;

/** Requests before a device is imported, and their answers. */
export const usbipOperation = {
  requestDevices: 0x8005,
  replyDevices: 0x0005,
  requestImport: 0x8003,
  replyImport: 0x0003,
} as const;

/** Status of an answer to an operation (tools/usb/usbip, `ST_*`). */
export const usbipStatus = { ok: 0, failed: 1, busy: 2, error: 3, noDevice: 4 } as const;

export const usbipCommand = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;

/** Linux error numbers, negative, as URB status. */
export const urbStatus = {
  ok: 0,
  noEndpoint: -2,
  io: -5,
  stalled: -32,
  overflow: -75,
  unlinked: -104,
  gone: -108,
} as const;

const i32be: Field<number> = map(
  u32be,
  (value) => value | 0,
  (value) => value >>> 0,
);

function padded(length: number): Field<string> {
  return map(
    bytes(length),
    (value) => new TextDecoder().decode(value).replace(/\0.*$/s, ''),
    (text) => {
      const whole = new Uint8Array(length);
      whole.set(new TextEncoder().encode(text).subarray(0, length - 1));
      return whole;
    },
  );
}

export const BUS_ID_BYTES = 32;

export const operationHeader = struct({ version: u16be, operation: u16be, status: u32be });
export const OPERATION_HEADER_BYTES = 8;

export const busId = padded(BUS_ID_BYTES);

export const deviceRecord = struct({
  path: padded(256),
  busId,
  bus: u32be,
  device: u32be,
  /** As `usb_device_speed`: 3 is high. */
  speed: u32be,
  vendorId: u16be,
  productId: u16be,
  deviceVersion: u16be,
  class: u8,
  subclass: u8,
  protocol: u8,
  configuration: u8,
  configurations: u8,
  interfaces: u8,
});

export const interfaceRecord = struct({ class: u8, subclass: u8, protocol: u8, padding: u8 });

const basic = { command: u32be, sequence: u32be, device: u32be, direction: u32be, endpoint: u32be };

/** Every message about an URB starts with 48 bytes; data follows those of OUT requests and IN answers. */
export const URB_HEADER_BYTES = 48;

export const submitCommand = struct({
  ...basic,
  flags: u32be,
  length: u32be,
  startFrame: u32be,
  packets: u32be,
  interval: u32be,
  setup: bytes(8),
});

export const submitAnswer = struct({
  ...basic,
  status: i32be,
  length: u32be,
  startFrame: u32be,
  packets: u32be,
  errors: u32be,
  padding: bytes(8),
});

export const unlinkCommand = struct({ ...basic, unlinkSequence: u32be, padding: bytes(24) });
export const unlinkAnswer = struct({ ...basic, status: i32be, padding: bytes(24) });

export type SubmitCommand = ValueOf<typeof submitCommand>;
export type UnlinkCommand = ValueOf<typeof unlinkCommand>;

export const direction = { out: 0, in: 1 } as const;
