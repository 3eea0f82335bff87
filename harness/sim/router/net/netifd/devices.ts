import type { UciSection } from '../../machine.ts';
import { optionOf, wordsOf } from './types.ts';

/** The layer 2 device of an interface: `br-lan` for a bridge of either style, `eth0`, `lo`. */
export function mainDevice(section: UciSection): string | undefined {
  const named = optionOf(section, 'device') ?? wordsOf(section, 'ifname')[0];
  return optionOf(section, 'type') === 'bridge' ? `br-${section.name}` : named;
}

/** Ports of the bridges of a network configuration: interface sections (15.05 to 19.07) and device sections (21.02). */
export function bridges(sections: readonly UciSection[]): ReadonlyMap<string, readonly string[]> {
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
export function ethernetPorts(sections: readonly UciSection[]): readonly string[] {
  const names = sections.flatMap((section) => [
    ...wordsOf(section, 'ifname'),
    ...wordsOf(section, 'ports'),
    ...wordsOf(section, 'device'),
  ]);
  return [...new Set(names.filter((name) => /^eth\d+$/.test(name)))].sort();
}
