import type { LogLine } from './log.ts';

/** An interface as `cat /sys/kernel/debug/usb/devices` or `lsusb -t` shows it. */
export interface DumpedInterface {
  readonly number: number;
  /** Two hexadecimal digits: `ff` vendor specific, `02` communications, `0a` data, `e0` wireless. */
  readonly class: string;
  /** Undefined: `Driver=(none)`. */
  readonly driver: string | undefined;
  readonly line: LogLine;
}

export interface DumpedDevice {
  /** Four hexadecimal digits; empty in `lsusb -t`, which has no ids. */
  readonly vendorId: string;
  readonly productId: string;
  readonly product: string;
  readonly interfaces: readonly DumpedInterface[];
}

/** USB vendors of cellular modems; Dell, HP and Lenovo sell Sierra's under their own. */
export const MODEM_VENDORS: ReadonlySet<string> = new Set([
  '1199',
  '2c7c',
  '12d1',
  '19d2',
  '1bc7',
  '1e0e',
  '05c6',
  '2cb7',
  '413c',
  '03f0',
  '1410',
  '0bdb',
  '2dee',
  '2020',
  '0e8d',
  '1435',
]);

const TREE_CLASS: readonly (readonly [RegExp, string])[] = [
  [/vendor specific/i, 'ff'],
  [/communications/i, '02'],
  [/cdc data/i, '0a'],
  [/wireless/i, 'e0'],
];

/** The devices in a dump; none where the log holds no dump. */
export function usbDump(lines: readonly LogLine[]): DumpedDevice[] {
  const devices: { vendorId: string; productId: string; product: string; interfaces: DumpedInterface[] }[] =
    [];
  for (const line of lines) {
    const id = /^P: +Vendor=([0-9a-f]{4}) ProdID=([0-9a-f]{4})/i.exec(line.text);
    if (id) {
      const [, vendorId = '', productId = ''] = id.map((part) => part.toLowerCase());
      devices.push({ vendorId, productId, product: '', interfaces: [] });
    }
    const device = devices.at(-1);
    const product = /^S: +Product=(.*)$/.exec(line.text);
    if (device && product) device.product = product[1] ?? '';
    const face = readInterface(line);
    if (face && device && line.text.startsWith('I:')) device.interfaces.push(face);
    else if (face) treeDevice(devices, face);
  }
  return devices;
}

function treeDevice(
  devices: { vendorId: string; interfaces: DumpedInterface[] }[],
  face: DumpedInterface,
): void {
  const last = devices.at(-1);
  const goesOn = last?.vendorId === '' && (last.interfaces.at(-1)?.number ?? 99) < face.number;
  if (goesOn) last.interfaces.push(face);
  else devices.push({ vendorId: '', productId: '', product: '', interfaces: [face] } as never);
}

function readInterface(line: LogLine): DumpedInterface | undefined {
  const dump = /^I:\*? +If#= *(\d+) .*Cls=([0-9a-f]{2})\(.*Driver=(\S+)/i.exec(line.text);
  if (dump) {
    const driver = dump[3] === '(none)' ? undefined : dump[3];
    return { number: Number(dump[1]), class: (dump[2] ?? '').toLowerCase(), driver, line };
  }
  const tree = /\bIf (\d+), Class=([^,]*), Driver=([^,]*)/.exec(line.text);
  if (!tree) return undefined;
  const driver = /^(?:|\[?\(?none\)?\]?)$/.test(tree[3] ?? '') ? undefined : tree[3];
  const cls = TREE_CLASS.find(([pattern]) => pattern.test(tree[2] ?? ''))?.[1] ?? '';
  return { number: Number(tree[1]), class: cls, driver, line };
}
