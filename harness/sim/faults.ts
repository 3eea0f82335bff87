import type { Ms } from '../core/units.ts';

/**
 * What is wrong with a simulated rig, as data. A verb is something done at a moment (`sim.remove`), anything else a
 * condition that holds (`echo.lost`) until `forMs` are over, or for good. A fault is carried out where it belongs
 * (modem, network, router, SSH server), which records a `fault` event on the timeline each time it bites.
 *
 * Without `when` it stands from the start: a rig is like that. With it, it comes later, and a test in which it never
 * bit is an error. So it is of whatever `modem serve` was asked for.
 */
export type Fault = FaultShape & { readonly when?: FaultMoment | undefined };

export interface FaultMoment {
  /** So long after the start, or after the event. */
  readonly afterMs: Ms;
  /** The first event of this kind that is recorded of the modem from then on. */
  readonly event?: ModemEvent | undefined;
  /** At most so much later, evenly, by the rig's seed. */
  readonly jitterMs?: Ms | undefined;
}

/** What the timeline tells of a modem, as far as a fault can wait for it. */
export const modemEvents = [
  'usb.attached',
  'usb.detached',
  'usb.host',
  'usb.host-gone',
  'sim',
  'registration',
  'bearer.up',
  'bearer.down',
  'at.rx',
] as const;

export type ModemEvent = (typeof modemEvents)[number];

type FaultShape = CardFault | NetworkFault | ModemFault | ChannelFault | RouterFault;

export type CardFault =
  /** The card is in the slot the wrong way round: the reader finds none (F40; the seed thread's cause). */
  { readonly kind: 'sim.not-seated' } | { readonly kind: 'sim.remove' } | { readonly kind: 'sim.insert' };

export type NetworkFault =
  /** No cell is to be found: the modem searches for ever (F57). */
  | { readonly kind: 'cell.lost'; readonly forMs?: Ms | undefined }
  /** The network refuses the modem with a cause (TS 24.301 9.9.3.9; F58). */
  | { readonly kind: 'registration.deny'; readonly emmCause: number; readonly forMs?: Ms | undefined }
  /**
   * The network ends every data session (TS 24.008 10.5.6.6; 36 by default): now, or each one at random, with this
   * mean time between drops (F96).
   */
  | { readonly kind: 'bearer.drop'; readonly cause?: number | undefined; readonly meanMs?: Ms | undefined }
  /** So much is added to each round trip. */
  | { readonly kind: 'latency'; readonly ms: Ms; readonly forMs?: Ms | undefined }
  /** So large a share of the packets is lost. */
  | { readonly kind: 'loss'; readonly probability: number; readonly forMs?: Ms | undefined };

export type ModemFault =
  /** The data lines break: the modem is gone from USB while its firmware goes on. */
  | { readonly kind: 'usb.disconnect'; readonly forMs: Ms }
  /** The supply is weak: each time the transmitter starts, it falls so far that the modem resets (F03). */
  | { readonly kind: 'brownout'; readonly forMs?: Ms | undefined }
  /** The firmware dies: gone from USB at once, back after a start, or in the boot loader. */
  | { readonly kind: 'crash'; readonly into?: 'boot-loader' | undefined }
  /** The firmware hangs: USB takes what it gets, nothing comes back. Left out: until the power goes. */
  | { readonly kind: 'stall'; readonly forMs?: Ms | undefined };

export type ChannelFault =
  /** AT ports take commands and say nothing; a call on them goes on. */
  | { readonly kind: 'at.silent'; readonly forMs?: Ms | undefined }
  /** LCP echo replies stop, this long after the link came up; everything else goes on (F90). */
  | { readonly kind: 'echo.lost'; readonly afterMs?: Ms | undefined; readonly forMs?: Ms | undefined }
  /** The control channel of that protocol takes messages and says nothing; packets go on. */
  | { readonly kind: 'qmi.silent'; readonly forMs?: Ms | undefined }
  | { readonly kind: 'mbim.silent'; readonly forMs?: Ms | undefined };

export type RouterFault =
  /** A firewall reload starves the router's pppd of CPU, so that replies come too late (F04, cause 2). */
  | { readonly kind: 'reload.starve'; readonly forMs: Ms; readonly probability: number }
  /**
   * A program of the router's own has the modem's AT port open and reads along: all the time (ModemManager, some
   * terminal program), or every other second (ROOter's monitors).
   */
  | { readonly kind: 'port.held'; readonly by: 'modemmanager' | 'rooter' | 'terminal' }
  /** The connection to the router breaks while the n-th command is running. */
  | { readonly kind: 'ssh.die'; readonly duringCommand: number }
  /** The router stops answering at the n-th command: TCP stays open, nothing comes back. */
  | { readonly kind: 'ssh.hang'; readonly duringCommand: number };

export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** A condition, and not something done at a moment. */
export function holds(fault: Fault): boolean {
  return !MOMENTARY.has(fault.kind) && !(fault.kind === 'bearer.drop' && fault.meanMs === undefined);
}

const MOMENTARY: ReadonlySet<FaultKind> = new Set<FaultKind>(['sim.remove', 'sim.insert', 'crash']);

/** How long a condition holds; undefined: until it is taken back. That of `reload.starve` is each reload's. */
export function holdingTime(fault: Fault): Ms | undefined {
  return 'forMs' in fault && fault.kind !== 'reload.starve' ? fault.forMs : undefined;
}

/** The fault of this kind that is in force, of several the latest. Asked anew each time: the list changes while a rig runs. */
export function faultOf<K extends FaultKind>(faults: readonly Fault[], kind: K): FaultOf<K> | undefined {
  return faults.findLast((fault): fault is FaultOf<K> => fault.kind === kind);
}
