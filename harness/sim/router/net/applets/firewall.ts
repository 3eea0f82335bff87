import type { Applet, RouterMachine } from '../../machine.ts';
import { defineService } from '../../services.ts';
import type { Firewall } from '../firewall.ts';

/** The firewall's service and program: `fw3` or `fw4`, by flavour. */
export function installFirewall(machine: RouterMachine, firewall: Firewall): void {
  const reload: Applet = async () => {
    await firewall.reload();
    return 0;
  };
  // A firewall that started says nothing; "stop" only flushes.
  defineService(machine, 'firewall', { reload, restart: reload, start: reload, stop: () => 0 });
  machine.applets.set(machine.flavour.firewall, createFwApplet(firewall, reload));
}

function createFwApplet(firewall: Firewall, reload: Applet): Applet {
  return (process) => {
    const words = process.argv.slice(1).filter((word) => !word.startsWith('-'));
    const [command, name = ''] = words;
    const { machine } = process;
    if (command === 'start' || command === 'reload' || command === 'restart') return reload(process);
    if (command === 'stop' || command === 'flush') return 0;
    if (command === 'check' && machine.flavour.firewall === 'fw4') {
      process.out('Ruleset passes nftables check.\n');
      return 0;
    }
    const told = answer(machine, firewall, command, name);
    if (told !== undefined) {
      for (const line of told) process.out(`${line}\n`);
      return told.length > 0 ? 0 : 1;
    }
    process.out(usage(machine.flavour.firewall));
    return 1;
  };
}

/** `network NET` and `device DEV` give their zone, `zone ZONE` the device of each of its networks. */
function answer(
  machine: RouterMachine,
  firewall: Firewall,
  command: string | undefined,
  name: string,
): readonly string[] | undefined {
  switch (command) {
    case 'network':
      return [firewall.zoneOf(name)].filter((zone) => zone !== undefined);
    case 'zone':
      return (firewall.networksOf(name) ?? []).flatMap((network) => deviceOf(machine, network) ?? []);
    case 'device': {
      const networks = (machine.uci.committed('network') ?? []).map((section) => section.name);
      const own = networks.find((network) => deviceOf(machine, network) === name);
      return [own && firewall.zoneOf(own)].filter((zone) => zone !== undefined);
    }
    default:
      return undefined;
  }
}

function deviceOf(machine: RouterMachine, network: string): string | undefined {
  const status = machine.netifd.status(network) as { l3_device?: string; device?: string } | undefined;
  return status?.l3_device ?? status?.device;
}

function usage(name: 'fw3' | 'fw4'): string {
  if (name === 'fw3') {
    return 'Usage:\n\n  fw3 [-4] [-6] [-q] print\n  fw3 [-q] {start|stop|flush|reload|restart}\n  fw3 [-q] network {net}\n  fw3 [-q] device {dev}\n  fw3 [-q] zone {zone} [dev]\n\n';
  }
  return 'Usage:\n\n  fw4 [-4] [-6] [-q] print\n  fw4 [-q] {start|stop|flush|reload|restart}\n  fw4 [-q] network {net}\n  fw4 [-q] device {dev}\n  fw4 [-q] zone {zone} [dev]\n\n';
}
