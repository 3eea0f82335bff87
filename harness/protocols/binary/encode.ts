import type { Field } from './field.ts';
import { readAll } from './reader.ts';
import { createWriter } from './writer.ts';

/** The bytes of one value. */
export function encode<T>(field: Field<T>, value: T): Uint8Array {
  const writer = createWriter();
  field.write(writer, value);
  return writer.finish();
}

/**
 * The value of these bytes, all of them.
 * @param what names the thing in errors
 * @throws HarnessError `binary.truncated`, `binary.trailing`, `binary.unknown-value`
 */
export function decode<T>(field: Field<T>, bytes: Uint8Array, what: string): T {
  return readAll(bytes, what, (from) => field.read(from));
}
