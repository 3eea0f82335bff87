import type { UsbFunction } from '../../../modem/usb.ts';
import type { RouterMachine } from '../../machine.ts';
import type { Attached } from './attached.ts';
import { hostController } from './kernel-lines.ts';
import { boundDriver } from './sysfs.ts';

/** USB class names as the kernel abbreviates them. Source: drivers/usb/core/devices.c, clas_info. */
const CLASS_NAMES: Readonly<Record<string, string>> = {
  '00': '>ifc ',
  '02': 'comm.',
  '08': 'stor.',
  '09': 'hub  ',
  '0a': 'data ',
  ef: 'misc ',
  ff: 'vend.',
};

/** The text of /sys/kernel/debug/usb/devices: the root hub, the board's hub, and the modem if it is there. */
export function debugDevices(machine: RouterMachine, path: string, attached: Attached | undefined): string {
  const behindHub = path.includes('.');
  const children = behindHub || attached ? 1 : 0;
  const texts = [rootHub(machine, children)];
  if (behindHub) texts.push(boardHub(attached ? 1 : 0));
  if (attached) texts.push(modemText(path, attached));
  return texts.map((text) => `\n${text}`).join('');
}

function rootHub(machine: RouterMachine, children: number): string {
  const { kernel } = machine.flavour;
  const [major = '0', minor = '0'] = kernel.split('.');
  return (
    [
      topology({ level: 0, parent: 0, port: 0, count: children, number: 1, ports: 1 }),
      'B:  Alloc=  0/800 us ( 0%), #Int=  1, #Iso=  0',
      'D:  Ver= 2.00 Cls=09(hub  ) Sub=00 Prot=00 MxPS=64 #Cfgs=  1',
      `P:  Vendor=1d6b ProdID=0002 Rev=${major.padStart(2)}.${minor.padStart(2, '0')}`,
      `S:  Manufacturer=Linux ${kernel} ehci_hcd`,
      'S:  Product=EHCI Host Controller',
      `S:  SerialNumber=${hostController(machine).device}`,
      ...hubConfiguration('e0', 0),
    ].join('\n') + '\n'
  );
}

function boardHub(children: number): string {
  return (
    [
      topology({ level: 1, parent: 1, port: 0, count: children, number: 2, ports: 4 }),
      'D:  Ver= 2.00 Cls=09(hub  ) Sub=00 Prot=01 MxPS=64 #Cfgs=  1',
      'P:  Vendor=05e3 ProdID=0608 Rev=85.32',
      'S:  Product=USB2.0 Hub',
      ...hubConfiguration('e0', 100),
    ].join('\n') + '\n'
  );
}

function hubConfiguration(attributes: string, milliamperes: number): string[] {
  return [
    `C:* #Ifs= 1 Cfg#= 1 Atr=${attributes} MxPwr=${String(milliamperes).padStart(3)}mA`,
    'I:* If#= 0 Alt= 0 #EPs= 1 Cls=09(hub  ) Sub=00 Prot=00 Driver=hub',
    'E:  Ad=81(I) Atr=03(Int.) MxPS=   1 Ivl=256ms',
  ];
}

function modemText(path: string, attached: Attached): string {
  const { identity } = attached;
  const ports = path.slice(path.indexOf('-') + 1).split('.');
  const level = ports.length;
  const port = Number(ports.at(-1)) - 1;
  const [major = '0', minor = '00'] = identity.bcdDevice.split('.');
  const lines = [
    topology({ level, parent: level, port, count: 1, number: attached.number, ports: 0 }),
    'D:  Ver= 2.00 Cls=00(>ifc ) Sub=00 Prot=00 MxPS=64 #Cfgs=  1',
    `P:  Vendor=${identity.vendorId} ProdID=${identity.productId} Rev=${String(Number(major)).padStart(2)}.${minor}`,
    `S:  Manufacturer=${identity.manufacturer}`,
    `S:  Product=${identity.product}`,
    ...(identity.serialNumber === undefined ? [] : [`S:  SerialNumber=${identity.serialNumber}`]),
    `C:${attached.authorized ? '*' : ' '} #Ifs=${two(identity.interfaces.length)} Cfg#= 1 Atr=a0 MxPwr=${identity.maxPowerMa}mA`,
  ];
  let endpoint = 0;
  for (const fn of identity.interfaces) {
    lines.push(functionLine(fn, boundDriver(attached.bindings, identity, fn)));
    const out = lines.length;
    const addresses = Array.from({ length: fn.endpoints }, (_, i) => endpointLine(fn, i, ++endpoint));
    lines.splice(out, 0, ...addresses);
  }
  return lines.join('\n') + '\n';
}

function functionLine(fn: UsbFunction, driver: string): string {
  const name = CLASS_NAMES[fn.class] ?? 'unk. ';
  const start = `I:* If#=${two(fn.number)} Alt= 0 #EPs=${two(fn.endpoints)}`;
  return `${start} Cls=${fn.class}(${name}) Sub=${fn.subclass} Prot=${fn.protocol} Driver=${driver}`;
}

/** Of three endpoints the first is for notifications; the rest are a bulk pair, in before out. */
function endpointLine(fn: UsbFunction, index: number, number: number): string {
  const notifies = (fn.endpoints === 3 || fn.endpoints === 1) && index === 0;
  const out = !notifies && index === fn.endpoints - 1;
  const address = ((out ? 0 : 0x80) | (number & 0x7f)).toString(16).padStart(2, '0');
  const kind = notifies ? 'Atr=03(Int.) MxPS=  10 Ivl=32ms' : 'Atr=02(Bulk) MxPS= 512 Ivl=0ms';
  return `E:  Ad=${address}(${out ? 'O' : 'I'}) ${kind}`;
}

interface Topology {
  readonly level: number;
  readonly parent: number;
  readonly port: number;
  readonly count: number;
  readonly number: number;
  readonly ports: number;
}

function topology(t: Topology): string {
  const zero = (n: number): string => String(n).padStart(2, '0');
  const start = `T:  Bus=01 Lev=${zero(t.level)} Prnt=${zero(t.parent)} Port=${zero(t.port)} Cnt=${zero(t.count)}`;
  return `${start} Dev#=${String(t.number).padStart(3)} Spd=480  MxCh=${two(t.ports)}`;
}

function two(n: number): string {
  return String(n).padStart(2);
}
