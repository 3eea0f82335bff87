import { bytes, struct, u16, u32, u8, type ValueOf } from '../binary/field.ts';
import { encode } from '../binary/encode.ts';

/** Class requests of CDC 1.2 (table 19), PSTN 1.2 (table 13) and ECM 1.2 (table 6). */
export const cdcRequest = {
  sendEncapsulatedCommand: 0x00,
  getEncapsulatedResponse: 0x01,
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
  setEthernetMulticastFilters: 0x40,
  setEthernetPacketFilter: 0x43,
} as const;

/** SET_CONTROL_LINE_STATE, wValue (PSTN 1.2, table 18). */
export const lineState = { dtr: 0x01, rts: 0x02 } as const;

/** PSTN 1.2, table 17. */
export const lineCoding = struct({ baudRate: u32, stopBits: u8, parity: u8, dataBits: u8 });
export type LineCoding = ValueOf<typeof lineCoding>;

/** bNotificationCode (CDC 1.2, table 20; PSTN 1.2, table 30). */
export const cdcNotification = {
  networkConnection: 0x00,
  responseAvailable: 0x01,
  serialState: 0x20,
  connectionSpeedChange: 0x2a,
} as const;

/** UART state bitmap of SERIAL_STATE (PSTN 1.2, table 31): Data Carrier Detect and Data Set Ready. */
export const serialState = { carrier: 0x01, ready: 0x02 } as const;

const FROM_INTERFACE = 0xa1;

const header = struct({ requestType: u8, code: u8, value: u16, index: u16, length: u16 });

function notification(
  code: number,
  value: number,
  index: number,
  data: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const whole = struct({ header, data: bytes(data.length) });
  const fields = { requestType: FROM_INTERFACE, code, value, index, length: data.length };
  return encode(whole, { header: fields, data });
}

/** A message waits for GET_ENCAPSULATED_RESPONSE. */
export function responseAvailable(interfaceNumber: number): Uint8Array {
  return notification(cdcNotification.responseAvailable, 0, interfaceNumber);
}

export function networkConnection(interfaceNumber: number, connected: boolean): Uint8Array {
  return notification(cdcNotification.networkConnection, connected ? 1 : 0, interfaceNumber);
}

/** @param down @param up bits per second */
export function connectionSpeedChange(interfaceNumber: number, down: number, up: number): Uint8Array {
  const speeds = encode(struct({ down: u32, up: u32 }), { down, up });
  return notification(cdcNotification.connectionSpeedChange, 0, interfaceNumber, speeds);
}

export function serialStateChange(interfaceNumber: number, state: number): Uint8Array {
  return notification(cdcNotification.serialState, 0, interfaceNumber, encode(u16, state));
}
