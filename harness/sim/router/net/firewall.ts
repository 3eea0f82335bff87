import type { Cancel } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';
import { faultOf } from '../../faults.ts';
import type { RouterMachine, UciSection } from '../machine.ts';
import { optionOf, wordsOf } from './netifd/types.ts';

/** fw3 or fw4: the parts of it that others feel. */
export interface Firewall {
  /** A reload on command: `/etc/init.d/firewall reload`, `fw3 reload`. Resolves when it is done. */
  reload(): Promise<void>;
  /**
   * /etc/hotplug.d/iface/20-firewall: an interface that is in a zone came up; a dynamic one is in the zone of its parent.
   */
  hotplug(interfaceName: string, device: string, parent?: string): void;
  /** The zone that an interface is in. */
  zoneOf(interfaceName: string): string | undefined;
  /** The interfaces of a zone; undefined: there is no such zone. */
  networksOf(zone: string): readonly string[] | undefined;
  stop(): void;
}

/** iptables-restore on an AR9331 takes about this long; the spread is the load of the moment. */
const RELOAD_MS: readonly [Ms, Ms] = [400, 1_000];
/** From "is now up" to the hotplug script's line. */
const HOTPLUG_MS: Ms = 1_000;

export function createFirewall(machine: RouterMachine): Firewall {
  const rng = machine.rng.fork('net/firewall');
  const chances = rng.fork('starves');
  const timers = new Set<Cancel>();
  return {
    reload: async () => {
      starve(machine, () => chances.next());
      await machine.clock.sleep(rng.integer(...RELOAD_MS));
    },
    hotplug: (interfaceName, device, parent = interfaceName) => {
      const cancel = machine.clock.after(HOTPLUG_MS, () => {
        timers.delete(cancel);
        if (zoneOf(machine, parent) === undefined) return;
        const text = `Reloading firewall due to ifup of ${interfaceName} (${device})`;
        machine.log.add('user.notice', 'firewall', text);
      });
      timers.add(cancel);
    },
    zoneOf: (interfaceName) => zoneOf(machine, interfaceName),
    networksOf: (name) => {
      const zone = zonesOf(machine).find((section) => optionOf(section, 'name') === name);
      return zone && networksOf(zone);
    },
    stop: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

function zoneOf(machine: RouterMachine, interfaceName: string): string | undefined {
  const zone = zonesOf(machine).find((section) => networksOf(section).includes(interfaceName));
  return zone && optionOf(zone, 'name');
}

function zonesOf(machine: RouterMachine): UciSection[] {
  return (machine.uci.committed('firewall') ?? []).filter((section) => section.type === 'zone');
}

/** fw3 takes the zone's own name where no networks are listed. */
function networksOf(zone: UciSection): readonly string[] {
  const networks = wordsOf(zone, 'network');
  return networks.length > 0 ? networks : wordsOf(zone, 'name');
}

/**
 * Fault `reload.starve`. Only a reload on command bites: the one that follows each ifup would otherwise kill every
 * link that ever came up.
 */
function starve(machine: RouterMachine, draw: () => number): void {
  const fault = faultOf(machine.faults, 'reload.starve');
  if (!fault || draw() >= fault.probability) return;
  machine.starvedUntil = machine.clock.now() + fault.forMs;
  machine.timeline.add('fault', 'reload.starve', { forMs: fault.forMs });
}
