import { CHARACTERS } from './udp.ts';

/** One end of an accepted connection, as its server sees it. Bytes out are pulled, so a slow modem slows the source. */
export interface TcpService {
  /** Bytes of input that it takes now. */
  room(): number;
  take(bytes: Uint8Array): void;
  /** The client has said everything. */
  end(): void;
  /** What to send next, at most so many bytes; undefined: nothing yet. */
  pull(max: number): Uint8Array | undefined;
  /** Nothing is left to send, now or ever: the connection is closed from this side. */
  readonly done: boolean;
}

/** Slices of one large buffer: a source allocates nothing for its bytes. */
export function createPattern(): (max: number) => Uint8Array {
  let at = 0;
  return (max) => {
    const chunk = PATTERN.subarray(at, Math.min(at + max, PATTERN.length));
    at = (at + chunk.length) % PATTERN.length;
    return chunk;
  };
}

const PATTERN = Uint8Array.from(
  { length: CHARACTERS.length * 256 },
  (_, i) => CHARACTERS[i % CHARACTERS.length] ?? 0,
);

/** Chunks that wait to be sent. */
export interface ByteBuffer {
  readonly length: () => number;
  readonly push: (bytes: Uint8Array) => void;
  readonly pull: (max: number) => Uint8Array | undefined;
}

export function createBuffer(): ByteBuffer {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    length: () => length,
    push: (bytes) => {
      if (bytes.length > 0) chunks.push(bytes);
      length += bytes.length;
    },
    pull: (max) => {
      const [first] = chunks;
      if (!first) return undefined;
      const chunk = first.subarray(0, max);
      if (chunk.length === first.length) chunks.shift();
      else chunks[0] = first.subarray(max);
      length -= chunk.length;
      return chunk;
    },
  };
}
