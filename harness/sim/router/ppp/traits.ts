import type { Ms } from '../../../core/units.ts';

/** What differs between releases of pppd as OpenWrt ships them. */
export interface PppdTraits {
  /** `Modem hangup` follows `Connection terminated.`: 2.4 reads the end of file of the line that it has closed. */
  readonly hangupAfterTermination: boolean;
  /** Asks for IPV6CP, and lets the kernel's first multicast listener reports out even though it was refused. */
  readonly ipv6: boolean;
  /** From `Connection terminated.` to `Exit.`, without and with an ip-down script that has to be waited for. */
  readonly exitMs: Ms;
  readonly exitAfterUpMs: Ms;
}

/** OpenWrt 15.05 and 17.01: the seed's log, and the one of nblock.org 2017. */
const pppd24: PppdTraits = {
  hangupAfterTermination: true,
  ipv6: false,
  exitMs: 1_000,
  exitAfterUpMs: 1_000,
};

/** 2.5.2 of 2024: its ip-down child is given five seconds, then SIGTERM. */
const pppd25: PppdTraits = {
  hangupAfterTermination: false,
  ipv6: true,
  exitMs: 1_000,
  exitAfterUpMs: 6_000,
};

/** @param version `2.4.7` */
export function pppdTraits(version: string): PppdTraits {
  return version.startsWith('2.4.') ? pppd24 : pppd25;
}
