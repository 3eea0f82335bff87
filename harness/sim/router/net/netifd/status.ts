import type { RouterMachine } from '../../machine.ts';
import type { Interface } from './interface.ts';
import type { Layer3 } from './types.ts';
import { flagOf, optionOf } from './types.ts';

/** `ubus call network.interface.NAME status`, keys in netifd's order. Source: netifd ubus.c, netifd_dump_status. */
export function interfaceStatus(machine: RouterMachine, iface: Interface): object {
  const up = iface.state === 'up' ? iface.layer3 : undefined;
  const zone = optionOf(iface.section, 'zone');
  return {
    up: up !== undefined,
    pending: iface.state === 'setup',
    available: iface.available,
    autostart: iface.autostart,
    dynamic: iface.parent !== undefined,
    ...(up && { uptime: Math.floor((machine.clock.now() - iface.upSince) / 1000), l3_device: up.device }),
    proto: iface.proto.name,
    ...(iface.proto.noDevice || iface.device === undefined ? {} : { device: iface.device }),
    ...(up && layer3Status(iface, up)),
    data: { ...(zone === undefined ? {} : { zone }), ...up?.data },
    ...(iface.errors.length > 0 && {
      errors: iface.errors.map(({ subsystem, code }) => ({ subsystem, code })),
    }),
  };
}

function layer3Status(iface: Interface, layer3: Layer3): object {
  const metric = Number(optionOf(iface.section, 'metric') ?? 0);
  const updated = [
    ...(layer3.addresses.length > 0 ? ['addresses'] : []),
    ...(layer3.routes.length > 0 ? ['routes'] : []),
    ...(layer3.data === undefined ? [] : ['data']),
  ];
  return {
    ...(updated.length > 0 ? { updated } : {}),
    metric,
    dns_metric: Number(optionOf(iface.section, 'dns_metric') ?? 0),
    delegation: flagOf(iface.section, 'delegate', true),
    'ipv4-address': layer3.addresses,
    'ipv6-address': [],
    'ipv6-prefix': [],
    'ipv6-prefix-assignment': [],
    route: layer3.routes,
    'dns-server': layer3.dns,
    'dns-search': [],
    neighbors: [],
    inactive: {
      'ipv4-address': [],
      'ipv6-address': [],
      route: [],
      'dns-server': [],
      'dns-search': [],
      neighbors: [],
    },
  };
}
