import type { Cancel } from '../../../core/clock.ts';
import type { Netifd, RouterMachine, UsbBus } from '../machine.ts';
import { installNetPrograms } from './applets/install.ts';
import { createFirewall } from './firewall.ts';
import { installGcomScripts } from './gcom/scripts.ts';
import type { ModemOnBus } from './modem-on-bus.ts';
import { createNetifd } from './netifd/netifd.ts';
import { startForeignUser } from './foreign-user.ts';
import { createStack, type Stack } from './stack.ts';
import { createUsbBus } from './usb/bus.ts';

export interface NetOptions {
  readonly modem: ModemOnBus;
  /** netifd's name of the modem's interface: `modem`, `wwan`. */
  readonly interfaceName: string;
  /** Port of the USB bus that the modem is in: `1-1.2` behind a hub, `1-1`. */
  readonly usbPath: string;
}

export interface Net {
  readonly usb: UsbBus;
  readonly netifd: Netifd;
  readonly stack: Stack;
  /** Boot: the devices that are there are found, and netifd reads /etc/config/network and brings interfaces up. */
  start(): void;
  /** Power off or reboot: timers end, the modem's ports are let go. */
  stop(): void;
}

/**
 * The network side of the router: USB bus, IPv4, netifd with its protocol handlers, and their programs. Sets
 * `machine.usb`, `machine.netifd` and `machine.stack`, and registers applets and services; the world moves on `start`.
 */
export function createNet(machine: RouterMachine, options: NetOptions): Net {
  const stack = createStack(machine.files);
  const usb = createUsbBus(machine, stack, options.modem, options.usbPath);
  const firewall = createFirewall(machine);
  const netifd = createNetifd(machine, stack, { firewall });
  Object.assign(machine, { usb, netifd, stack });
  installGcomScripts(machine.files);
  installNetPrograms(machine, { stack, netifd, firewall });
  usb.onNode((node, action) => netifd.hotplug(node, action));
  let stopUser: Cancel | undefined;
  return {
    usb,
    netifd,
    stack,
    start: () => {
      netifd.findDevices();
      usb.start();
      stopUser = startForeignUser(machine);
      netifd.start();
    },
    stop: () => {
      stopUser?.();
      netifd.stop();
      usb.stop();
    },
  };
}
