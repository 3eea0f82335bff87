import { readFileSync } from 'node:fs';

/** What a real OpenWrt printed; see the provenance in the file. */
export interface Sessions {
  readonly dial: readonly string[];
  readonly ifdown: readonly string[];
  readonly noCarrier: readonly string[];
  readonly unplug: readonly string[];
  readonly replug: readonly string[];
  readonly notAttached: readonly string[];
  readonly pinFailed: readonly string[];
  readonly echoesWithheld: readonly string[];
  readonly ec25Plugged: readonly string[];
  readonly ifstatusUp: string;
  readonly ifstatusPinFailed: string;
  readonly ifstatusPending: string;
  readonly ifstatusLan: string;
  readonly devstatusBridge: string;
  readonly deviceUnknown: string;
  readonly ubusVerboseLan: string;
}

export const sessions = JSON.parse(readFileSync('test/vectors/openwrt/3g-sessions.json', 'utf8')) as Sessions;

/** Takes out what differs from one router and run to the next: ids, addresses, kernel times, USB ports, byte counts. */
export function normal(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/(pppd|chat|dnsmasq)\[\d+\]/, '$1[PID]')
      .replace(/wwan \(\d+\)/, 'wwan (PID)')
      .replace(/\[ *\d+\.\d+\] /, '')
      .replace(/(local {2}IP address) .*/, '$1 ADDRESS')
      .replace(/\(pid \d+\)/, '(pid PID)')
      .replace(/device number \d+/, 'device number N')
      .replace(/usb-[^,]*-\d, /, 'usb-PATH, ')
      .replace(/\b1-2\b/, '1-1')
      .replace(/device, [0-9a-f:]{17}$/, 'device, MAC')
      .replace(/using (?:xhci_hcd|ehci-platform)/, 'using HCD')
      .replace(/Connect time \d+\.\d/, 'Connect time N')
      .replace(/Sent \d+ bytes, received \d+/, 'Sent N bytes, received N')
      .trimEnd(),
  );
}
