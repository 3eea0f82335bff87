import { HarnessError } from '../../core/errors.ts';

/** A cursor over bytes that came in. Every read checks that the bytes are there. Numbers are little endian. */
export interface Reader {
  /** Bytes that are left. */
  readonly left: number;
  /** Bytes read so far. */
  readonly offset: number;
  /** @throws HarnessError `binary.truncated` */
  take(count: number): Uint8Array;
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): bigint;
}

/**
 * @param what names the thing in errors: `QMI WDS message 0x0020`
 */
export function createReader(bytes: Uint8Array, what: string): Reader {
  return new ByteReader(bytes, what);
}

/** All of it, or an error about what is left over. */
export function readAll<T>(bytes: Uint8Array, what: string, read: (from: Reader) => T): T {
  const reader = createReader(bytes, what);
  const value = read(reader);
  if (reader.left > 0) {
    throw binaryError('binary.trailing', `${what}: ${reader.left} of ${bytes.length} bytes are left over`);
  }
  return value;
}

class ByteReader implements Reader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get offset(): number {
    return this.#at;
  }

  take(count: number): Uint8Array {
    const from = this.#advance(count);
    return this.#bytes.subarray(from, from + count);
  }

  u8(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  u16(): number {
    return this.#at16(this.#advance(2));
  }

  u32(): number {
    const from = this.#advance(4);
    return this.#at16(from) + this.#at16(from + 2) * 0x1_0000;
  }

  u64(): bigint {
    const low = this.u32();
    const high = this.u32();
    return high === 0 ? BigInt(low) : BigInt(low) | (BigInt(high) << 32n);
  }

  #at16(at: number): number {
    return (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8);
  }

  /** @returns where the bytes start that were stepped over */
  #advance(count: number): number {
    if (count > this.left) {
      const missing = count - this.left;
      throw binaryError(
        'binary.truncated',
        `${this.#what}: ends after ${this.#bytes.length} bytes, ${missing} more were expected`,
      );
    }
    const from = this.#at;
    this.#at += count;
    return from;
  }
}

/** An error about bytes that came in: nothing was changed by reading them. */
export function binaryError(code: `binary.${string}`, message: string): HarnessError {
  return new HarnessError(message, { code, blame: 'dut', effect: 'none' });
}
