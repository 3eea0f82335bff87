import { binaryError, type Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** One kind of value and its bytes, declared once for both directions. */
export interface Field<T> {
  read(from: Reader): T;
  write(to: Writer, value: T): void;
}

/** The value that a field stands for. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

export const u8: Field<number> = { read: (from) => from.u8(), write: (to, value) => to.u8(value) };
export const u16: Field<number> = { read: (from) => from.u16(), write: (to, value) => to.u16(value) };
export const u32: Field<number> = { read: (from) => from.u32(), write: (to, value) => to.u32(value) };
export const u64: Field<bigint> = { read: (from) => from.u64(), write: (to, value) => to.u64(value) };

export const i8: Field<number> = map(
  u8,
  (value) => (value << 24) >> 24,
  (value) => value & 0xff,
);
export const i16: Field<number> = map(
  u16,
  (value) => (value << 16) >> 16,
  (value) => value & 0xffff,
);
export const i32: Field<number> = map(
  u32,
  (value) => value | 0,
  (value) => value >>> 0,
);

export const u16be: Field<number> = map(u16, swap16, swap16);
export const u32be: Field<number> = {
  read: (from) => u16be.read(from) * 0x1_0000 + u16be.read(from),
  write: (to, value) => {
    u16be.write(to, value >>> 16);
    u16be.write(to, value & 0xffff);
  },
};

/** One byte, 0 or 1; anything but 0 reads as true. */
export const flag: Field<boolean> = map(
  u8,
  (value) => value !== 0,
  (value) => (value ? 1 : 0),
);

/** Exactly so many bytes. */
export function bytes(count: number): Field<Uint8Array> {
  return {
    read: (from) => from.take(count),
    write: (to, value) => {
      if (value.length !== count) {
        throw binaryError('binary.bad-length', `${value.length} bytes for a field of ${count}`);
      }
      to.bytes(value);
    },
  };
}

/** Everything up to the end. */
export const rest: Field<Uint8Array> = {
  read: (from) => from.take(from.left),
  write: (to, value) => to.bytes(value),
};

/** Text up to the end, UTF-8. */
export const restText: Field<string> = map(rest, decodeText, encodeText);

/** Bytes behind their number. */
export function counted(count: Field<number>): Field<Uint8Array> {
  return {
    read: (from) => from.take(count.read(from)),
    write: (to, value) => {
      count.write(to, value.length);
      to.bytes(value);
    },
  };
}

/** Text behind its length in bytes, UTF-8. */
export function text(length: Field<number> = u8): Field<string> {
  return map(counted(length), decodeText, encodeText);
}

/** Exactly so many characters, one byte each (Latin-1, so that no byte is lost). */
export function fixedText(count: number): Field<string> {
  return map(
    bytes(count),
    (value) => String.fromCharCode(...value),
    (value) => Uint8Array.from(value, (character) => character.charCodeAt(0)),
  );
}

/** Items behind their number. */
export function list<T>(count: Field<number>, item: Field<T>): Field<readonly T[]> {
  return {
    read: (from) => {
      const values: T[] = [];
      // One by one: a count of billions in a short message must not take room before its items are found missing.
      for (let left = count.read(from); left > 0; left--) values.push(item.read(from));
      return values;
    },
    write: (to, values) => {
      count.write(to, values.length);
      for (const value of values) item.write(to, value);
    },
  };
}

/** Items up to the end. */
export function repeated<T>(item: Field<T>): Field<readonly T[]> {
  return {
    read: (from) => {
      const values: T[] = [];
      while (from.left > 0) values.push(item.read(from));
      return values;
    },
    write: (to, values) => {
      for (const value of values) item.write(to, value);
    },
  };
}

type Fields = Readonly<Record<string, Field<never> | Field<unknown>>>;
export type StructOf<F> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** Fields one after the other, in the order in which they are written down. */
export function struct<F extends Fields>(fields: F): Field<StructOf<F>> {
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  return {
    read: (from) => {
      const value: Record<string, unknown> = {};
      for (const [name, field] of entries) value[name] = field.read(from);
      return value as StructOf<F>;
    },
    write: (to, value) => {
      for (const [name, field] of entries) field.write(to, (value as Record<string, unknown>)[name]);
    },
  };
}

/**
 * Numbers by name. A number without a name is an error when read.
 * @throws HarnessError `binary.unknown-value`
 */
export function choice<const N extends Readonly<Record<string, number>>>(
  names: N,
  field = u8,
): Field<keyof N & string> {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]));
  return {
    read: (from) => {
      const number = field.read(from);
      const name = byNumber.get(number);
      if (name === undefined) {
        throw binaryError('binary.unknown-value', `${number} is none of ${Object.keys(names).join(', ')}`);
      }
      return name;
    },
    write: (to, name) => field.write(to, names[name] as number),
  };
}

/** The same bytes under another type. */
export function map<A, B>(field: Field<A>, decode: (value: A) => B, encode: (value: B) => A): Field<B> {
  return {
    read: (from) => decode(field.read(from)),
    write: (to, value) => field.write(to, encode(value)),
  };
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8);
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function encodeText(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
