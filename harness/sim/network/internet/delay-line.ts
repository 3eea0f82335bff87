import type { Clock } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';

/** Packets on their way, in order: one timer for all of them, armed for the first. */
export interface DelayLine {
  /** Bytes on their way. */
  readonly bytes: number;
  /** @param bitsPerS how fast they go in, one after the other; undefined: at once */
  push(packet: Uint8Array, delay: Ms, bitsPerS: number | undefined): void;
}

interface Entry {
  readonly packet: Uint8Array;
  readonly at: Ms;
}

export function createDelayLine(clock: Clock, arrive: (packet: Uint8Array) => void): DelayLine {
  return new Line(clock, arrive);
}

class Line implements DelayLine {
  readonly #clock: Clock;
  readonly #arrive: (packet: Uint8Array) => void;
  #entries: Entry[] = [];
  /** Index of the first entry that is still on its way. */
  #first = 0;
  #armed = false;
  /** When the sender's end has pushed out what it was given so far. */
  #busyUntil: Ms = 0;
  #lastArrival: Ms = 0;
  bytes = 0;

  constructor(clock: Clock, arrive: (packet: Uint8Array) => void) {
    this.#clock = clock;
    this.#arrive = arrive;
  }

  push(packet: Uint8Array, delay: Ms, bitsPerS: number | undefined): void {
    const now = this.#clock.now();
    const sent =
      bitsPerS === undefined ? now : Math.max(now, this.#busyUntil) + (packet.length * 8_000) / bitsPerS;
    this.#busyUntil = sent;
    // A path that got shorter does not let packets overtake each other.
    this.#lastArrival = Math.max(this.#lastArrival, sent + delay);
    this.#entries.push({ packet, at: this.#lastArrival });
    this.bytes += packet.length;
    if (!this.#armed) this.#arm(now);
  }

  #arm(now: Ms): void {
    const next = this.#entries[this.#first];
    if (!next) {
      this.#entries = [];
      this.#first = 0;
      return;
    }
    this.#armed = true;
    this.#clock.after(Math.max(0, next.at - now), () => this.#run());
  }

  #run(): void {
    // Rounding of the clock's own must not leave the packet behind for which the timer was armed.
    const due = Math.max(this.#clock.now(), this.#entries[this.#first]?.at ?? 0) + 0.0005;
    for (let next = this.#entries[this.#first]; next && next.at <= due; next = this.#entries[this.#first]) {
      this.#first++;
      this.bytes -= next.packet.length;
      this.#arrive(next.packet);
    }
    if (this.#first > 1_024) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    this.#armed = false;
    this.#arm(this.#clock.now());
  }
}
