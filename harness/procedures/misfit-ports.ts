import type { DataMode } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import { protocols } from './dial-needs.ts';

/** A node of the modem, with the USB interface that it belongs to. */
export interface Port {
  readonly node: string;
  readonly number: number;
  readonly driver: string | undefined;
}

/** A protocol of netifd that dials on a node of the modem. */
export interface Dialling {
  readonly proto: string;
  /** Ours; left out: we have no name for what it makes of a modem. */
  readonly mode?: DataMode;
  /** For people: what it dials on. */
  readonly wants: string;
  fits(port: Port, modem: Rig['modem']): boolean;
}

const isControl = ({ node }: Port): boolean => node.startsWith('cdc-wdm');
const isSerial = ({ node }: Port): boolean => node.startsWith('tty');
/** usb0, wwan0, or eth1 where its MAC address is one of the world's (usbnet.c, usbnet_probe). */
export const isNetwork = (port: Port): boolean => !isControl(port) && !isSerial(port);

/** Its other serial ports are for diagnostics and satellite positions. */
const answersAt = (port: Port, { atInterface, pppInterface }: Rig['modem']): boolean =>
  isSerial(port) && [atInterface, pppInterface].includes(port.number);

/** Source: OpenWrt's protocol handlers, and netifd itself for dhcp. */
export const dialling: readonly Dialling[] = [
  { mode: 'ppp', proto: protocols.ppp, wants: 'a serial port that answers AT', fits: answersAt },
  {
    mode: 'qmi',
    proto: protocols.qmi,
    wants: 'the control device of a QMI function',
    fits: (port) => isControl(port) && port.driver === 'qmi_wwan',
  },
  {
    mode: 'mbim',
    proto: protocols.mbim,
    wants: 'the control device of an MBIM function (driver cdc_mbim)',
    fits: (port) => isControl(port) && port.driver === 'cdc_mbim',
  },
  {
    mode: 'ecm',
    proto: protocols.ecm,
    wants: 'the network device of a modem that dials by itself (ECM)',
    fits: (port) => isNetwork(port) && port.driver === 'cdc_ether',
  },
  {
    proto: 'ncm',
    wants: 'a port that answers AT',
    // Unlike that of QMI and MBIM, the cdc-wdm of this driver takes AT commands.
    fits: (port, modem) => answersAt(port, modem) || (isControl(port) && port.driver === 'huawei_cdc_ncm'),
  },
  { proto: 'directip', wants: 'a serial port that answers AT', fits: answersAt },
];

export const portsOf = (devices: readonly UsbDevice[]): readonly Port[] =>
  devices.flatMap(({ interfaces }) =>
    interfaces.flatMap(({ number, driver, nodes }) => nodes.map((node) => ({ node, number, driver }))),
  );

/** What netifd's option names it by. */
export const nameOf = (port: Port): string => (isNetwork(port) ? port.node : `/dev/${port.node}`);

/** For people. */
export function describePort(port: Port, { serialPorts }: Rig['modem']): string {
  if (isControl(port)) return `the control device of ${port.driver ?? 'no driver'}`;
  if (isNetwork(port)) return `the network device of ${port.driver ?? 'no driver'}`;
  const known = serialPorts.find(({ number }) => number === port.number);
  return `a serial port (interface ${port.number}${known ? `, ${known.purpose}` : ''})`;
}

/** Where several fit, the one that a change of mode would choose. */
export function rightPort(
  { fits, mode }: Dialling,
  modem: Rig['modem'],
  ports: readonly Port[],
): Port | undefined {
  const fitting = ports.filter((port) => fits(port, modem));
  const first = mode === 'ppp' ? modem.pppInterface : modem.atInterface;
  return fitting.find(({ number }) => number === first) ?? fitting[0];
}
