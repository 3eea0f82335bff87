import type { ContractMode } from './observe.ts';

/** A difference between the simulated and the virtual rig that is meant, and why. Each must occur. */
export interface KnownDifference {
  readonly at: RegExp;
  /** Where the contract dials in this mode. */
  readonly mode?: ContractMode;
  readonly reason: string;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    at: /^board\./,
    reason: 'each router says what it is: a GL-MiFi with OpenWrt 25.12, and the guest on a PC',
  },
  {
    at: /^packages\.(?:uqmi|umbim)$/,
    reason: "the guest dials with Debian's qmicli and mbimcli: Debian has neither uqmi nor umbim",
  },
  {
    at: /^(?:shell (?:nosuchcommand|wc -c <\/nosuch|\/etc\/init\.d\/nosuch start)|upload to where nothing can be)\./,
    reason:
      "the guest's shell is dash, for its speed: it names the line, and ends with 2 where busybox ash ends with 1",
  },
  {
    at: /^shell \/etc\/init\.d\/firewall nosuch\.stdout$/,
    reason: 'the guest has no procd: trace and info are commands of procd',
  },
  {
    at: /^shell sysupgrade /,
    reason: 'the simulated router has no flash (capability router.flash), so it has no sysupgrade',
  },
  {
    at: /^shell ls \/proc\/sys\/net\/ipv6\./,
    reason: "the simulated router's stack has IPv4 alone; IPv6 through the modem is tried in the guest",
  },
  {
    at: /\.log: daemon\.\w+ dnsmasq\[N\]: /,
    reason: 'the guest asks the name servers of the network by itself: there is no dnsmasq in it',
  },
  {
    at: /\.log: daemon\.notice pppd\[N\]: pppd [\d.]+ started by root, uid 0$/,
    mode: 'ppp',
    reason: 'OpenWrt 25.12 has pppd 2.5.2, Debian 12 has 2.4.9',
  },
  {
    at: /\.log: (?:kern\.info kernel: 3g-wwan: renamed|daemon\.info pppd\[N\]: Renamed interface ppp0)/,
    mode: 'ppp',
    reason: "OpenWrt's pppd is patched to make the interface with its name; Debian's renames it",
  },
  {
    at: /^ppp\.hangup\.log: daemon\.info pppd\[N\]: Exit\.$/,
    mode: 'ppp',
    reason:
      "OpenWrt's netifd calls the interface down before pppd has waited for its ip-down script; the guest's waits for pppd",
  },
  {
    at: /\.log: daemon\.notice netifd: wwan_4 \(N\): udhcpc: started, v[\d.]+$/,
    mode: 'qmi',
    reason: 'OpenWrt 25.12 has busybox 1.37, Debian 12 has 1.35',
  },
  {
    at: /^ecm\.dial\.log: daemon\.notice netifd: wwan \(N\): udhcpc: started, v[\d.]+$/,
    mode: 'ecm',
    reason: 'OpenWrt 25.12 has busybox 1.37, Debian 12 has 1.35',
  },
  {
    at: /^ecm\.pending\.pending$/,
    mode: 'ecm',
    reason:
      "the guest's netifd does not listen for a carrier: it asks for an address before the modem is connected",
  },
];
