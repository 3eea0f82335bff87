import { isAfter, sum } from './tcp-sequence.ts';

/** Segments that came too early; more are dropped and sent again by the peer. */
const MAX_EARLY = 1_024;

/** The receiving half: puts what comes into its order. */
export class TcpReceiver {
  readonly #early = new Map<number, Uint8Array>();
  #next: number;
  #finAt: number | undefined;
  /** The peer's FIN came in its turn. */
  ended = false;

  constructor(next: number) {
    this.#next = next;
  }

  /** What the peer should send next. */
  get next(): number {
    return this.#next;
  }

  /** Is something missing between what came? */
  get hasGap(): boolean {
    return this.#early.size > 0;
  }

  /**
   * @param window bytes that may come beyond `next`
   * @param deliver gets what is in its turn now
   * @returns true: everything of it was new and in its turn
   */
  take(
    seq: number,
    payload: Uint8Array,
    fin: boolean,
    window: number,
    deliver: (bytes: Uint8Array) => void,
  ): boolean {
    const end = sum(seq, payload.length);
    if (isAfter(end, sum(this.#next, window))) return false;
    if (fin) this.#finAt = end;
    const before = this.#next;
    if (isAfter(seq, before)) {
      if (this.#early.size < MAX_EARLY && payload.length > 0) this.#early.set(seq, payload.slice());
      return false;
    }
    if (isAfter(end, before)) this.#pass(payload.subarray((before - seq) >>> 0), deliver);
    if (this.#early.size > 0) this.#catchUp(deliver);
    if (this.#finAt === this.#next && !this.ended) {
      this.ended = true;
      this.#next = sum(this.#next, 1);
    }
    return seq === before && this.#next !== before;
  }

  #pass(bytes: Uint8Array, deliver: (bytes: Uint8Array) => void): void {
    this.#next = sum(this.#next, bytes.length);
    deliver(bytes);
  }

  #catchUp(deliver: (bytes: Uint8Array) => void): void {
    for (let found = true; found;) {
      found = false;
      for (const [seq, bytes] of this.#early) {
        if (isAfter(seq, this.#next)) continue;
        this.#early.delete(seq);
        if (!isAfter(sum(seq, bytes.length), this.#next)) continue;
        this.#pass(bytes.subarray((this.#next - seq) >>> 0), deliver);
        found = true;
      }
    }
  }
}
