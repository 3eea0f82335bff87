import type { UsbIdentity } from '../../../modem/usb.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Driver } from './drivers.ts';

/** The host controller that the modem's port belongs to. */
export interface HostController {
  /** `ehci-platform`, as in "using ehci-platform". */
  readonly driver: string;
  /** Its device: the middle of `usb-ehci-platform-1.2`. */
  readonly device: string;
}

/** AR9331: one EHCI. ar71xx made it a numberless platform device, ath79 takes it from the device tree. */
export function hostController(machine: RouterMachine): HostController {
  const ath79 = machine.flavour.platform === 'ath79';
  return { driver: 'ehci-platform', device: ath79 ? '1b000000.usb' : 'ehci-platform' };
}

/** What the kernel says of a new device before drivers look at it. Source: drivers/usb/core hub.c, config.c. */
export function enumerationLines(identity: UsbIdentity): readonly (readonly ['notice' | 'info', string])[] {
  const { vendorId, productId, bcdDevice, serialNumber } = identity;
  const lines: ['notice' | 'info', string][] = [];
  const numbers = identity.interfaces.map((fn) => fn.number);
  const last = numbers.length - 1;
  for (const { number, role } of identity.interfaces) {
    if (number <= last) continue;
    const line = `config 1 has an invalid interface number: ${number} but max is ${last}`;
    lines.push(['notice', line]);
    // One line for each of its settings: without endpoints, and with them.
    if (role === 'mbim-data' || role === 'ecm-data') lines.push(['notice', line]);
  }
  for (let number = 0; number <= last; number++) {
    if (!numbers.includes(number)) lines.push(['notice', `config 1 has no interface number ${number}`]);
  }
  const revision = bcdDevice.replace(/^0(?=\d)/, '').padStart(5);
  lines.push(
    ['info', `New USB device found, idVendor=${vendorId}, idProduct=${productId}, bcdDevice=${revision}`],
    ['info', `New USB device strings: Mfr=1, Product=2, SerialNumber=${serialNumber === undefined ? 0 : 3}`],
    ['info', `Product: ${identity.product}`],
    ['info', `Manufacturer: ${identity.manufacturer}`],
  );
  if (serialNumber !== undefined) lines.push(['info', `SerialNumber: ${serialNumber}`]);
  return lines;
}

/** Old kernels print no bcdDevice (it came with 4.20). */
export function withoutRevision(line: string): string {
  return line.replace(/, bcdDevice=.*$/, '');
}

/** `option1 ttyUSB0`: usb-serial names its tty driver apart from the USB driver, and option.c adds the 1. */
export function ttyDriverName(driver: Driver): string {
  return driver.name === 'option' ? 'option1' : driver.name;
}
