/** Bytes of a stream that wait to be taken in pieces of another size than they came in. */
export interface ByteQueue {
  readonly length: number;
  push(bytes: Uint8Array): void;
  /** Up to so many of the oldest bytes; a view where they lie in one piece. */
  take(count: number): Uint8Array;
  /** The same without taking them out. */
  peek(count: number): Uint8Array;
  clear(): void;
}

export function createByteQueue(): ByteQueue {
  let pieces: Uint8Array[] = [];
  let length = 0;

  /** The first piece holds at least so many bytes afterwards. */
  const join = (count: number): void => {
    if ((pieces[0] as Uint8Array).length >= count) return;
    const joined = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    pieces = [joined];
  };

  const peek = (count: number): Uint8Array => {
    const wanted = Math.min(count, length);
    if (wanted === 0) return new Uint8Array(0);
    join(wanted);
    return (pieces[0] as Uint8Array).subarray(0, wanted);
  };

  return {
    get length() {
      return length;
    },
    push: (bytes) => {
      if (bytes.length === 0) return;
      pieces.push(bytes);
      length += bytes.length;
    },
    peek,
    take: (count) => {
      const taken = peek(count);
      if (taken.length === 0) return taken;
      const first = pieces[0] as Uint8Array;
      if (taken.length === first.length) pieces.shift();
      else pieces[0] = first.subarray(taken.length);
      length -= taken.length;
      return taken;
    },
    clear: () => {
      pieces = [];
      length = 0;
    },
  };
}
