import type { NormalLines } from './diagnosis.ts';
import type { Scene } from './scene.ts';

const NORMAL: readonly (readonly [RegExp, string])[] = [
  [
    /Reloading firewall due to if(?:up|update|down)/,
    'every ifup in a firewall zone brings a firewall reload about a second later',
  ],
  [
    /Command failed: (?:ubus call network\.interface notify_proto .*)?\(?Permission denied\)?|^Command failed: Permission denied/,
    'netifd races its own teardown here: harmless',
  ],
  [
    /config \d+ has an invalid interface number: \d+ but max is|config \d+ has no interface number/,
    "Sierra's interface numbers have gaps (0, 2, 3, 8): the kernel only remarks on it",
  ],
  [/^no servers found in \/tmp\/resolv\.conf/, 'dnsmasq has no server while no uplink is up'],
  [/No default route present, setting ra_lifetime/, 'odhcpd remarks that no uplink is up'],
  [/^Protocol-Reject for unsupported protocol 'IPv6'/, 'the network offers no IPv6 over this session'],
  [/^Removed stale lock on/, 'pppd clears the lock of one that is gone'],
  [/^Child process \S*ppp-down \(pid \d+\) terminated/, 'the end of a teardown that netifd cut short'],
  [
    /^CHAP authentication succeeded|^PAP authentication succeeded/,
    'the modem itself answers PPP authentication: it is no proof that the network accepted anything',
  ],
  [
    /^Device does not support 802\.3 mode\. Informing driver/,
    'the router switches the driver to raw IP, as this modem needs',
  ],
];

/** Lines of this log that worry people for nothing. */
export function normalLines(scene: Scene): NormalLines[] {
  return NORMAL.flatMap(([pattern, why]) => {
    const lines = scene.with(pattern).map((line) => line.number);
    return lines.length > 0 ? [{ lines: lines.slice(0, 5), why }] : [];
  });
}
