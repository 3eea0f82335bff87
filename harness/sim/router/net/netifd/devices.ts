import type { RouterMachine, UciSection } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { optionOf, wordsOf } from './types.ts';

/** The layer 2 device of an interface: `br-lan` for a bridge of either style, `eth0`, `lo`. */
export function mainDevice(section: UciSection): string | undefined {
  const named = optionOf(section, 'device') ?? wordsOf(section, 'ifname')[0];
  return optionOf(section, 'type') === 'bridge' ? `br-${section.name}` : named;
}

/** Ports of the bridges of a network configuration: interface sections (15.05 to 19.07) and device sections (21.02). */
function bridges(sections: readonly UciSection[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const section of sections) {
    if (optionOf(section, 'type') !== 'bridge') continue;
    if (section.type === 'interface') found.set(`br-${section.name}`, wordsOf(section, 'ifname'));
    const name = optionOf(section, 'name');
    if (section.type === 'device' && name !== undefined) {
      const ports = wordsOf(section, 'ports');
      found.set(name, ports.length > 0 ? ports : wordsOf(section, 'ifname'));
    }
  }
  return found;
}

/** Ethernet ports that a network configuration speaks of, sorted. */
function ethernetPorts(sections: readonly UciSection[]): readonly string[] {
  const names = sections.flatMap((section) => [
    ...wordsOf(section, 'ifname'),
    ...wordsOf(section, 'ports'),
    ...wordsOf(section, 'device'),
  ]);
  return [...new Set(names.filter((name) => /^eth\d+$/.test(name)))].sort();
}

/** Makes the board's own ports and the bridges of a network configuration known. */
export function addDevices(machine: RouterMachine, stack: Stack, sections: readonly UciSection[]): void {
  const bridged = bridges(sections);
  const masters = new Map(
    [...bridged].flatMap(([bridge, ports]) => ports.map((port) => [port, bridge] as const)),
  );
  ethernetPorts(sections).forEach((name, index) => {
    const master = masters.get(name);
    // Nothing is plugged into the WAN port of the rig; the runner's computer is on the LAN.
    const link = stack.addLink({
      name,
      kind: 'ethernet',
      mac: nthMac(machine, index),
      carrier: master !== undefined,
    });
    link.master = master;
  });
  for (const [name, ports] of bridged) {
    const mac = stack.link(ports[0] ?? '')?.mac ?? nthMac(machine, 0);
    stack.addLink({ name, kind: 'bridge', mac, carrier: ports.length > 0 });
  }
}

/** Addresses of a board are numbered on from the one on its label. */
function nthMac(machine: RouterMachine, index: number): string {
  const octets = machine.board.macAddress.split(':');
  const last = (Number.parseInt(octets[5] ?? '0', 16) + index) & 0xff;
  return [...octets.slice(0, 5), last.toString(16).padStart(2, '0')].join(':');
}
