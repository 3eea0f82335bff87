import type { Applet, RouterMachine } from '../../machine.ts';
import { defineService } from '../../services.ts';
import type { Firewall } from '../firewall.ts';
import { gcom } from '../gcom/applet.ts';
import type { NetifdDaemon } from '../netifd/netifd.ts';
import type { Stack } from '../stack.ts';
import { umbim } from '../wwan/umbim.ts';
import { uqmi } from '../wwan/uqmi.ts';
import { createUbus } from '../ubus/applet.ts';
import { installFirewall } from './firewall.ts';
import { createDevstatus, createIfstatus, createIfup } from './interfaces.ts';
import { createIp } from './ip.ts';
import { createIfconfig, createRoute } from './legacy.ts';
import { createPing } from './ping.ts';

export interface NetPrograms {
  readonly stack: Stack;
  readonly netifd: NetifdDaemon;
  readonly firewall: Firewall;
}

/** Registers the programs and services of the network side. */
export function installNetPrograms(machine: RouterMachine, parts: NetPrograms): void {
  const { stack, netifd, firewall } = parts;
  const ifup = createIfup(netifd);
  const applets: Readonly<Record<string, Applet>> = {
    gcom,
    ping: createPing(stack),
    ip: createIp(stack),
    route: createRoute(stack),
    ifconfig: createIfconfig(stack),
    ifup,
    ifdown: ifup,
    ifstatus: createIfstatus(netifd),
    devstatus: createDevstatus(stack),
    ubus: createUbus({ stack, netifd }),
    // No radio is modelled: there is nothing to set up anew.
    wifi: () => 0,
  };
  for (const [name, applet] of Object.entries(applets)) machine.applets.set(name, applet);
  if ('uqmi' in machine.flavour.packages) machine.applets.set('uqmi', uqmi);
  if ('umbim' in machine.flavour.packages) machine.applets.set('umbim', umbim);
  if (!('comgt' in machine.flavour.packages)) machine.applets.delete('gcom');
  else machine.applets.set('comgt', gcom);
  installFirewall(machine, firewall);
  defineService(machine, 'network', {
    reload: () => {
      netifd.reload();
      return 0;
    },
    restart: async () => {
      await netifd.restart();
      return 0;
    },
  });
}
