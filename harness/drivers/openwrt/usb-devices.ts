import type { UsbDevice, UsbInterface } from '../../rig/router.ts';

/**
 * Walks sysfs and prints a line for each device and each interface, fields separated by `|`. Only `readlink` is a
 * program: everything else is the shell's own, since a process costs milliseconds on a small router.
 * A serial port shows as `ttyUSB2` (usb-serial) or in `tty/` (cdc-acm). Source: Linux Documentation/ABI, sysfs-bus-usb.
 * What is opened in /dev counts once it is there: procd makes it from its queue of hot-plug events, which takes seconds
 * on a busy router (procd plug/hotplug.c, `makedev`), while sysfs shows it at once.
 */
export const usbDevicesCommand = `cd /sys/bus/usb/devices || exit 1
for d in *; do
  case $d in
  *:*)
    [ -e $d/bInterfaceNumber ] || continue
    read -r number < $d/bInterfaceNumber
    driver=
    [ -e $d/driver ] && driver=$(readlink $d/driver)
    nodes=
    for n in $d/ttyUSB* $d/tty/* $d/usbmisc/*; do
      [ -e $n ] && [ -e /dev/\${n##*/} ] && nodes="$nodes \${n##*/}"
    done
    for n in $d/net/*; do
      [ -e $n ] && nodes="$nodes \${n##*/}"
    done
    echo "interface|$d|$number|\${driver##*/}|$nodes" ;;
  *)
    [ -e $d/idVendor ] || continue
    read -r vendor < $d/idVendor
    read -r id < $d/idProduct
    product=
    [ -e $d/product ] && read -r product < $d/product
    read -r devnum < $d/devnum
    echo "device|$d|$devnum|$vendor|$id|$product" ;;
  esac
done`;

/** Makers' own qmi_wwan does the same under another name: Quectel's is qmi_wwan_q, on ROOter and ImmortalWrt. */
const FORK = /^qmi_wwan_[a-z]+$/;

/** Reads the output of `usbDevicesCommand`; devices in the order of their paths, interfaces by number. */
export function parseUsbDevices(text: string): UsbDevice[] {
  const rows = text.split('\n').map((line) => line.split('|'));
  const interfaces = new Map<string, UsbInterface[]>();
  for (const [kind, name = '', number = '', driver = '', nodes = ''] of rows) {
    if (kind !== 'interface') continue;
    const path = name.slice(0, name.indexOf(':'));
    const list = interfaces.get(path) ?? [];
    list.push({
      number: Number.parseInt(number, 16),
      driver: driver === '' ? undefined : driver.replace(FORK, 'qmi_wwan'),
      nodes: nodes.split(' ').filter((node) => node !== ''),
    });
    interfaces.set(path, list);
  }
  return rows
    .filter(([kind]) => kind === 'device')
    .map(([, path = '', number = '', vendorId = '', productId = '', ...product]) => ({
      path,
      number: Number(number),
      vendorId,
      productId,
      product: product.join('|'),
      interfaces: (interfaces.get(path) ?? []).sort((a, b) => a.number - b.number),
    }));
}
