import type { InterfaceAddress, InterfaceRoute, Layer3, Proto } from './types.ts';
import { mainDevice } from './devices.ts';
import { optionOf, wordsOf } from './types.ts';
import type { UciSection } from '../../machine.ts';
import { HarnessError } from '../../../../core/errors.ts';
import { parseAddress } from '../../../../protocols/ip/address.ts';

/** Addresses from the configuration: nothing has to be asked, so it is up and down at once. */
export const staticProto: Proto = {
  name: 'static',
  noDevice: false,
  needsCarrier: true,
  start: (host) => {
    host.up(staticLayer3(host.section));
    return { teardown: () => host.down() };
  },
};

/** `proto none`: the interface is up without addresses. */
export const noneProto: Proto = {
  name: 'none',
  noDevice: false,
  needsCarrier: false,
  start: (host) => {
    host.up({ device: mainDevice(host.section) ?? '', addresses: [], routes: [], dns: [] });
    return { teardown: () => host.down() };
  },
};

/** `proto dhcpv6` without a server on the wire: it asks for ever. */
export const dhcpv6Proto: Proto = {
  name: 'dhcpv6',
  noDevice: false,
  needsCarrier: true,
  start: (host) => ({ teardown: () => host.down() }),
};

function staticLayer3(section: UciSection): Layer3 {
  const gateway = optionOf(section, 'gateway');
  const mask = optionOf(section, 'netmask');
  const addresses = wordsOf(section, 'ipaddr').map((text): InterfaceAddress => {
    const [address = '', length] = text.split('/');
    return { address, mask: length === undefined ? maskLength(mask ?? '255.255.255.255') : Number(length) };
  });
  const routes: InterfaceRoute[] =
    gateway === undefined ? [] : [{ target: '0.0.0.0', mask: 0, nexthop: gateway, source: '0.0.0.0/0' }];
  return { device: mainDevice(section) ?? '', addresses, routes, dns: wordsOf(section, 'dns') };
}

/** `255.255.255.0` -> 24 */
export function maskLength(mask: string): number {
  const bits = parseAddress(mask).toString(2).padStart(32, '0');
  if (/^1*0*$/.test(bits)) return bits.lastIndexOf('1') + 1;
  throw new HarnessError(`not a netmask: "${mask}"`, {
    code: 'sim.bad-netmask',
    blame: 'test',
    effect: 'none',
  });
}
