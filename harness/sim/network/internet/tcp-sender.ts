import type { Cancel, Clock } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';
import { tcpFlag } from '../../../protocols/ip/tcp.ts';
import { isAfter, sum } from './tcp-sequence.ts';

export interface TcpSenderOptions {
  readonly clock: Clock;
  readonly initialSequence: number;
  /** Puts a segment on its way; the connection adds the acknowledgement and the window. */
  readonly transmit: (flags: number, seq: number, payload: Uint8Array) => void;
  /** Where the downlink's end is, counted in bytes, and how far the modem has taken them. */
  readonly downlink: { entered(): number; left(): number };
  /** Nobody acknowledges any more. */
  readonly onGaveUp: () => void;
}

/** A segment that is not acknowledged yet. SYN and FIN count as one byte. */
interface Flight {
  readonly seq: number;
  readonly end: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly sentAt: Ms;
  /** Where in the downlink it ends, as it was sent last. */
  position: number;
  resent: boolean;
  /** Taken for lost by a timeout, and not sent again yet. */
  lost: boolean;
}

const MAX_WINDOW = 1_048_576;
const FIRST_RTO_MS = 1_000;
const MIN_RTO_MS = 200;
const MAX_RTO_MS = 60_000;
const MAX_TIMEOUTS = 8;
/** Segments of the first window (RFC 6928). */
const FIRST_SEGMENTS = 10;

/** The sending half: what is in flight, NewReno (RFC 6582) and the retransmission timer (RFC 6298). */
export class TcpSender {
  readonly #options: TcpSenderOptions;
  readonly #flights: Flight[] = [];
  #unacknowledged: number;
  #next: number;
  #mss = 536;
  #window = FIRST_SEGMENTS * 536;
  #threshold = MAX_WINDOW;
  #peerWindow = 0;
  #duplicates = 0;
  /** Recovery ends when this is acknowledged. */
  #recover: number | undefined;
  #smoothed: Ms | undefined;
  #variation: Ms = 0;
  #rto: Ms = FIRST_RTO_MS;
  #timeouts = 0;
  /** Timeouts since the peer was last heard: one that answers probes with a shut window is there (RFC 9293 section 3.8.6.1). */
  #unheard = 0;
  #deadline: Ms | undefined;
  #timer: { readonly at: Ms; readonly cancel: Cancel } | undefined;

  constructor(options: TcpSenderOptions) {
    this.#options = options;
    this.#unacknowledged = this.#next = options.initialSequence;
  }

  get next(): number {
    return this.#next;
  }

  get mss(): number {
    return this.#mss;
  }

