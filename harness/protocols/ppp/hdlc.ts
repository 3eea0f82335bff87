import { FCS_GOOD, fcs16 } from './fcs.ts';

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const INVERT = 0x20;
/** All stations, unnumbered information (RFC 1662 section 3.1). */
const ADDRESS = 0xff;
const CONTROL = 0x03;

/** Async-Control-Character-Map before LCP agrees on one: every control character is escaped. */
export const ACCM_DEFAULT = 0xffffffff;
/** MRU 1500, protocol, address, control and FCS, and as much again for peers that overshoot. */
const MAX_FRAME = 3_012;

/**
 * One frame, flags included (RFC 1662 section 4).
 * @param accm bit n set: octet n is escaped. LCP packets always go with `ACCM_DEFAULT`.
 */
export function encodeFrame(protocol: number, information: Uint8Array, accm: number): Uint8Array {
  const escaped = escapedOctets(accm);
  const header = Uint8Array.of(ADDRESS, CONTROL, protocol >>> 8, protocol);
  const fcs = ~fcs16(information, 0, information.length, fcs16(header, 0, header.length));
  const longest = 2 * (information.length + 6) + 2;
  if (scratch.length < longest) scratch = new Uint8Array(longest);
  scratch[0] = FLAG;
  let at = putEscaped(header, escaped, 1);
  at = putEscaped(information, escaped, at);
  at = putEscaped(Uint8Array.of(fcs, fcs >>> 8), escaped, at); // the low octet first
  scratch[at++] = FLAG;
  return scratch.slice(0, at);
}

/** Where a frame is put together: how long it becomes is known at its end. */
let scratch = new Uint8Array(4_096);

/** @returns where the next octet goes */
function putEscaped(octets: Uint8Array, escaped: Uint8Array, start: number): number {
  let at = start;
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] as number;
    if (escaped[octet] === 1) {
      scratch[at++] = ESCAPE;
      scratch[at++] = octet ^ INVERT;
    } else scratch[at++] = octet;
  }
  return at;
}

/** Octets that must be escaped under a map: 1 at each. Two maps are in use on a link, so they are kept. */
const tables = new Map<number, Uint8Array>();

function escapedOctets(accm: number): Uint8Array {
  let table = tables.get(accm);
  if (!table) {
    table = new Uint8Array(256);
    for (let octet = 0; octet < 32; octet++) table[octet] = (accm >>> octet) & 1;
    table[FLAG] = 1;
    table[ESCAPE] = 1;
    tables.set(accm, table);
  }
  return table;
}

export type BadFrameReason = 'too short' | 'too long' | 'bad FCS' | 'aborted';

/** A frame that was dropped: as RFC 1662 wants it silently, but counted and told. */
export interface BadFrame {
  readonly reason: BadFrameReason;
  /** Octets between the flags, escapes removed. */
  readonly octets: number;
}

export interface DeframerEvents {
  /** A frame with a right FCS. `information` is a copy and may be kept. */
  readonly onFrame: (protocol: number, information: Uint8Array) => void;
  readonly onBad?: (bad: BadFrame) => void;
}

export interface Deframer {
  push(bytes: Uint8Array): void;
  /**
   * Control characters that the line itself may have put in: those in the map that come unescaped are dropped
   * (RFC 1662 section 7.1). All of them, until LCP agrees on fewer.
   */
  accm: number;
}

/** Cuts a byte stream into frames; takes compressed headers as well, whatever was agreed (RFC 1661 section 6.5, 6.6). */
export function createDeframer(events: DeframerEvents): Deframer {
  const frame = new Uint8Array(MAX_FRAME);
  let length = 0;
  let escaping = false;

  const end = (): void => {
    const reason = escaping ? 'aborted' : (judge(frame, length) ?? deliver(frame, length, events.onFrame));
    // Two flags in a row enclose no frame.
    if (reason !== undefined && (length > 0 || escaping)) events.onBad?.({ reason, octets: length });
    length = 0;
    escaping = false;
  };

  const deframer: Deframer = {
    accm: ACCM_DEFAULT,
    push: (bytes) => {
      const dropped = deframer.accm;
      for (let i = 0; i < bytes.length; i++) {
        let octet = bytes[i] as number;
        if (octet === FLAG) {
          end();
          continue;
        }
        if (octet === ESCAPE) {
          escaping = true;
          continue;
        }
        if (octet < 32 && (dropped >>> octet) & 1) continue;
        if (escaping) {
          octet ^= INVERT;
          escaping = false;
        }
        if (length < MAX_FRAME) frame[length] = octet;
        length++;
      }
    },
  };
  return deframer;
}

/** Why a frame must be dropped: one with fewer than 4 octets, or with a wrong FCS (RFC 1662 section 4.3). */
function judge(frame: Uint8Array, length: number): BadFrameReason | undefined {
  if (length < 4) return 'too short';
  if (length > MAX_FRAME) return 'too long';
  return fcs16(frame, 0, length) === FCS_GOOD ? undefined : 'bad FCS';
}

function deliver(
  frame: Uint8Array,
  length: number,
  onFrame: DeframerEvents['onFrame'],
): BadFrameReason | undefined {
  const end = length - 2;
  let at = frame[0] === ADDRESS && frame[1] === CONTROL ? 2 : 0;
  let protocol = frame[at++] as number;
  // Only the last octet of a protocol number is odd, so an odd first one is a compressed number.
  if ((protocol & 1) === 0) protocol = (protocol << 8) | (frame[at++] as number);
  if (at > end) return 'too short';
  onFrame(protocol, frame.slice(at, end));
  return undefined;
}
