import type { RouterMachine } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { openNetworkDevice } from '../wwan/network-device.ts';
import type { Interface } from './interface.ts';

const ETHERNET_MTU = 1_500;

/**
 * netifd sets the device of an interface up and goes by its carrier. Ports of the board are always up and have the cable
 * that they have; the network device of a modem (`usb0`, cdc_ether) is opened here, and its carrier is what the modem says.
 * @returns gives it back
 */
export function claimDevice(machine: RouterMachine, stack: Stack, iface: Interface): () => void {
  const { device } = iface;
  if (device === undefined || !iface.proto.needsCarrier || iface.parent) return () => undefined;
  const port = machine.usb.openNetwork(device);
  const close = port && openNetworkDevice(machine, stack, device, ETHERNET_MTU);
  if (!port || !close) return () => undefined;
  const say = (text: string): void => machine.log.add('daemon.notice', 'netifd', text);
  const connected = (carrier: boolean): void => {
    const link = stack.link(device);
    if (link) link.carrier = carrier;
    say(`Network device '${device}' link is ${carrier ? 'up' : 'down'}`);
    iface.setCarrier(carrier);
  };
  say(`Interface '${iface.name}' is enabled`);
  port.onConnected(connected);
  const link = stack.link(device);
  if (port.connected) connected(true);
  else if (link) link.carrier = false;
  return () => {
    port.onConnected(undefined);
    close();
    say(`Interface '${iface.name}' is disabled`);
    if (stack.link(device)) say(`Network device '${device}' link is down`);
    iface.setCarrier(false);
  };
}

/** Its device has left the kernel. */
export function deviceGone(machine: RouterMachine, iface: Interface): void {
  machine.log.add('daemon.notice', 'netifd', `Network device '${iface.device}' link is down`);
  iface.setCarrier(false);
}
