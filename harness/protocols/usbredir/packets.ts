import {
  map,
  repeated,
  rest,
  struct,
  u16,
  u32,
  u64,
  u8,
  bytes,
  type Field,
  type ValueOf,
} from '../binary/field.ts';
import type { Reader } from '../binary/reader.ts';
import { createWriter } from '../binary/writer.ts';

/** Capabilities of usbredir 0.7 (usb-redir-protocol.md, `usb_redir_cap_*`), as bits. */
export const capability = {
  bulkStreams: 1 << 0,
  deviceVersion: 1 << 1,
  filter: 1 << 2,
  disconnectAck: 1 << 3,
  maxPacketSize: 1 << 4,
  wideIds: 1 << 5,
  wideBulkLength: 1 << 6,
  bulkReceiving: 1 << 7,
} as const;

/** Status byte of answers. */
export const redirStatus = {
  success: 0,
  cancelled: 1,
  invalid: 2,
  ioError: 3,
  stall: 4,
  timeout: 5,
  babble: 6,
} as const;

export const redirSpeed = { low: 0, full: 1, high: 2, super: 3 } as const;

/** Fields of a packet under the capabilities that both sides have. */
type Layout<T> = (caps: number) => Field<T>;

interface PacketSpec<T> {
  readonly type: number;
  readonly layout: Layout<T>;
}

function packet<T>(type: number, layout: Field<T> | Layout<T>): PacketSpec<T> {
  return { type, layout: typeof layout === 'function' ? layout : () => layout };
}

function has(caps: number, bit: number): boolean {
  return (caps & bit) !== 0;
}

const nothing: Field<object> = struct({});
const SLOTS = 32;
const slots8 = slots(u8);
const slots16 = slots(u16);
const slots32 = slots(u32);

function slots(item: Field<number>): Field<readonly number[]> {
  return {
    read: (from) => Array.from({ length: SLOTS }, () => item.read(from)),
    write: (to, values) => {
      for (let slot = 0; slot < SLOTS; slot++) item.write(to, values[slot] ?? 0);
    },
  };
}

/** A field that is there only under some capability; it reads as what it stands for when it is missing. */
function when<T>(present: boolean, field: Field<T>, missing: T): Field<T> {
  return present ? field : { read: () => missing, write: () => undefined };
}

const VERSION_BYTES = 64;
const version: Field<string> = map(
  bytes(VERSION_BYTES),
  (value) => new TextDecoder().decode(value).replace(/\0.*$/s, ''),
  (text) => {
    const padded = new Uint8Array(VERSION_BYTES);
    padded.set(new TextEncoder().encode(text).subarray(0, VERSION_BYTES - 1));
    return padded;
  },
);

/** Rules `class,vendor,product,version,allow` joined by `|`, zero-terminated. */
const filterRules: Field<string> = map(
  rest,
  (value) => new TextDecoder().decode(value).replace(/\0$/, ''),
  (text) => new TextEncoder().encode(`${text}\0`),
);

const interruptStatus = struct({ status: u8, endpoint: u8 });

/** The length of a bulk packet lies in two pieces where both sides can do more than 64 KiB. */
function bulkLayout(caps: number): Field<BulkPacket> {
  const wide = has(caps, capability.wideBulkLength);
  const high = when(wide, u16, 0);
  return {
    read: (from) => {
      const [endpoint, status, low, stream] = [from.u8(), from.u8(), from.u16(), from.u32()];
      const length = high.read(from) * 0x1_0000 + low;
      return { endpoint, status, length, stream, data: rest.read(from) };
    },
    write: (to, { endpoint, status, length, stream, data }) => {
      to.u8(endpoint);
      to.u8(status);
      to.u16(length & 0xffff);
      to.u32(stream);
      high.write(to, length >>> 16);
      rest.write(to, data);
    },
  };
}

interface BulkPacket {
  readonly endpoint: number;
  readonly status: number;
  readonly length: number;
  readonly stream: number;
  readonly data: Uint8Array;
}

