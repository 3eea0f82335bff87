/** Grows as it is written to. Numbers are little endian; what does not fit is cut to the field's width. */
export interface Writer {
  readonly length: number;
  bytes(bytes: Uint8Array): void;
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  u64(value: bigint): void;
  /** What was written, not copied: nothing is written afterwards. */
  finish(): Uint8Array;
}

export function createWriter(): Writer {
  return new ByteWriter();
}

class ByteWriter implements Writer {
  #buffer = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length); // may put another buffer in place
    this.#buffer.set(bytes, at);
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#buffer[at] = value;
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#buffer[at] = value;
    this.#buffer[at + 1] = value >>> 8;
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  u64(value: bigint): void {
    const high = value >> 32n;
    this.u32(Number(BigInt.asUintN(32, value)));
    this.u32(Number(BigInt.asUintN(32, high)));
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** @returns where the new bytes start */
  #grow(count: number): number {
    const from = this.#length;
    this.#length += count;
    if (this.#length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, from));
      this.#buffer = larger;
    }
    return from;
  }
}
