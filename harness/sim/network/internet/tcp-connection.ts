import type { Cancel, Clock } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';
import { encodeTcp, TCP_HEADER, tcpFlag, type TcpSegment } from '../../../protocols/ip/tcp.ts';
import { familyOfAddress, headerLength } from '../../../protocols/ip/packet.ts';
import { SERVER_TTL } from './path.ts';
import { TcpReceiver } from './tcp-receiver.ts';
import { TcpSender } from './tcp-sender.ts';
import { isAfter, sum } from './tcp-sequence.ts';
import type { TcpService } from './tcp-service.ts';

/** What a connection has of the path. */
export interface TcpPath {
  readonly clock: Clock;
  /** Towards the modem. */
  send(packet: Uint8Array): void;
  /** Bytes that the downlink takes before it is full. */
  room(): number;
  /** The downlink is full: `pump` is called when there is room again. */
  block(connection: TcpConnection): void;
  /** Of packets towards the modem, in bytes. */
  mtu(): number;
  /** Bytes that went into the downlink so far, and that came out of it. */
  entered(): number;
  left(): number;
}

/** Ours: 1 MiB in a field of 16 bits. */
const WINDOW_SCALE = 7;
const DELAYED_ACK_MS = 40;
const { fin, syn, rst, psh, ack } = tcpFlag;
const NOTHING = new Uint8Array(0);

/** A connection that a client opened to one of the servers (RFC 9293). */
export class TcpConnection {
  readonly #path: TcpPath;
  readonly #service: TcpService;
  readonly #sender: TcpSender;
  readonly #receiver: TcpReceiver;
  /** Everything of a segment towards the client that never changes. */
  readonly #ends: Pick<TcpSegment, 'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'hopLimit'>;
  readonly #peerScale: number | undefined;
  #phase: 'syn-received' | 'open' | 'closed' = 'syn-received';
  #abandoned = false;
  #finSent = false;
  #unanswered = 0;
  #advertised = 0;
  #cancelAck: Cancel | undefined;
  /** When the client last sent something. */
  lastHeard: Ms;

