import type { NetDevice } from '../machine.ts';

/** A network device as `ip link` and netifd show it; the stack holds one for each NetDevice. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** qmi_wwan's device stops being Ethernet when it is told of raw IP. */
  kind: NetDevice['kind'];
  readonly mac: string | undefined;
  mtu: number;
  /** IFF_UP */
  up: boolean;
  /** IFF_LOWER_UP: a cable, a peer. */
  carrier: boolean;
  /** Name of the bridge that it belongs to. */
  master: string | undefined;
  readonly counters: LinkCounters;
}

export interface LinkCounters {
  rxPackets: number;
  rxBytes: number;
  txPackets: number;
  txBytes: number;
}

/** What a part of the router that makes a device knows about it. */
export interface LinkFields {
  readonly name: string;
  readonly kind: NetDevice['kind'];
  readonly mac?: string | undefined;
  readonly mtu?: number;
  readonly up?: boolean;
  readonly carrier?: boolean;
  readonly master?: string | undefined;
}

export function createLink(index: number, fields: LinkFields): Link {
  return {
    index,
    name: fields.name,
    kind: fields.kind,
    mac: fields.mac ?? (fields.kind === 'loopback' ? '00:00:00:00:00:00' : undefined),
    mtu: fields.mtu ?? (fields.kind === 'loopback' ? 65_536 : 1_500),
    up: fields.up ?? true,
    carrier: fields.carrier ?? true,
    master: fields.master,
    counters: { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 },
  };
}
