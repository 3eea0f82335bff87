import { addressAt6, addressBytes6 } from '../ip/address6.ts';
import { addressAt, addressBytes } from '../ip/address.ts';
import { decode, encode } from '../binary/encode.ts';
import { bytes, map, repeated, rest, type Field } from '../binary/field.ts';
import { binaryError } from '../binary/reader.ts';
import { decodeBuffer, encodeBuffer, type BufferReader, type BufferWriter } from './buffer.ts';

/** Text in the data buffer: offset and size in bytes, UTF-16LE without an end mark (MBIM 1.0, 10.4). */
export const string: Field<string> = refer(
  (from) => decodeUtf16(from.data(from.u32(), from.u32())),
  (to, value) => {
    const data = encodeUtf16(value);
    to.refer(data);
    to.u32(data.length);
  },
);

/** Bytes in the data buffer: offset and size. */
export const data: Field<Uint8Array> = refer(
  (from) => from.data(from.u32(), from.u32()),
  (to, value) => {
    to.refer(value);
    to.u32(value.length);
  },
);

/** A structure in the data buffer, with references of its own: offset and size. */
export function nested<T>(field: Field<T>): Field<T> {
  return refer(
    (from) => decodeBuffer(field, from.data(from.u32(), from.u32()), 'a structure within an MBIM structure'),
    (to, value) => {
      const inner = encodeBuffer(field, value);
      to.refer(inner);
      to.u32(inner.length);
    },
  );
}

/** A structure that is the rest of another one: its references count from its own start. */
export function embedded<T>(field: Field<T>): Field<T> {
  return map(
    rest,
    (bytes) => decodeBuffer(field, bytes, 'a structure at the end of an MBIM structure'),
    (value) => encodeBuffer(field, value),
  );
}

/** Items of one size, side by side in the data buffer: their number and an offset. */
export function array<T>(item: Field<T>, size: number): Field<readonly T[]> {
  return refer(
    (from) => {
      const count = from.u32();
      return decode(repeated(item), from.data(from.u32(), count * size), 'an array of an MBIM structure');
    },
    (to, values) => {
      to.u32(values.length);
      to.refer(encode(repeated(item), values));
    },
  );
}

/** One item of fixed size in the data buffer, or none: an offset, or 0. */
export function perhaps<T>(item: Field<T>, size: number): Field<T | undefined> {
  return refer(
    (from) => {
      const offset = from.u32();
      return offset === 0
        ? undefined
        : decode(item, from.data(offset, size), 'a reference of an MBIM structure');
    },
    (to, value) => to.refer(value === undefined ? new Uint8Array() : encode(item, value)),
  );
}

/** `a289cc33-bcbb-8b4f-b6b0-133ec2aae6df`: its octets in the order in which they are written. */
export const uuid: Field<string> = map(bytes(16), formatUuid, parseUuid);
/** `10.64.12.34`, network order. */
export const ipv4: Field<string> = map(bytes(4), (octets) => addressAt(octets, 0), addressBytes);
/** `2001:db8::1`, network order. */
export const ipv6: Field<string> = map(bytes(16), (octets) => addressAt6(octets, 0), addressBytes6);

// Only encodeBuffer and decodeBuffer ever call fields of this kind, with their own readers and writers.
function refer<T>(read: (from: BufferReader) => T, write: (to: BufferWriter, value: T) => void): Field<T> {
  return { read: read as Field<T>['read'], write: write as Field<T>['write'] };
}

function decodeUtf16(octets: Uint8Array): string {
  if (octets.length % 2 === 1) {
    throw binaryError('binary.bad-length', `${octets.length} bytes are no whole number of UTF-16 units`);
  }
  let text = '';
  for (let i = 0; i < octets.length; i += 2) {
    text += String.fromCharCode((octets[i] ?? 0) | ((octets[i + 1] ?? 0) << 8));
  }
  return text;
}

function encodeUtf16(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    octets[2 * i] = unit;
    octets[2 * i + 1] = unit >>> 8;
  }
  return octets;
}

function formatUuid(octets: Uint8Array): string {
  const hex = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function parseUuid(text: string): Uint8Array {
  const hex = text.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
