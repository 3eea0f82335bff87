import type { Stack } from '../stack.ts';
import type { Interface } from './interface.ts';
import { optionOf, type Layer3 } from './types.ts';

/** Gives a device the addresses and routes of its interface. */
export function configure(stack: Stack, iface: Interface, layer3: Layer3): void {
  const [address] = layer3.addresses;
  const link = stack.link(layer3.device);
  if (address && link && link.kind !== 'ppp') {
    const { address: local, mask } = address;
    const send = stack.device(link.name)?.send;
    stack.setDevice({
      name: link.name,
      kind: link.kind,
      mtu: link.mtu,
      address: { local, mask },
      ...(send ? { send } : {}),
    });
  }
  const metric = Number(optionOf(iface.section, 'metric') ?? 0);
  for (const { target, mask, nexthop, source } of layer3.routes) {
    stack.addRoute({
      target: `${target}/${mask}`,
      via: nexthop,
      device: layer3.device,
      // A source of everybody is none.
      ...(source.endsWith('/0') ? {} : { source: source.replace(/\/32$/, '') }),
      metric,
    });
  }
}

/** Takes them away. */
export function unconfigure(stack: Stack, layer3: Layer3): void {
  stack.removeRoutes(layer3.device);
  const device = stack.device(layer3.device);
  // What is open for packets stays so, without an address, until its owner closes it.
  if (device?.send && device.kind !== 'ppp') {
    const { name, kind, mtu, send } = device;
    stack.setDevice({ name, kind, mtu, send });
  } else stack.removeDevice(layer3.device);
}
