import type { ModemPort } from '../../../modem/port.ts';
import type { RouterMachine } from '../../machine.ts';
import { mutePort } from './serial.ts';

const held = new WeakMap<RouterMachine, Set<string>>();

/**
 * Opens a tty for a program that does not lock it. While pppd or another such program has it, the opening succeeds,
 * but answers go to whoever came first. Undefined: no such device.
 */
export function openTtyOf(
  machine: RouterMachine,
  device: string,
): { readonly port: ModemPort; readonly release: () => void } | undefined {
  const port = machine.usb.openTty(device);
  if (!port) return undefined;
  const users = held.get(machine) ?? new Set<string>();
  held.set(machine, users);
  if (users.has(device) || isLocked(machine, device)) {
    return { port: mutePort(port.interfaceNumber), release: () => {} };
  }
  users.add(device);
  return { port, release: () => users.delete(device) };
}

/** A lock file of a process that lives, in the manner of UUCP. Source: pppd(8), lock. */
function isLocked(machine: RouterMachine, device: string): boolean {
  const name = device.slice(device.lastIndexOf('/') + 1);
  const pid = Number(machine.files.readText(`/var/lock/LCK..${name}`)?.trim());
  return pid > 0 && machine.processes.get(pid) !== undefined;
}
