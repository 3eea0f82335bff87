import type { PacketFilter } from '../../../../protocols/mbim/basic-connect/packet-filter.ts';

/** Of one session. None: everything passes. */
export type PacketFilters = readonly PacketFilter[];

/** Does a packet to the host equal one of the filters wherever its mask has a bit (MBIM 1.0, 10.5.30)? */
export function passes(packet: Uint8Array, filters: PacketFilters): boolean {
  return filters.length === 0 || filters.some((filter) => matches(packet, filter));
}

function matches(packet: Uint8Array, { filter, mask }: PacketFilter): boolean {
  if (packet.length < filter.length) return false;
  return filter.every((octet, at) => (((packet[at] ?? 0) ^ octet) & (mask[at] ?? 0)) === 0);
}
