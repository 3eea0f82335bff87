import { parseAddress } from '../../../protocols/ip/address.ts';
import type { NetDevice, Route } from '../machine.ts';

/** A route made ready for look-ups: addresses as 32-bit numbers. */
export interface PreparedRoute {
  readonly route: Route;
  readonly network: number;
  readonly mask: number;
  readonly length: number;
}

/** /24 -> 0xffffff00 */
export function netmask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** `192.168.1.0/24` -> network and mask; a host without a length is a /32. */
export function parsePrefix(text: string): { readonly network: number; readonly length: number } {
  const [address = '', length] = text.split('/');
  const bits = length === undefined ? 32 : Number(length);
  return { network: (parseAddress(address) & netmask(bits)) >>> 0, length: bits };
}

export function prepareRoute(route: Route): PreparedRoute {
  const { network, length } = parsePrefix(route.target);
  return { route, network, length, mask: netmask(length) };
}

/** The order in which the kernel tries routes: longest prefix first, then the lowest metric. */
export function byPreference(a: PreparedRoute, b: PreparedRoute): number {
  return b.length - a.length || a.route.metric - b.route.metric;
}

/** The route that the kernel adds by itself with an address: its network, or the peer of a point-to-point link. */
export function connectedRoute(device: NetDevice): Route | undefined {
  const address = device.address;
  if (!address || device.kind === 'loopback') return undefined;
  const target = address.peer ?? networkOf(address.local, address.mask);
  return { target, device: device.name, source: address.local, metric: 0 };
}

function networkOf(address: string, length: number): string {
  const { network } = parsePrefix(`${address}/${length}`);
  return `${network >>> 24}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.${network & 255}/${length}`;
}
