import type { Ms } from '../../core/units.ts';
import type { TextCentre } from './text-centre.ts';

/** 3GPP TS 24.008 10.5.6.6 / TS 24.301 9.9.4.4: why a session was refused or ended. 27 = unknown APN. */
export type SmCause = number;

export interface Subscription {
  readonly apns: readonly string[];
}

/** What the mobile network tells the modem about itself. */
export interface Cell {
  readonly mcc: string;
  readonly mnc: string;
  readonly operator: string;
  readonly band: number;
  readonly earfcn: number;
  readonly pci: number;
  readonly tac: number;
  readonly cellId: number;
  readonly rsrpDbm: number;
  readonly rsrqDb: number;
  readonly rssiDbm: number;
  readonly sinrDb: number;
}

export type RegistrationAnswer =
  | { readonly state: 'home' | 'roaming'; readonly afterMs: Ms }
  | { readonly state: 'denied'; readonly afterMs: Ms; readonly emmCause: number }
  | { readonly state: 'searching' };

export type PdpType = 'IP' | 'IPV6' | 'IPV4V6' | 'PPP';

/** What a modem asks for: PDN Connectivity Request (TS 24.301 8.3.20). */
export interface SessionRequest {
  /** Empty: the subscription's default. */
  readonly apn: string;
  readonly type: PdpType;
  /** Protocol configuration options (TS 24.008 10.5.6.3): what the access point's own authentication is given. */
  readonly credentials?: Credentials | ChapProof | undefined;
}

export interface Credentials {
  readonly method: 'pap' | 'chap' | 'either';
  readonly user: string;
  readonly password: string;
}

/** What a modem that was dialled with CHAP hands on: it never learns the password (RFC 1994). */
export interface ChapProof {
  readonly method: 'chap';
  readonly user: string;
  readonly id: number;
  readonly challenge: Uint8Array;
  readonly response: Uint8Array;
}

export interface Ipv4Settings {
  readonly address: string;
  readonly gateway: string;
  readonly prefixLength: number;
  readonly dns: readonly string[];
}

export interface Ipv6Settings {
  /** Global address of the modem's choice within the prefix; the host may take another one of it. */
  readonly address: string;
  readonly prefixLength: number;
  /** Link-local address of the packet gateway. */
  readonly gateway: string;
  readonly dns: readonly string[];
}

/** A granted data session: addresses, name servers, and IP packets both ways. */
export interface Session {
  /** What was granted: it can be less than was asked for. */
  readonly type: PdpType;
  /** Why it is less: 50 = IPv4 only allowed, 51 = IPv6 only allowed. */
  readonly cause?: SmCause | undefined;
  readonly ipv4: Ipv4Settings | undefined;
  readonly ipv6: Ipv6Settings | undefined;
  /** Bytes. */
  readonly mtu: number;
  /** Hands an IP packet to the network. */
  send(packet: Uint8Array): void;
  /** The oldest downlink packet, taken out of a bounded queue; undefined: none waits. */
  receive(): Uint8Array | undefined;
  /** Called each time a packet joins the empty queue. One listener; it takes packets whenever it can send them on. */
  onReadable(f: (() => void) | undefined): void;
  /** Called when the network ends the session (fault `bearer.drop`); every listener is kept. Not after `release`. */
  onReleased(f: (cause: SmCause) => void): void;
  /** The modem gives the session back; harmless afterwards. */
  release(): void;
}

/** The operator and the little internet behind it. */
export interface MobileNetwork {
  readonly cell: Cell | undefined;
  readonly texts: TextCentre;
  register(imsi: string): RegistrationAnswer;
  /** Called back after the network's own delay. */
  activate(request: SessionRequest, done: (answer: Session | { readonly refused: SmCause }) => void): void;
}
