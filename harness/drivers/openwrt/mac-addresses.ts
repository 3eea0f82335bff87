/**
 * Addresses of the hardware: those of interfaces with a device behind them, that it was born with or was given from its
 * board's data (addr_assign_type 0, 3), and not made up (1, 2). A modem's are none of the router's.
 * Source: Linux Documentation/ABI, sysfs-class-net.
 */
export const macAddressesCommand = `for n in /sys/class/net/*; do
  [ -e $n/device ] || continue
  case $(readlink -f $n/device) in */usb*) continue ;; esac
  t=0
  [ ! -e $n/addr_assign_type ] || read -r t < $n/addr_assign_type || t=0
  case $t in 0 | 3) cat $n/address ;; esac
done; true`;

export function parseMacAddresses(text: string): readonly string[] {
  const found = text.toLowerCase().match(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/gm) ?? [];
  return [...new Set(found)].filter((address) => address !== '00:00:00:00:00:00').toSorted();
}
