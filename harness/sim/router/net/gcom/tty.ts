import type { ModemPort } from '../../../modem/port.ts';
import type { RouterMachine } from '../../machine.ts';
import { holdTty, readerOf } from '../../tty-users.ts';
import { mutePort } from './serial.ts';

/**
 * Opens a tty for a program that does not lock it. While pppd or another program has it that reads, the opening
 * succeeds, but answers go to whoever came first. Undefined: no such device.
 */
export function openTtyOf(
  machine: RouterMachine,
  device: string,
  pid: number,
): { readonly port: ModemPort; readonly release: () => void } | undefined {
  const port = machine.usb.openTty(device);
  if (!port) return undefined;
  const taken = readerOf(machine, device) !== undefined || isLocked(machine, device);
  const release = holdTty(machine, device, pid);
  return { port: taken ? mutePort(port.interfaceNumber) : port, release };
}

/** A lock file of a process that lives, in the manner of UUCP. Source: pppd(8), lock. */
function isLocked(machine: RouterMachine, device: string): boolean {
  const name = device.slice(device.lastIndexOf('/') + 1);
  const pid = Number(machine.files.readText(`/var/lock/LCK..${name}`)?.trim());
  return pid > 0 && machine.processes.get(pid) !== undefined;
}
