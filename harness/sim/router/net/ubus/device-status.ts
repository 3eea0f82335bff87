import type { Link } from '../link.ts';
import type { Stack } from '../stack.ts';

/** `ubus call network.device status`, keys in netifd's order; undefined: netifd does not know the device. */
export function deviceStatus(stack: Stack, name: string): object | undefined {
  const link = stack.link(name);
  // wwan0 is a device of the kernel that no interface of the configuration speaks of.
  if (!link || (link.kind === 'ethernet' && !link.up && /^(?:wwan|usb)/.test(link.name))) return undefined;
  return {
    external: false,
    present: true,
    type: link.kind === 'bridge' ? 'bridge' : 'Network device',
    up: link.up,
    carrier: link.carrier,
    auth_status: false,
    'link-advertising': [],
    'link-partner-advertising': [],
    'link-supported': [],
    autoneg: false,
    'flow-control': {
      autoneg: true,
      supported: [],
      'link-advertising': [],
      'link-partner-advertising': [],
      negotiated: [],
    },
    'hw-tc-offload': false,
    devtype: { bridge: 'bridge', ethernet: 'ethernet', loopback: 'loopback', ppp: 'tunnel', wwan: 'wwan' }[
      link.kind
    ],
    ...(link.kind === 'bridge' && bridgeStatus(stack, link)),
    ...settings(link),
    statistics: statistics(link),
  };
}

function bridgeStatus(stack: Stack, bridge: Link): object {
  return {
    'bridge-members': stack
      .links()
      .filter(({ master }) => master === bridge.name)
      .map(({ name }) => name),
    'bridge-attributes': {
      stp: false,
      forward_delay: 8,
      priority: 32_767,
      ageing_time: 0,
      hello_time: 1,
      max_age: 10,
      igmp_snooping: false,
      bridge_empty: false,
      multicast_querier: false,
      hash_max: 512,
      robustness: 2,
      query_interval: 12_500,
      query_response_interval: 1_000,
      last_member_interval: 100,
      vlan_filtering: false,
      stp_kernel: false,
    },
  };
}

function settings(link: Link): object {
  return {
    mtu: link.mtu,
    mtu6: link.mtu,
    ...(link.mac === undefined ? {} : { macaddr: link.mac }),
    txqueuelen: link.kind === 'ppp' ? 3 : 1_000,
    ipv6: link.master === undefined,
    ip6segmentrouting: false,
    promisc: false,
    rpfilter: 0,
    acceptlocal: false,
    igmpversion: 0,
    mldversion: 0,
    neigh4reachabletime: 30_000,
    neigh6reachabletime: 30_000,
    neigh4gcstaletime: 60,
    neigh6gcstaletime: 60,
    neigh4locktime: 100,
    dadtransmits: 1,
    multicast: true,
    sendredirects: true,
    drop_v4_unicast_in_l2_multicast: false,
    drop_v6_unicast_in_l2_multicast: false,
    drop_gratuitous_arp: false,
    drop_unsolicited_na: false,
    arp_accept: false,
    gro: true,
  };
}

/** The order in which the kernel's statistics directory is read; what is not counted here stays 0. */
const COUNTERS =
  'collisions rx_frame_errors tx_compressed multicast rx_length_errors tx_dropped rx_bytes rx_missed_errors tx_errors ' +
  'rx_compressed rx_over_errors tx_fifo_errors rx_crc_errors rx_packets tx_heartbeat_errors rx_dropped ' +
  'tx_aborted_errors tx_packets rx_errors tx_bytes tx_window_errors rx_fifo_errors tx_carrier_errors';

function statistics({ counters }: Link): object {
  const known: Readonly<Record<string, number>> = {
    rx_bytes: counters.rxBytes,
    rx_packets: counters.rxPackets,
    tx_bytes: counters.txBytes,
    tx_packets: counters.txPackets,
  };
  return Object.fromEntries(COUNTERS.split(' ').map((name) => [name, known[name] ?? 0]));
}