  /** Bytes in flight. */
  get outstanding(): number {
    return (this.#next - this.#unacknowledged) >>> 0;
  }

  setMss(mss: number): void {
    this.#mss = mss;
    this.#window = FIRST_SEGMENTS * mss;
  }

  /** Bytes that may go out now: 0 as well while it would be a silly little piece (RFC 9293 section 3.8.6.2.1). */
  allowance(): number {
    const allowed = Math.min(this.#window, this.#peerWindow) - this.outstanding;
    if (allowed >= this.#mss) return this.#mss;
    return this.outstanding === 0 ? Math.max(0, allowed) : 0;
  }

  send(flags: number, payload: Uint8Array): void {
    const seq = this.#next;
    const length = payload.length + ((flags & (tcpFlag.syn | tcpFlag.fin)) === 0 ? 0 : 1);
    this.#next = sum(seq, length);
    const sentAt = this.#options.clock.now();
    this.#options.transmit(flags, seq, payload);
    const position = this.#options.downlink.entered();
    this.#flights.push({
      seq,
      end: this.#next,
      flags,
      payload,
      sentAt,
      position,
      resent: false,
      lost: false,
    });
    if (this.#deadline === undefined) this.#arm();
  }

  /** Window shut and nothing in flight: the timer looks for an update that got lost (RFC 9293 section 3.8.6.1). */
  awaitWindow(): void {
    if (this.#deadline === undefined) this.#arm();
  }

  /** @param pure the segment carried nothing else, so the same number again hints at a loss */
  acknowledge(ack: number, window: number, pure: boolean): void {
    const opened = window !== this.#peerWindow;
    this.#peerWindow = window;
    this.#unheard = 0;
    if (isAfter(ack, this.#next)) return; // of something never sent
    if (isAfter(ack, this.#unacknowledged)) this.#advance(ack);
    else if (ack === this.#unacknowledged && pure && !opened && this.#flights.length > 0) this.#duplicate();
  }

  /** Sends the first unacknowledged segment again: the peer asked for it once more. */
  repeat(): void {
    this.#resendFirst();
  }

  close(): void {
    this.#deadline = undefined;
    this.#flights.length = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #advance(ack: number): void {
    const acknowledged = (ack - this.#unacknowledged) >>> 0;
    this.#unacknowledged = ack;
    this.#timeouts = 0;
    this.#duplicates = 0;
    this.#forget(ack);
    if (this.#recover === undefined) this.#grow(acknowledged);
    else if (isAfter(this.#recover, ack)) this.#partial(acknowledged);
    else {
      this.#recover = undefined;
      this.#window = Math.max(this.#threshold, 2 * this.#mss);
    }
    this.#deadline = undefined;
    if (this.#flights.length > 0) this.#arm();
  }

  #forget(ack: number): void {
    let count = 0;
    let sample: Flight | undefined;
    for (
      let flight = this.#flights[count];
      flight && !isAfter(flight.end, ack);
      flight = this.#flights[++count]
    ) {
      sample = flight;
    }
    this.#flights.splice(0, count);
    // A segment that was sent twice tells nothing about the round trip (Karn).
    if (sample && !sample.resent) this.#measure(this.#options.clock.now() - sample.sentAt);
  }

  #grow(acknowledged: number): void {
    const slowStart = this.#window < this.#threshold;
    const more = slowStart ? acknowledged : (this.#mss * acknowledged) / this.#window;
    this.#window = Math.min(MAX_WINDOW, this.#window + more);
  }

  /** Part of what was in flight came through: the next segment is missing as well. */
  #partial(acknowledged: number): void {
    const lost = this.#flights.filter((flight) => flight.lost).slice(0, 2);
    if (lost.length > 0) {
      // After a timeout: slow start over what is left.
      this.#window = Math.min(this.#threshold, this.#window + acknowledged);
      lost.forEach((flight) => this.#resend(flight));
      return;
    }
    this.#window = Math.max(this.#mss, this.#window - acknowledged + this.#mss);
    this.#resendFirst();
  }

  #duplicate(): void {
    this.#duplicates++;
    if (this.#recover !== undefined) this.#window = Math.min(MAX_WINDOW, this.#window + this.#mss);
    else if (this.#duplicates === 3) {
      this.#recover = this.#next;
      this.#threshold = Math.max(this.outstanding / 2, 2 * this.#mss);
      this.#window = this.#threshold + 3 * this.#mss;
      this.#resendFirst();
    }
  }

  #resendFirst(): void {
    const [first] = this.#flights;
    if (first) this.#resend(first);
  }

  #resend(flight: Flight): void {
    flight.resent = true;
    flight.lost = false;
    this.#options.transmit(flight.flags, flight.seq, flight.payload);
    flight.position = this.#options.downlink.entered();
  }

  #measure(rtt: Ms): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = rtt;
      this.#variation = rtt / 2;
    } else {
      this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - rtt);
      this.#smoothed = 0.875 * this.#smoothed + 0.125 * rtt;
    }
    this.#rto = Math.min(MAX_RTO_MS, Math.max(MIN_RTO_MS, this.#smoothed + 4 * this.#variation));
  }

  /** One timer a connection: a later deadline leaves it as it is, only an earlier one (a backoff has ended) arms another. */
  #arm(): void {
    const { clock } = this.#options;
    this.#deadline = clock.now() + Math.min(MAX_RTO_MS, this.#rto * 2 ** this.#timeouts);
    if (this.#timer && this.#timer.at <= this.#deadline) return;
    this.#timer?.cancel();
    this.#wake(this.#deadline);
  }

  #wake(at: Ms): void {
    const { clock } = this.#options;
    this.#timer = { at, cancel: clock.after(at - clock.now(), () => this.#expired()) };
  }

  #expired(): void {
    this.#timer = undefined;
    if (this.#deadline === undefined) return;
    if (this.#deadline - this.#options.clock.now() > 0.001) return this.#wake(this.#deadline);
    this.#deadline = undefined;
    this.#timedOut();
  }

  #timedOut(): void {
    const [first] = this.#flights;
    // Nobody can have acknowledged what still waits for a slow modem: it is not lost.
    if (first && first.position > this.#options.downlink.left()) return this.#arm();
    if (++this.#unheard > MAX_TIMEOUTS) return this.#options.onGaveUp();
    this.#timeouts++;
    if (this.#flights.length > 0) {
      this.#threshold = Math.max(this.outstanding / 2, 2 * this.#mss);
      this.#window = this.#mss;
      this.#recover = this.#next;
      for (const flight of this.#flights) flight.lost = true;
      this.#resendFirst();
    } else this.#probe();
    return this.#arm();
  }

  /** An old byte: the peer answers with its window. */
  #probe(): void {
    this.#options.transmit(tcpFlag.ack, sum(this.#next, -1), NOTHING);
  }
}

const NOTHING = new Uint8Array(0);
