import { HarnessError } from '../../core/errors.ts';

/** A datagram of a transfer block, with the session that its pointer table names. */
export interface NtbDatagram {
  /** MBIM 1.0, 7.2: the last byte of 'IPS' + session. */
  readonly session: number;
  readonly bytes: Uint8Array;
}

export interface Ntb16 {
  /** wSequence: counts the blocks of one direction, 16 bits. */
  readonly sequence: number;
  readonly datagrams: readonly NtbDatagram[];
}

const NTH16_SIGNATURE = 0x484d_434e; // 'NCMH'
const NTH16_LENGTH = 12;
/** 'IPS' and a byte for the session. */
const IPS_SIGNATURE = 0x0053_5049;
const NDP16_HEADER = 8;
const POINTER = 4;
/** wNdpDivisor and wNdpInDivisor of GET_NTB_PARAMETERS, payload remainder 0. */
export const NTB_ALIGNMENT = 4;
/** A chain of tables longer than this is a loop or nonsense. */
const MAX_TABLES = 256;

/**
 * Reads a transfer block with 16-bit offsets (NCM 1.0, section 3; MBIM 1.0, section 7). Every length and offset is
 * checked; tables of other services than IP (DSS) are stepped over.
 * @throws HarnessError `ncm.malformed`
 */
export function decodeNtb16(block: Uint8Array): Ntb16 {
  if (block.length < NTH16_LENGTH) throw malformed(`a transfer block of ${block.length} bytes`);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (view.getUint32(0, true) !== NTH16_SIGNATURE) throw malformed('a transfer block without NCMH');
  if (view.getUint16(4, true) !== NTH16_LENGTH) {
    throw malformed(`a header of ${view.getUint16(4, true)} bytes`);
  }
  // wBlockLength 0: the block ends with the transfer (NCM 1.0, 3.2.1).
  const length = view.getUint16(8, true) || block.length;
  if (length > block.length) throw malformed(`a block of ${length} bytes in ${block.length}`);
  const datagrams: NtbDatagram[] = [];
  let at = view.getUint16(10, true);
  for (let tables = 0; at !== 0; tables++) {
    if (tables === MAX_TABLES) throw malformed('a chain of tables without end');
    at = readTable(block, view, { at, length }, datagrams);
  }
  return { sequence: view.getUint16(6, true), datagrams };
}

/** @returns where the next table is, or 0 */
function readTable(
  block: Uint8Array,
  view: DataView,
  { at, length }: { at: number; length: number },
  into: NtbDatagram[],
): number {
  if (at % NTB_ALIGNMENT !== 0 || at < NTH16_LENGTH || at + NDP16_HEADER > length) {
    throw malformed(`a datagram table at ${at} of ${length} bytes`);
  }
  const signature = view.getUint32(at, true);
  const size = view.getUint16(at + 4, true);
  // At least one pointer and the null pointer.
  if (size < NDP16_HEADER + 2 * POINTER || size % POINTER !== 0 || at + size > length) {
    throw malformed(`a datagram table of ${size} bytes at ${at} of ${length}`);
  }
  const next = view.getUint16(at + 6, true);
  if ((signature & 0x00ff_ffff) !== IPS_SIGNATURE) return next;
  const session = signature >>> 24;
  for (let pointer = at + NDP16_HEADER; pointer < at + size; pointer += POINTER) {
    const start = view.getUint16(pointer, true);
    const count = view.getUint16(pointer + 2, true);
    // Both, either: the list ends (NCM 1.0, 3.3.1).
    if (start === 0 || count === 0) break;
    if (start + count > length) throw malformed(`a datagram of ${count} bytes at ${start} of ${length}`);
    into.push({ session, bytes: block.subarray(start, start + count) });
  }
  return next;
}

export interface NtbLimits {
  /** dwNtbInMaxSize, or what SET_NTB_INPUT_SIZE made of it; bytes. */
  readonly maxSize: number;
  /** wNtbInMaxDatagrams; 0: no limit. */
  readonly maxDatagrams: number;
}

/**
 * Packs datagrams of one session after the other into a block, until it is full. Each group of datagrams of one
 * session gets its table behind them.
 */
export interface NtbBuilder {
  /** False: it does not fit any more; the block has to go first. A datagram too long for any block never fits. */
  add(session: number, datagram: Uint8Array): boolean;
  readonly count: number;
  finish(sequence: number): Uint8Array;
}

interface Placed {
  readonly at: number;
  readonly datagram: Uint8Array;
}

interface Group {
  readonly session: number;
  readonly placed: Placed[];
}

export function createNtbBuilder(limits: NtbLimits): NtbBuilder {
  // Offsets have 16 bits.
  const maxSize = Math.min(limits.maxSize, 0xffff);
  const groups: Group[] = [];
  let count = 0;
  let end = NTH16_LENGTH;

  const add = (session: number, datagram: Uint8Array): boolean => {
    if (limits.maxDatagrams > 0 && count >= limits.maxDatagrams) return false;
    const last = groups.at(-1);
    const fresh = last?.session !== session;
    const at = aligned(end);
    const tables = tablesLength(groups) + POINTER + (fresh ? NDP16_HEADER + POINTER : 0);
    if (aligned(at + datagram.length) + tables > maxSize) return false;
    const placed = { at, datagram };
    if (fresh) groups.push({ session, placed: [placed] });
    else last.placed.push(placed);
    end = at + datagram.length;
    count++;
    return true;
  };

  return {
    add,
    get count() {
      return count;
    },
    finish: (sequence) => {
      const block = new Uint8Array(aligned(end) + tablesLength(groups));
      for (const { placed } of groups) for (const { at, datagram } of placed) block.set(datagram, at);
      return writeTables(block, groups, end, sequence);
    },
  };
}

/** Of all tables, each with its null pointer. */
function tablesLength(groups: readonly Group[]): number {
  const pointers = groups.reduce((sum, { placed }) => sum + placed.length + 1, 0);
  return groups.length * NDP16_HEADER + pointers * POINTER;
}

function writeTables(block: Uint8Array, groups: readonly Group[], end: number, sequence: number): Uint8Array {
  const view = new DataView(block.buffer);
  let at = aligned(end);
  let link = 10;
  for (const { session, placed } of groups) {
    const size = NDP16_HEADER + (placed.length + 1) * POINTER;
    view.setUint16(link, at, true);
    view.setUint32(at, (IPS_SIGNATURE | (session << 24)) >>> 0, true);
    view.setUint16(at + 4, size, true);
    placed.forEach(({ at: start, datagram }, i) => {
      view.setUint16(at + NDP16_HEADER + i * POINTER, start, true);
      view.setUint16(at + NDP16_HEADER + i * POINTER + 2, datagram.length, true);
    });
    link = at + 6;
    at += size;
  }
  view.setUint32(0, NTH16_SIGNATURE, true);
  view.setUint16(4, NTH16_LENGTH, true);
  view.setUint16(6, sequence & 0xffff, true);
  view.setUint16(8, at, true);
  return block;
}

function aligned(length: number): number {
  return (length + NTB_ALIGNMENT - 1) & ~(NTB_ALIGNMENT - 1);
}

function malformed(text: string): HarnessError {
  return new HarnessError(text, { code: 'ncm.malformed', blame: 'dut', effect: 'none' });
}
