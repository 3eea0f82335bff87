import { isHarnessError } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import {
  controlCode,
  decodeLcpEcho,
  decodeRejectedProtocol,
  encodeControl,
  encodeLcpEcho,
  encodeRejectedProtocol,
  type ControlPacket,
} from './control.ts';
import { createControlProtocol, type ControlProtocol, type Judgement } from './control-protocol.ts';
import { ACCM_DEFAULT, encodeFrame } from './hdlc.ts';
import { decodeLcpOption, encodeLcpOption, type Authentication, type LcpOption } from './lcp-options.ts';
import { judgeLcp, lcpRequest, reviseLcp, type LcpTerms, type LcpWishes } from './lcp.ts';
import { pppProtocol } from './protocols.ts';

/** What LCP settled. */
export interface LcpAgreement {
  /** The map under which frames come in: for `Deframer.accm`. */
  readonly receiveAccm: number;
  /** How the peer has to prove who it is, and how we have to. */
  readonly peerProves: Authentication | undefined;
  readonly weProve: Authentication | undefined;
}

export interface PppLinkOptions {
  readonly clock: Clock;
  readonly write: (bytes: Uint8Array) => void;
  readonly wishes: LcpWishes;
  readonly terms: LcpTerms;
  /** A magic number that was not used before. */
  readonly freshMagic: () => number;
  /** Takes packets of a protocol while LCP is open; undefined: Protocol-Reject. */
  readonly handler: (protocol: number) => ((information: Uint8Array) => void) | undefined;
  readonly onUp: (agreement: LcpAgreement) => void;
  readonly onDown: () => void;
  readonly onFinished: () => void;
  readonly onGaveUp?: () => void;
  /** The peer's Terminate-Request, with its text. */
  readonly onTerminated?: (reason: string) => void;
  /** May an echo be answered? Always, by default. */
  readonly mayEcho?: () => boolean;
  readonly onEchoReply?: () => void;
  /** The peer refused a protocol, or we did. */
  readonly onPeerRejects?: (protocol: number) => void;
  readonly onWeReject?: (protocol: number) => void;
  /** The peer's Configure-Nak or Configure-Reject of our LCP options. */
  readonly onRefused?: (answer: 'nak' | 'reject', options: readonly LcpOption[]) => void;
}

/** One end of a PPP link: LCP, and everything else by protocol number. Framing of what comes in is the caller's. */
export interface PppLink {
  readonly lcp: ControlProtocol;
  /** A packet out of a good frame. Malformed ones are dropped, as RFC 1661 wants it. */
  receive(protocol: number, information: Uint8Array): void;
  send(protocol: number, information: Uint8Array): void;
  sendEcho(): void;
}

export function createPppLink(options: PppLinkOptions): PppLink {
  return new Link(options);
}

class Link implements PppLink {
  readonly lcp: ControlProtocol;
  readonly #options: PppLinkOptions;
  #wishes: LcpWishes;
  #sendAccm = ACCM_DEFAULT;
  /** What the peer asked for and got. */
  #granted: readonly LcpOption[] = [];

  constructor(options: PppLinkOptions) {
    this.#options = options;
    this.#wishes = options.wishes;
    const { onGaveUp, onTerminated } = options;
    this.lcp = createControlProtocol(options.clock, (packet) => this.send(pppProtocol.lcp, packet), {
      request: () => lcpRequest(this.#wishes).map(encodeLcpOption),
      judge: (raw) => this.#judge(raw.map(decodeLcpOption)),
      revise: (answer, raw) => this.#revise(answer, raw.map(decodeLcpOption)),
      onUp: () => this.#up(),
      onDown: () => {
        this.#sendAccm = ACCM_DEFAULT;
        options.onDown();
      },
      onFinished: options.onFinished,
      ...(onGaveUp ? { onGaveUp } : {}),
      ...(onTerminated ? { onTerminated } : {}),
      onEcho: (packet) => this.#echo(packet),
      onCode: (packet) => this.#code(packet),
    });
  }

  send(protocol: number, information: Uint8Array): void {
    const accm = protocol === pppProtocol.lcp ? ACCM_DEFAULT : this.#sendAccm;
    this.#options.write(encodeFrame(protocol, information, accm));
  }

  sendEcho(): void {
    this.lcp.send(controlCode.echoRequest, encodeLcpEcho({ magic: this.#magic, data: NOTHING }));
  }

  receive(protocol: number, information: Uint8Array): void {
    try {
      this.#dispatch(protocol, information);
    } catch (error) {
      if (!isHarnessError(error) || !error.code.startsWith('ppp.')) throw error;
    }
  }

  #dispatch(protocol: number, information: Uint8Array): void {
    if (protocol === pppProtocol.lcp) return this.lcp.receive(information);
    // Before LCP is open, packets of other protocols are dropped without a word (RFC 1661 section 3.4).
    if (this.lcp.phase() !== 'opened') return undefined;
    const take = this.#options.handler(protocol);
    if (take) return take(information);
    this.#options.onWeReject?.(protocol);
    return this.lcp.send(controlCode.protocolReject, encodeRejectedProtocol({ protocol, information }));
  }

  #judge(asked: readonly LcpOption[]): Judgement {
    const { terms, freshMagic } = this.#options;
    const verdict = judgeLcp(asked, terms, this.#wishes.magic, freshMagic);
    if (verdict.kind === 'ack') this.#granted = asked;
    return { kind: verdict.kind, options: verdict.options.map(encodeLcpOption) };
  }

  #revise(answer: 'nak' | 'reject', refused: readonly LcpOption[]): void {
    this.#wishes = reviseLcp(this.#wishes, answer, refused);
    this.#options.onRefused?.(answer, refused);
  }

  #up(): void {
    this.#sendAccm = find(this.#granted, 'accm')?.map ?? ACCM_DEFAULT;
    this.#options.onUp({
      receiveAccm: this.#wishes.accm ?? ACCM_DEFAULT,
      peerProves: this.#wishes.authentication,
      weProve: find(this.#granted, 'authentication')?.method,
    });
  }

  #echo(packet: ControlPacket): void {
    const { data } = decodeLcpEcho(packet.data);
    if (this.#options.mayEcho?.() === false) return;
    const reply = encodeLcpEcho({ magic: this.#magic, data });
    this.send(pppProtocol.lcp, encodeControl({ code: controlCode.echoReply, id: packet.id, data: reply }));
  }

  #code(packet: ControlPacket): boolean {
    switch (packet.code) {
      case controlCode.echoReply:
        this.#options.onEchoReply?.();
        return true;
      case controlCode.protocolReject:
        this.#options.onPeerRejects?.(decodeRejectedProtocol(packet.data).protocol);
        return true;
      default:
        return packet.code === controlCode.discardRequest;
    }
  }

  /** What goes into echoes: nought where no magic number was agreed on (RFC 1661 section 5.8). */
  get #magic(): number {
    return this.#wishes.magic ?? 0;
  }
}

const NOTHING = new Uint8Array(0);

function find<K extends LcpOption['kind']>(
  options: readonly LcpOption[],
  kind: K,
): Extract<LcpOption, { kind: K }> | undefined {
  return options.find((option): option is Extract<LcpOption, { kind: K }> => option.kind === kind);
}
