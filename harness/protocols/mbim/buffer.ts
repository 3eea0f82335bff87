import type { Field } from '../binary/field.ts';
import { binaryError, createReader, type Reader } from '../binary/reader.ts';
import { createWriter, type Writer } from '../binary/writer.ts';

/**
 * An information buffer (MBIM 1.0, 10.3): fixed fields, and behind them a data buffer with everything of variable
 * length, to which fixed fields point by their offset from the start of the structure. A structure is declared with
 * the fields of `binary/`; those of `fields.ts` here read and write both parts.
 */
export interface BufferReader extends Reader {
  /** @throws HarnessError `binary.bad-reference` */
  data(offset: number, length: number): Uint8Array;
}

export interface BufferWriter extends Writer {
  /** Writes an offset, and the bytes to the data buffer; an empty thing has offset 0. */
  refer(bytes: Uint8Array): void;
}

/** Everything in the data buffer starts at a multiple of it, and so ends the buffer. */
const ALIGNMENT = 4;

/** The bytes of one structure and of all that it refers to. */
export function encodeBuffer<T>(field: Field<T>, value: T): Uint8Array {
  const fixed = createWriter();
  const references: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  const writer: BufferWriter = {
    get length() {
      return fixed.length;
    },
    bytes: (bytes) => fixed.bytes(bytes),
    u8: (number) => fixed.u8(number),
    u16: (number) => fixed.u16(number),
    u32: (number) => fixed.u32(number),
    u64: (number) => fixed.u64(number),
    finish: () => fixed.finish(),
    refer: (bytes) => {
      references.push({ at: fixed.length, bytes });
      fixed.u32(0);
    },
  };
  field.write(writer, value);
  return join(fixed.finish(), references);
}

function join(
  fixed: Uint8Array,
  references: readonly { readonly at: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const used = references.filter(({ bytes }) => bytes.length > 0);
  if (used.length === 0) return fixed;
  let end = aligned(fixed.length);
  const placed = used.map(({ at, bytes }) => {
    const offset = end;
    end = aligned(end + bytes.length);
    return { at, bytes, offset };
  });
  const whole = new Uint8Array(end);
  const view = new DataView(whole.buffer);
  whole.set(fixed);
  for (const { at, bytes, offset } of placed) {
    view.setUint32(at, offset, true);
    whole.set(bytes, offset);
  }
  return whole;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/**
 * The value of a structure. What stands behind its fixed fields without being referred to is not looked at: hosts pad.
 * @param what names the thing in errors
 * @throws HarnessError `binary.truncated`, `binary.bad-reference`, `binary.unknown-value`
 */
export function decodeBuffer<T>(field: Field<T>, bytes: Uint8Array, what: string): T {
  const fixed = createReader(bytes, what);
  const reader: BufferReader = {
    get left() {
      return fixed.left;
    },
    get offset() {
      return fixed.offset;
    },
    take: (count) => fixed.take(count),
    u8: () => fixed.u8(),
    u16: () => fixed.u16(),
    u32: () => fixed.u32(),
    u64: () => fixed.u64(),
    data: (offset, length) => {
      if (length === 0) return bytes.subarray(0, 0);
      if (offset + length > bytes.length) {
        throw binaryError(
          'binary.bad-reference',
          `${what}: ${length} bytes at ${offset} of a structure of ${bytes.length}`,
        );
      }
      return bytes.subarray(offset, offset + length);
    },
  };
  return field.read(reader);
}
