import type { Ms } from '../core/units.ts';

/**
 * What is wrong with a simulated rig, as data. A fault is carried out where it belongs (modem, network, router, SSH
 * server), which records a `fault` event on the timeline each time it bites.
 */
export type Fault =
  /** The card is in the slot the wrong way round: the reader finds none (F40; the seed thread's cause). */
  | { readonly kind: 'sim.not-seated' }
  /** The network never lets the modem on: it searches for ever, or is refused with a cause (F57, F58). */
  | { readonly kind: 'registration.searching' }
  | { readonly kind: 'registration.denied'; readonly emmCause: number }
  /** LCP echo replies stop this long after the link came up; everything else goes on (F90). */
  | { readonly kind: 'echo.lost'; readonly afterMs: Ms }
  /** A firewall reload starves the router's pppd of CPU, so that replies come too late (F04, cause 2). */
  | { readonly kind: 'reload.starves'; readonly forMs: Ms; readonly probability: number }
  /** The network ends the data session, at random with this mean time between drops (F96). */
  | { readonly kind: 'bearer.drops'; readonly meanMs: Ms }
  /** The connection to the router breaks while the n-th command is running. */
  | { readonly kind: 'ssh.dies'; readonly duringCommand: number }
  /** The router stops answering at the n-th command: TCP stays open, nothing comes back. */
  | { readonly kind: 'ssh.hangs'; readonly duringCommand: number };

export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** The fault of this kind, if it was planted. */
export function faultOf<K extends FaultKind>(faults: readonly Fault[], kind: K): FaultOf<K> | undefined {
  return faults.find((fault): fault is FaultOf<K> => fault.kind === kind);
}