const specs = {
  hello: packet(
    0,
    struct({
      version,
      caps: map(
        repeated(u32),
        ([low]) => low ?? 0,
        (caps) => [caps],
      ),
    }),
  ),
  deviceConnect: packet(1, (caps) =>
    struct({
      speed: u8,
      class: u8,
      subclass: u8,
      protocol: u8,
      vendorId: u16,
      productId: u16,
      deviceVersion: when(has(caps, capability.deviceVersion), u16, 0),
    }),
  ),
  deviceDisconnect: packet(2, nothing),
  reset: packet(3, nothing),
  interfaceInfo: packet(
    4,
    struct({ count: u32, numbers: slots8, classes: slots8, subclasses: slots8, protocols: slots8 }),
  ),
  endpointInfo: packet(5, (caps) =>
    struct({
      types: slots8,
      intervals: slots8,
      interfaces: slots8,
      maxPacketSizes: when(has(caps, capability.maxPacketSize), slots16, []),
      maxStreams: when(has(caps, capability.bulkStreams), slots32, []),
    }),
  ),
  setConfiguration: packet(6, struct({ configuration: u8 })),
  getConfiguration: packet(7, nothing),
  configurationStatus: packet(8, struct({ status: u8, configuration: u8 })),
  setAltSetting: packet(9, struct({ interface: u8, alternate: u8 })),
  getAltSetting: packet(10, struct({ interface: u8 })),
  altSettingStatus: packet(11, struct({ status: u8, interface: u8, alternate: u8 })),
  startIsoStream: packet(12, struct({ endpoint: u8, packetsPerTransfer: u8, transfers: u8 })),
  stopIsoStream: packet(13, struct({ endpoint: u8 })),
  isoStreamStatus: packet(14, interruptStatus),
  startInterruptReceiving: packet(15, struct({ endpoint: u8 })),
  stopInterruptReceiving: packet(16, struct({ endpoint: u8 })),
  interruptReceivingStatus: packet(17, interruptStatus),
  allocBulkStreams: packet(18, struct({ endpoints: u32, streams: u32 })),
  freeBulkStreams: packet(19, struct({ endpoints: u32 })),
  bulkStreamsStatus: packet(20, struct({ endpoints: u32, streams: u32, status: u8 })),
  cancelDataPacket: packet(21, nothing),
  filterReject: packet(22, nothing),
  filter: packet(23, struct({ rules: filterRules })),
  deviceDisconnectAck: packet(24, nothing),
  startBulkReceiving: packet(25, struct({ stream: u32, bytesPerTransfer: u32, endpoint: u8, transfers: u8 })),
  stopBulkReceiving: packet(26, struct({ stream: u32, endpoint: u8 })),
  bulkReceivingStatus: packet(27, struct({ stream: u32, endpoint: u8, status: u8 })),
  control: packet(
    100,
    struct({
      endpoint: u8,
      request: u8,
      requestType: u8,
      status: u8,
      value: u16,
      index: u16,
      length: u16,
      data: rest,
    }),
  ),
  bulk: packet(101, bulkLayout),
  iso: packet(102, struct({ endpoint: u8, status: u8, length: u16, data: rest })),
  interrupt: packet(103, struct({ endpoint: u8, status: u8, length: u16, data: rest })),
  bufferedBulk: packet(104, struct({ stream: u32, length: u32, endpoint: u8, status: u8, data: rest })),
} as const;

type Specs = typeof specs;
export type RedirKind = keyof Specs;
type BodyOf<K extends RedirKind> = ValueOf<ReturnType<Specs[K]['layout']>>;

/** A packet of usbredir 0.7 with its id, which ties an answer to its question. */
export type RedirPacket = {
  [K in RedirKind]: { readonly kind: K; readonly id: bigint } & BodyOf<K>;
}[RedirKind];

export type RedirPacketOf<K extends RedirKind> = Extract<RedirPacket, { kind: K }>;

/** Type, length and id; the id has 64 bits once both sides have said that they can. */
const narrowHeader = struct({ type: u32, length: u32, id: map(u32, BigInt, Number) });
const wideHeader = struct({ type: u32, length: u32, id: u64 });

/** Into a header, where the length of what follows it is known at last. */
function putLength(packet: Uint8Array, length: number): void {
  for (let i = 0; i < 4; i++) packet[4 + i] = length >>> (8 * i);
}

/** Reads and writes packets under the capabilities that both sides have. */
export interface RedirCodec {
  /** Bytes. */
  readonly headerLength: number;
  encode(packet: RedirPacket): Uint8Array;
  readHeader(from: Reader): ValueOf<typeof wideHeader>;
  /**
   * @returns undefined for a type that is not known
   * @throws HarnessError `binary.truncated`, `binary.trailing`
   */
  readBody(type: number, id: bigint, from: Reader): RedirPacket | undefined;
}

/** @param caps the bits that both sides have; 0 for the two hellos */
export function createRedirCodec(caps: number): RedirCodec {
  const header: Field<ValueOf<typeof wideHeader>> = has(caps, capability.wideIds) ? wideHeader : narrowHeader;
  const fields = new Map<string, Field<unknown>>();
  const kinds = new Map<number, string>();
  for (const [kind, { type, layout }] of Object.entries(specs)) {
    fields.set(kind, layout(caps) as Field<unknown>);
    kinds.set(type, kind);
  }
  return {
    headerLength: header === wideHeader ? 16 : 12,
    encode: (packet) => {
      const to = createWriter();
      header.write(to, { type: specs[packet.kind].type, length: 0, id: packet.id });
      const start = to.length;
      (fields.get(packet.kind) as Field<unknown>).write(to, packet);
      const bytes = to.finish();
      putLength(bytes, bytes.length - start);
      return bytes;
    },
    readHeader: (from) => header.read(from),
    readBody: (type, id, from) => {
      const kind = kinds.get(type);
      if (kind === undefined) return undefined;
      return Object.assign((fields.get(kind) as Field<object>).read(from), { kind, id }) as RedirPacket;
    },
  };
}
