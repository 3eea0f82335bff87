import type { HarnessError } from '../core/errors.ts';

/** Bytes both ways: a serial port, a socket, a cable in memory. */
export interface Channel {
  readonly name: string;
  /** Calls `f` with each piece of input, in order. One listener; bytes that came before it are handed over first. */
  onBytes(f: (bytes: Uint8Array) => void): void;
  /** Calls `f` once when the other end is gone; the error says why if it was not asked for. */
  onClose(f: (error?: HarnessError) => void): void;
  write(bytes: Uint8Array): void;
  close(): void;
}
