import type { PacketFilters } from './packet-filters.ts';

/** What the host has set, from one OPEN to the CLOSE. */
export interface MbimSettings {
  /** Indications that the host wants: cids by service. Undefined: all that MBIM itself defines. */
  subscribed: ReadonlyMap<string, ReadonlySet<number>> | undefined;
  /** Seconds between two reports; 0: only at thresholds. */
  signalInterval: number;
  /** Steps of RSSI that are worth a report; 0: the modem's own. */
  rssiThreshold: number;
  errorRateThreshold: number;
  /** RSSI of the last report, as coded. */
  reportedRssi: number;
  idleHint: boolean;
  /** By session. */
  readonly filters: Map<number, PacketFilters>;
}

/** Further from every level than any threshold. */
export const NEVER_REPORTED = Number.NEGATIVE_INFINITY;

export function freshSettings(): MbimSettings {
  return {
    subscribed: undefined,
    signalInterval: 0,
    rssiThreshold: 0,
    errorRateThreshold: 0,
    reportedRssi: NEVER_REPORTED,
    idleHint: false,
    filters: new Map(),
  };
}
