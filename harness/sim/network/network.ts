import type { Ms } from '../../core/units.ts';

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

/** A granted data session: an address, name servers, and packets both ways. */
export interface Session {
  readonly address: string;
  readonly gateway: string;
  readonly dns: readonly [string, string];
  /** Hands an IPv4 packet to the network. */
  send(packet: Uint8Array): void;
  onPacket(f: (packet: Uint8Array) => void): void;
  /** Called when the network ends the session (fault `bearer.drops`); every listener is kept. Not after `release`. */
  onReleased(f: (cause: SmCause) => void): void;
  /** The modem gives the session back; harmless afterwards. */
  release(): void;
}

/** The operator and the little internet behind it. */
export interface MobileNetwork {
  readonly cell: Cell | undefined;
  register(imsi: string): RegistrationAnswer;
  /** Called back after the network's own delay. */
  activate(apn: string, done: (answer: Session | { readonly refused: SmCause }) => void): void;
}
