import type { UsbFunction } from '../../../modem/usb.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import type { Binding } from './attached.ts';
import type { Driver } from './drivers.ts';
import { hostController, ttyDriverName } from './kernel-lines.ts';
import { addNodes, removeNodes } from './sysfs.ts';

export interface BindRequest {
  readonly path: string;
  readonly fn: UsbFunction;
  readonly driver: Driver;
  /** Of the network device, where the modem tells it (iMACAddress of ECM). */
  readonly hostAddress: string | undefined;
  /** Bindings that hold names already. */
  readonly taken: readonly Binding[];
}

/** Probes a function: kernel lines, device nodes, sysfs. */
export function bindFunction(machine: RouterMachine, stack: Stack, request: BindRequest): Binding {
  const { path, fn, driver, hostAddress, taken } = request;
  const at = `${path}:1.${fn.number}`;
  const { makes } = driver;
  const minor = taken.filter((other) => other.driver.makes === makes).length;
  const binding: Binding = {
    fn,
    driver,
    minor,
    tty: makes === 'tty' ? `ttyUSB${minor}` : undefined,
    net: makes === 'wwan' ? `wwan${minor}` : makes === 'net' ? `usb${minor}` : undefined,
    wdm: makes === 'wwan' ? `cdc-wdm${minor}` : undefined,
  };
  addNodes(machine, path, binding);
  if (binding.tty !== undefined) {
    machine.log.kernel('info', `${driver.name} ${at}: ${driver.description} detected`);
    machine.log.kernel('info', `usb ${path}: ${driver.description} now attached to ${binding.tty}`);
  }
  if (binding.wdm !== undefined) {
    machine.log.kernel('info', `${driver.name} ${at}: ${binding.wdm}: USB WDM device`);
  }
  if (binding.net !== undefined) {
    const mac = hostAddress ?? localMac(machine, fn.number);
    stack.addLink({ name: binding.net, kind: 'ethernet', mac, up: false, carrier: false });
    const where = `${busName(machine, path)}, ${driver.description}, ${mac}`;
    machine.log.kernel('info', `${driver.name} ${at} ${binding.net}: register '${driver.name}' at ${where}`);
  }
  return binding;
}

export function unbindFunction(machine: RouterMachine, stack: Stack, path: string, binding: Binding): void {
  const { driver, fn, tty, net } = binding;
  const at = `${path}:1.${fn.number}`;
  removeNodes(machine, path, binding);
  if (tty !== undefined) {
    binding.port?.hangUp();
    const line = `${driver.description} now disconnected from ${tty}`;
    machine.log.kernel('info', `${ttyDriverName(driver)} ${tty}: ${line}`);
    machine.log.kernel('info', `${driver.name} ${at}: device disconnected`);
  }
  if (net !== undefined) {
    stack.removeLink(net);
    const line = `unregister '${driver.name}' ${busName(machine, path)}, ${driver.description}`;
    machine.log.kernel('info', `${driver.name} ${at} ${net}: ${line}`);
  }
}

/** `usb-ehci-platform-1.2`: usb_make_path(), the controller and the ports below its root hub. */
function busName(machine: RouterMachine, path: string): string {
  return `usb-${hostController(machine).device}-${path.slice(path.indexOf('-') + 1)}`;
}

/** usbnet gives a random, locally administered address: the same one each time in the same rig. */
function localMac(machine: RouterMachine, interfaceNumber: number): string {
  const rng = machine.rng.fork(`usb/mac/${interfaceNumber}`);
  const first = (rng.integer(0, 255) & 0xfc) | 0x02;
  const octets = [first, ...Array.from({ length: 5 }, () => rng.integer(0, 255))];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}
