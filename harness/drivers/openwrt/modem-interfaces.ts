import type { ModemInterface } from '../../rig/modem-interface.ts';
import type { UciSection } from '../../rig/uci.ts';
import { itemsOf } from './uci-text.ts';

/** netifd protocols that dial a modem: OpenWrt's own, and those around Quectel's connection manager (quectel-cm). */
const dialling = new Set(['3g', 'qmi', 'mbim', 'ncm', 'directip', 'wwan', 'modemmanager', 'quectel', 'qcm']);

/** Devices of a modem that needs no dialling: cdc_ether calls them usb0, qmi_wwan and cdc_mbim wwan0, or wwan0_1 with QMAP. */
const MODEM_DEVICE = /^(?:usb|wwan)\d+(?:[._]\d+)?$/;

/** Names that vendors give it while nothing is dialled yet: GL.iNet 2.x to 4.x, ROOter. */
const KNOWN_NAME = /^(?:modem(?:_\w+)?|wan[12]|wwan)$/;

/**
 * The interfaces of /etc/config/network that a modem is behind, the likeliest first: those that dial, then those that
 * ask a modem's device for an address, then those that are only named so; those that are switched off come last.
 */
export function modemInterfaces(network: readonly UciSection[]): readonly ModemInterface[] {
  return network
    .filter(({ type }) => type === 'interface')
    .flatMap((section) => {
      const found = describe(section);
      const rank = rankOf(found);
      return rank === undefined ? [] : [{ found, rank: rank + (found.disabled ? RANKS : 0) }];
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ found }) => found);
}

const RANKS = 3;

function rankOf({ name, proto, device }: ModemInterface): number | undefined {
  if (dialling.has(proto)) return 0;
  if (proto === 'dhcp' && device !== undefined && MODEM_DEVICE.test(device)) return 1;
  // ROOter gives wan1 the device wan1, which there is none of, while it has no modem.
  const idle = proto === 'none' || device === undefined || device === name;
  return KNOWN_NAME.test(name) && idle ? 2 : undefined;
}

function describe({ path, options }: UciSection): ModemInterface {
  const { proto, device, ifname, disabled } = options;
  const [on] = [...itemsOf(device), ...itemsOf(ifname)];
  return {
    name: path,
    proto: typeof proto === 'string' ? proto : 'none',
    ...(on === undefined ? {} : { device: on }),
    disabled: disabled === '1',
  };
}

/** 21.02 made `device` of what was `ifname`; protocols that dial had `device` before. */
export const deviceOption = (network: readonly UciSection[]): 'device' | 'ifname' =>
  network.some(({ type, options }) => type === 'interface' && options['ifname'] !== undefined)
    ? 'ifname'
    : 'device';
