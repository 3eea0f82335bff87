/** Longest message that is kept; RFC 5425 4.3.1 wants 8192 octets taken, OpenWrt's logd has lines of 1024. */
export const LONGEST = 8_192;

export interface Splitter {
  push(bytes: Uint8Array): void;
  /** The stream has ended. @returns octets of a message that was not whole */
  end(): number;
}

const [NUL, LF, CR, BLANK, ZERO, NINE] = [0x00, 0x0a, 0x0d, 0x20, 0x30, 0x39];

/**
 * Cuts a stream into messages (RFC 6587): `LENGTH message` where one begins with a digit (octet counting), else up to
 * a newline or NUL. What is longer than `LONGEST` is cut there, and its rest dropped.
 */
export function createSyslogSplitter(onMessage: (bytes: Uint8Array) => void): Splitter {
  let held = new Uint8Array(0);
  /** Octets still to be passed over; Infinity: up to the end of the line. */
  let dropping = 0;

  const tell = (message: Uint8Array): void => {
    const end = message.at(-1) === CR ? message.length - 1 : message.length;
    if (end > 0) onMessage(message.slice(0, end));
  };
  /** @returns octets that are done with; 0: more have to come */
  const counted = (bytes: Uint8Array, digits: number): number => {
    const length = Number(Buffer.from(bytes.subarray(0, digits)).toString('latin1'));
    const start = digits + 1;
    if (bytes.length < start + Math.min(length, LONGEST)) return 0;
    tell(bytes.subarray(start, start + Math.min(length, LONGEST)));
    if (length > LONGEST) dropping = length - LONGEST;
    return start + Math.min(length, LONGEST);
  };
  const line = (bytes: Uint8Array): number => {
    const end = bytes.findIndex((byte) => byte === LF || byte === NUL);
    if (end < 0 && bytes.length < LONGEST) return 0;
    if (end >= 0 && end <= LONGEST) {
      tell(bytes.subarray(0, end));
      return end + 1;
    }
    tell(bytes.subarray(0, LONGEST));
    dropping = Infinity;
    return LONGEST;
  };
  const step = (bytes: Uint8Array): number => {
    if (dropping > 0) return drop(bytes);
    const count = countOf(bytes);
    if (count === 'more') return 0;
    return count > 0 ? counted(bytes, count) : line(bytes);
  };
  const drop = (bytes: Uint8Array): number => {
    if (dropping < Infinity) {
      const dropped = Math.min(dropping, bytes.length);
      dropping -= dropped;
      return dropped;
    }
    const end = bytes.findIndex((byte) => byte === LF || byte === NUL);
    if (end < 0) return bytes.length;
    dropping = 0;
    return end + 1;
  };

  return {
    push: (bytes) => {
      let rest: Uint8Array = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      while (rest.length > 0) {
        const done = step(rest);
        if (done === 0) break;
        rest = rest.subarray(done);
      }
      held = Uint8Array.from(rest);
    },
    end: () => {
      const lost = held.length;
      held = new Uint8Array(0);
      return lost;
    },
  };
}

/** Digits of a count before its blank; 0: there is none, it is a line. */
function countOf(bytes: Uint8Array): number | 'more' {
  const [first = 0] = bytes;
  if (first <= ZERO || first > NINE) return 0; // 3.4.1: a count does not begin with zero
  const end = bytes.findIndex((byte) => byte < ZERO || byte > NINE);
  if (end < 0) return bytes.length > 7 ? 0 : 'more';
  return bytes[end] === BLANK && end <= 7 ? end : 0;
}

/** A message framed by octet counting. */
export function frameCounted(message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}
