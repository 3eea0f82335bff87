import type { Flavour } from '../flavour.ts';
import { openwrt2512 } from './openwrt-25.12.ts';

/** What dialling over a serial port and asking over AT take, and the network functions with their handlers. */
const MODEM_PACKAGES = /^(?:chat|comgt|uqmi|umbim|kmod-usb-(?:serial.*|net-qmi-wwan|net-cdc-.*))$/;

/** OpenWrt 25.12 as its users build it for one modem: what this one needs, and nothing that speaks AT. */
function bare(id: string, modemProtocol: 'qmi' | 'mbim', needed: readonly string[]): Flavour {
  const kept = Object.entries(openwrt2512.packages).filter(
    ([name]) => !MODEM_PACKAGES.test(name) || needed.includes(name),
  );
  return {
    ...openwrt2512,
    id,
    title: `${openwrt2512.title} with ${needed.join(' and ')} alone`,
    modemProtocol,
    packages: Object.fromEntries(kept),
  };
}

export const openwrt2512Uqmi = bare('openwrt-25.12-uqmi', 'qmi', ['kmod-usb-net-qmi-wwan', 'uqmi']);
export const openwrt2512Umbim = bare('openwrt-25.12-umbim', 'mbim', ['kmod-usb-net-cdc-mbim', 'umbim']);
