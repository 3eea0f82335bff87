import type { UsbFunction, UsbIdentity } from '../../../modem/usb.ts';
import type { FileSystem, RouterMachine } from '../../machine.ts';
import type { Binding } from './attached.ts';
import { driverFor } from './drivers.ts';
import { hostController, type HostController } from './kernel-lines.ts';

/** Major numbers. Source: Linux Documentation/admin-guide/devices.txt */
const MAJOR_USB_SERIAL = 188;
const MAJOR_USB_MISC = 180;

const BUS = '/sys/bus/usb/devices';

/** What the tree of a device shows of it over time. */
export interface DeviceState {
  readonly identity: UsbIdentity;
  readonly number: number;
  readonly authorized: boolean;
}

/** `/sys/devices/platform/ehci-platform/usb1/1-1/1-1.2` */
export function deviceFolder(controller: HostController, path: string): string {
  const parts = path.slice(path.indexOf('-') + 1).split('.');
  const hubs = parts.slice(0, -1).map((_, i) => `1-${parts.slice(0, i + 1).join('.')}`);
  return [`/sys/devices/platform/${controller.device}/usb1`, ...hubs, path].join('/');
}

/** A link as sysfs makes them: relative. */
function link(files: FileSystem, at: string, target: string): void {
  const up = '../'.repeat(at.split('/').length - 3);
  files.link(at, `${up}${target.slice('/sys/'.length)}`);
}

/** The root hub, and the hub that the slot hangs on where the path has one. */
export function addHubs(files: FileSystem, controller: HostController, path: string, kernel: string): void {
  const root = `/sys/devices/platform/${controller.device}/usb1`;
  const revision = kernel.split('.').slice(0, 2);
  addHub(files, root, 'usb1', {
    idVendor: '1d6b',
    idProduct: '0002',
    bcdDevice: revision.map((n) => n.padStart(2, '0')).join(''),
    manufacturer: `Linux ${kernel} ehci_hcd`,
    product: 'EHCI Host Controller',
    serial: controller.device,
    devnum: '1',
  });
  if (!path.includes('.')) return;
  addHub(files, `${root}/1-1`, '1-1', {
    idVendor: '05e3',
    idProduct: '0608',
    bcdDevice: '8532',
    product: 'USB2.0 Hub',
    devnum: '2',
  });
}

function addHub(files: FileSystem, folder: string, name: string, texts: Record<string, string>): void {
  const common = { busnum: '1', speed: '480', bDeviceClass: '09', bNumInterfaces: ' 1', authorized: '1' };
  writeTexts(files, folder, { ...common, ...texts });
  link(files, `${BUS}/${name}`, folder);
  const port = name === 'usb1' ? '1-0:1.0' : `${name}:1.0`;
  const texts0 = {
    bInterfaceNumber: '00',
    bInterfaceClass: '09',
    bInterfaceSubClass: '00',
    bInterfaceProtocol: '00',
  };
  writeTexts(files, `${folder}/${port}`, { ...texts0, bNumEndpoints: '01', bAlternateSetting: ' 0' });
  files.makeDirectory('/sys/bus/usb/drivers/hub');
  link(files, `${folder}/${port}/driver`, '/sys/bus/usb/drivers/hub');
  link(files, `${BUS}/${port}`, `${folder}/${port}`);
}

/** The folder of a new device with all its functions, without drivers. */
export function addDeviceTree(
  machine: RouterMachine,
  path: string,
  device: DeviceState,
  authorize: (on: boolean) => void,
): void {
  const { files } = machine;
  const { identity } = device;
  const folder = deviceFolder(hostController(machine), path);
  writeTexts(files, folder, deviceTexts(identity, device.number));
  files.compute(
    `${folder}/authorized`,
    () => (device.authorized ? '1\n' : '0\n'),
    (text) => authorize(text.trim() !== '0'),
  );
  link(files, `${BUS}/${path}`, folder);
  files.makeDirectory('/sys/bus/usb/drivers/usb');
  link(files, `${folder}/driver`, '/sys/bus/usb/drivers/usb');
  for (const fn of identity.interfaces) {
    const at = `${folder}/${path}:1.${fn.number}`;
    writeTexts(files, at, functionTexts(fn));
    link(files, `${BUS}/${path}:1.${fn.number}`, at);
  }
}

function deviceTexts(identity: UsbIdentity, number: number): Record<string, string> {
  return {
    idVendor: identity.vendorId,
    idProduct: identity.productId,
    bcdDevice: identity.bcdDevice.replace('.', '').padStart(4, '0'),
    manufacturer: identity.manufacturer,
    product: identity.product,
    ...(identity.serialNumber === undefined ? {} : { serial: identity.serialNumber }),
    busnum: '1',
    devnum: String(number),
    speed: '480',
    version: ' 2.00',
    bDeviceClass: '00',
    bConfigurationValue: '1',
    bNumConfigurations: '1',
    bNumInterfaces: String(identity.interfaces.length).padStart(2),
    bMaxPower: `${identity.maxPowerMa}mA`,
    removable: 'unknown',
    'power/control': 'on',
    'power/runtime_status': 'active',
    'power/autosuspend_delay_ms': '2000',
  };
}

