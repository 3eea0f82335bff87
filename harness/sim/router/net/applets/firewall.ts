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
    if (command === 'network') {
      const zone = firewall.zoneOf(name);
      if (zone === undefined) return 1;
      process.out(`${zone}\n`);
      return 0;
    }
    process.out(usage(machine.flavour.firewall));
    return 1;
  };
}

function usage(name: 'fw3' | 'fw4'): string {
  if (name === 'fw3') {
    return 'Usage:\n\n  fw3 [-4] [-6] [-q] print\n  fw3 [-q] {start|stop|flush|reload|restart}\n  fw3 [-q] network {net}\n  fw3 [-q] device {dev}\n  fw3 [-q] zone {zone} [dev]\n\n';
  }
  return 'Usage:\n\n  fw4 [-4] [-6] [-q] print\n  fw4 [-q] {start|stop|flush|reload|restart}\n  fw4 [-q] network {net}\n  fw4 [-q] device {dev}\n  fw4 [-q] zone {zone} [dev]\n\n';
}
