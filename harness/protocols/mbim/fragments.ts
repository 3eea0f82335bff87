import { createWriter } from '../binary/writer.ts';
import { FRAGMENT_HEADER_LENGTH, HEADER_LENGTH, isFragmented, readHeader } from './message.ts';
import type { MbimErrorName } from './status.ts';

/**
 * Cuts a whole message for a channel that carries at most `max` bytes at once (MBIM 1.0, 9.2). Messages without a
 * fragment header are never cut.
 */
export function fragment(message: Uint8Array, max: number): Uint8Array[] {
  const { type, transaction } = readHeader(message);
  if (message.length <= max || !isFragmented(type)) return [message];
  const room = Math.max(1, max - FRAGMENT_HEADER_LENGTH);
  const total = Math.ceil((message.length - FRAGMENT_HEADER_LENGTH) / room);
  return Array.from({ length: total }, (_, current) => {
    const start = FRAGMENT_HEADER_LENGTH + current * room;
    const part = message.subarray(start, start + room);
    const writer = createWriter();
    writer.u32(type);
    writer.u32(FRAGMENT_HEADER_LENGTH + part.length);
    writer.u32(transaction);
    writer.u32(total);
    writer.u32(current);
    writer.bytes(part);
    return writer.finish();
  });
}

/** What came of a fragment, in order: whole messages, and errors about transactions that were given up. */
export type Reassembled =
  { readonly message: Uint8Array } | { readonly error: MbimErrorName; readonly transaction: number };

/** The receiving end: puts the fragments of one message after the other together. */
export interface Reassembler {
  /**
   * Takes a message or a fragment with a header that is there and tells the true length.
   * @returns nothing while fragments are missing
   */
  push(bytes: Uint8Array): readonly Reassembled[];
  /** The message of which fragments are missing; the next has to come within 1250 ms (MBIM 1.0, 9.3.4.1). */
  readonly pending: number | undefined;
  /** Gives the pending message up. */
  drop(): void;
}

interface Pending {
  readonly type: number;
  readonly transaction: number;
  readonly total: number;
  readonly parts: Uint8Array[];
  length: number;
}

export const FRAGMENT_TIMEOUT_MS = 1_250;

/** @param limit bytes of the longest message that is put together */
export function createReassembler(limit: number): Reassembler {
  let pending: Pending | undefined;

  const out = (transaction: number): Reassembled => ({ error: 'FragmentOutOfSequence', transaction });

  const begin = (bytes: Uint8Array, type: number, transaction: number): readonly Reassembled[] => {
    const { total, current } = readFragmentHeader(bytes);
    if (current !== 0 || total === 0) return [out(transaction)];
    if (total === 1) return [{ message: bytes }];
    const part = bytes.subarray(FRAGMENT_HEADER_LENGTH);
    pending = { type, transaction, total, parts: [part], length: part.length };
    return [];
  };

  const proceed = (bytes: Uint8Array, whole: Pending): readonly Reassembled[] => {
    const { total, current } = readFragmentHeader(bytes);
    if (total !== whole.total || current !== whole.parts.length) {
      pending = undefined;
      return [out(whole.transaction)];
    }
    const part = bytes.subarray(FRAGMENT_HEADER_LENGTH);
    whole.parts.push(part);
    whole.length += part.length;
    if (whole.length > limit) {
      pending = undefined;
      return [{ error: 'LengthMismatch', transaction: whole.transaction }];
    }
    if (whole.parts.length < whole.total) return [];
    pending = undefined;
    return [{ message: join(whole) }];
  };

  return {
    push: (bytes) => {
      const { type, transaction } = readHeader(bytes);
      const waiting = pending;
      if (!isFragmented(type)) return [{ message: bytes }];
      if (bytes.length < FRAGMENT_HEADER_LENGTH) return [{ error: 'LengthMismatch', transaction }];
      if (!waiting) return begin(bytes, type, transaction);
      if (waiting.transaction === transaction) return proceed(bytes, waiting);
      // Another message in between: the first is lost, and the second may be good (MBIM 1.0, 9.3.4.2).
      pending = undefined;
      return [out(waiting.transaction), ...begin(bytes, type, transaction)];
    },
    get pending() {
      return pending?.transaction;
    },
    drop: () => {
      pending = undefined;
    },
  };
}

function readFragmentHeader(bytes: Uint8Array): { total: number; current: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { total: view.getUint32(HEADER_LENGTH, true), current: view.getUint32(HEADER_LENGTH + 4, true) };
}

function join({ type, transaction, parts, length }: Pending): Uint8Array {
  const writer = createWriter();
  writer.u32(type);
  writer.u32(FRAGMENT_HEADER_LENGTH + length);
  writer.u32(transaction);
  writer.u32(1);
  writer.u32(0);
  for (const part of parts) writer.bytes(part);
  return writer.finish();
}