function functionTexts(fn: UsbFunction): Record<string, string> {
  const two = (n: number): string => n.toString(16).padStart(2, '0');
  return {
    bInterfaceNumber: two(fn.number),
    bInterfaceClass: fn.class,
    bInterfaceSubClass: fn.subclass,
    bInterfaceProtocol: fn.protocol,
    bNumEndpoints: two(fn.endpoints),
    bAlternateSetting: ' 0',
  };
}

export function removeDeviceTree(machine: RouterMachine, path: string): void {
  const { files } = machine;
  for (const name of files.list(BUS) ?? []) {
    if (name === path || name.startsWith(`${path}:`)) files.remove(`${BUS}/${name}`);
  }
  files.removeTree(deviceFolder(hostController(machine), path));
}

/** What a bound driver shows: its name at the function, and its nodes in /dev and /sys/class. */
export function addNodes(machine: RouterMachine, path: string, binding: Binding): void {
  const { files } = machine;
  const at = functionFolder(machine, path, binding);
  files.makeDirectory(`/sys/bus/usb/drivers/${binding.driver.name}`);
  link(files, `${at}/driver`, `/sys/bus/usb/drivers/${binding.driver.name}`);
  for (const node of nodesOf(binding)) {
    files.makeDirectory(`${at}/${node.folder}`);
    link(files, `${at}/${node.folder}/device`, node.deviceFolder(at));
    link(files, `/sys/class/${node.class}/${node.name}`, `${at}/${node.folder}`);
    if (node.major !== undefined) {
      files.makeDevice(`/dev/${node.name}`, node.major, binding.minor);
      writeTexts(files, `${at}/${node.folder}`, { dev: `${node.major}:${binding.minor}` });
    }
  }
  if (binding.driver.name === 'qmi_wwan') addRawIp(machine, `${at}/net/${binding.net}`);
}

/** raw_ip came with kernel 4.5; LEDE 17.01 carries it on 4.4. */
export function hasRawIp(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 4);
}

function addRawIp(machine: RouterMachine, net: string): void {
  if (hasRawIp(machine.flavour.kernel)) machine.files.write(`${net}/qmi/raw_ip`, 'N\n');
}

export function removeNodes(machine: RouterMachine, path: string, binding: Binding): void {
  const { files } = machine;
  const at = functionFolder(machine, path, binding);
  files.remove(`${at}/driver`);
  for (const node of nodesOf(binding)) {
    files.remove(`/sys/class/${node.class}/${node.name}`);
    if (node.major !== undefined) files.remove(`/dev/${node.name}`);
    files.removeTree(`${at}/${node.top}`);
  }
}

interface Node {
  readonly name: string;
  readonly class: 'tty' | 'net' | 'usbmisc';
  /** Below the function's folder. */
  readonly folder: string;
  /** The part of `folder` that goes away with the driver. */
  readonly top: string;
  readonly major?: number;
  readonly deviceFolder: (at: string) => string;
}

function nodesOf(binding: Binding): Node[] {
  const nodes: Node[] = [];
  const { tty, net, wdm } = binding;
  const self = (at: string): string => at;
  if (tty !== undefined) {
    const deviceFolder = (at: string): string => `${at}/${tty}`;
    nodes.push({
      name: tty,
      class: 'tty',
      folder: `${tty}/tty/${tty}`,
      top: tty,
      major: MAJOR_USB_SERIAL,
      deviceFolder,
    });
  }
  if (net !== undefined) {
    nodes.push({ name: net, class: 'net', folder: `net/${net}`, top: 'net', deviceFolder: self });
  }
  if (wdm !== undefined) {
    const major = MAJOR_USB_MISC;
    nodes.push({
      name: wdm,
      class: 'usbmisc',
      folder: `usbmisc/${wdm}`,
      top: 'usbmisc',
      major,
      deviceFolder: self,
    });
  }
  return nodes;
}

function functionFolder(machine: RouterMachine, path: string, binding: Binding): string {
  return `${deviceFolder(hostController(machine), path)}/${path}:1.${binding.fn.number}`;
}

function writeTexts(files: FileSystem, folder: string, texts: Readonly<Record<string, string>>): void {
  files.makeDirectory(folder);
  for (const [name, text] of Object.entries(texts)) files.write(`${folder}/${name}`, `${text}\n`);
}

/** The driver at a function, for the kernel's device list. */
export function boundDriver(bindings: readonly Binding[], identity: UsbIdentity, fn: UsbFunction): string {
  const bound = bindings.some((binding) => binding.fn.number === fn.number);
  return (bound && driverFor(identity, fn)?.name) || '(none)';
}
