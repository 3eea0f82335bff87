/** Counters of PACKET_STATISTICS; in: towards the host. */
export interface Traffic {
  inPackets: number;
  inOctets: number;
  inDiscards: number;
  outPackets: number;
  outOctets: number;
  /** Transfers that were no transfer blocks. */
  outErrors: number;
  /** Datagrams of sessions that are not up. */
  outDiscards: number;
}

export function noTraffic(): Traffic {
  return {
    inPackets: 0,
    inOctets: 0,
    inDiscards: 0,
    outPackets: 0,
    outOctets: 0,
    outErrors: 0,
    outDiscards: 0,
  };
}