  constructor(path: TcpPath, opening: TcpSegment, service: TcpService, initialSequence: number) {
    this.#path = path;
    this.#service = service;
    this.lastHeard = path.clock.now();
    this.#ends = {
      source: opening.destination.slice(),
      destination: opening.source.slice(),
      sourcePort: opening.destinationPort,
      destinationPort: opening.sourcePort,
      hopLimit: SERVER_TTL,
    };
    this.#peerScale = opening.windowScale === undefined ? undefined : Math.min(14, opening.windowScale);
    this.#receiver = new TcpReceiver(sum(opening.seq, 1));
    this.#sender = new TcpSender({
      clock: path.clock,
      initialSequence,
      downlink: path,
      transmit: (flags, seq, payload) => this.#transmit(flags, seq, payload),
      onGaveUp: () => this.#giveUp(),
    });
    this.#sender.setMss(Math.max(64, Math.min(opening.mss ?? 536, this.#largest())));
    this.#sender.send(syn | ack, NOTHING);
  }

  /** The client did not answer any more: nothing is known of it here. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Over: what still comes for it is answered, nothing is sent by itself. */
  get closed(): boolean {
    return this.#phase === 'closed';
  }

  receive(segment: TcpSegment): void {
    this.lastHeard = this.#path.clock.now();
    const { flags } = segment;
    if ((flags & rst) !== 0) {
      if (this.#isExpected(segment.seq)) this.close();
      return;
    }
    if ((flags & syn) !== 0) {
      if (this.#phase === 'syn-received') this.#sender.repeat();
      else this.#acknowledge();
      return;
    }
    if ((flags & ack) === 0) return;
    this.#heed(segment);
    if (this.#phase !== 'syn-received') this.#take(segment);
    this.pump();
  }

  /** Sends what the windows and the downlink let out. */
  pump(): void {
    if (this.#phase !== 'open' || this.#finSent) return;
    const sender = this.#sender;
    while (!this.#service.done) {
      const allowed = sender.allowance();
      if (allowed === 0) {
        if (sender.outstanding === 0) sender.awaitWindow();
        break;
      }
      if (this.#path.room() < allowed) {
        this.#path.block(this);
        break;
      }
      const chunk = this.#service.pull(Math.min(allowed, this.#largest()));
      if (!chunk) break;
      sender.send(ack | psh, chunk);
    }
    if (this.#service.done) {
      this.#finSent = true;
      sender.send(fin | ack, NOTHING);
    }
    this.#tellWindow();
  }

  close(): void {
    this.#phase = 'closed';
    this.#sender.close();
    this.#cancelAck?.();
    this.#cancelAck = undefined;
  }

  #giveUp(): void {
    this.#abandoned = true;
    this.close();
  }

  #heed({ ack: acknowledged, window, payload, flags }: TcpSegment): void {
    if (this.#phase === 'closed') return;
    const scaled = window * 2 ** (this.#peerScale ?? 0);
    this.#sender.acknowledge(acknowledged, scaled, payload.length === 0 && (flags & fin) === 0);
    if (this.#sender.outstanding > 0) return;
    if (this.#phase === 'syn-received') this.#phase = 'open';
    else if (this.#finSent && this.#receiver.ended) this.close();
  }

  #take({ seq, payload, flags }: TcpSegment): void {
    const hasFin = (flags & fin) !== 0;
    if (payload.length === 0 && !hasFin) {
      // A probe of a connection that is kept alive has an old number.
      if (seq !== this.#receiver.next) this.#acknowledge();
      return;
    }
    const hadGap = this.#receiver.hasGap;
    const ended = this.#receiver.ended;
    const inTurn = this.#receiver.take(seq, payload, hasFin, this.#room(), (bytes) =>
      this.#service.take(bytes),
    );
    if (this.#receiver.ended && !ended) this.#service.end();
    this.#unanswered++;
    if (!inTurn || hadGap || hasFin || this.#unanswered >= 2 || (flags & psh) !== 0) this.#acknowledge();
    else this.#cancelAck ??= this.#path.clock.after(DELAYED_ACK_MS, () => this.#lateAck());
    if (this.#finSent && this.#receiver.ended && this.#sender.outstanding === 0) this.close();
  }

  #lateAck(): void {
    this.#cancelAck = undefined;
    if (this.#unanswered > 0) this.#acknowledge();
  }

  #acknowledge(): void {
    this.#transmit(ack, this.#sender.next, NOTHING);
  }

  /** A window that was all but shut is open again. */
  #tellWindow(): void {
    if (this.#advertised < 2 * this.#sender.mss && this.#room() > 8 * this.#sender.mss) this.#acknowledge();
  }

  #transmit(flags: number, seq: number, payload: Uint8Array): void {
    const opening = (flags & syn) !== 0;
    const scale = this.#peerScale === undefined || opening ? 0 : WINDOW_SCALE;
    this.#advertised = Math.min(this.#room(), 0xffff * 2 ** scale);
    this.#unanswered = 0;
    this.#path.send(
      encodeTcp({
        ...this.#ends,
        seq,
        ack: this.#receiver.next,
        flags,
        window: this.#advertised >>> scale,
        mss: opening ? this.#largest() : undefined,
        windowScale: opening && this.#peerScale !== undefined ? WINDOW_SCALE : undefined,
        payload,
      }),
    );
  }

  /** Bytes of a segment that fit into one packet. */
  #largest(): number {
    return this.#path.mtu() - headerLength(familyOfAddress(this.#ends.source)) - TCP_HEADER;
  }

  #room(): number {
    return this.#service.room();
  }

  #isExpected(seq: number): boolean {
    return !isAfter(this.#receiver.next, seq) && !isAfter(seq, sum(this.#receiver.next, this.#room()));
  }
}
