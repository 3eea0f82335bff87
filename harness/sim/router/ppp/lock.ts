import type { RouterMachine } from '../machine.ts';

/** What became of an attempt to lock a serial device. */
export type LockResult =
  | { readonly kind: 'locked' }
  /** The process that had left its lock behind is no more. */
  | { readonly kind: 'stale'; readonly pid: number }
  | { readonly kind: 'busy'; readonly pid: number };

/** UUCP lock files (FHS 5.9): ten characters of process id and a newline. @param device `/dev/ttyUSB2` */
export function lockDevice(machine: RouterMachine, device: string, pid: number): LockResult {
  const path = lockPath(device);
  const owner = Number(machine.files.readText(path)?.trim() ?? '0');
  if (owner > 0 && owner !== pid && machine.processes.get(owner)) return { kind: 'busy', pid: owner };
  machine.files.write(path, `${String(pid).padStart(10)}\n`);
  return owner > 0 ? { kind: 'stale', pid: owner } : { kind: 'locked' };
}

export function unlockDevice(machine: RouterMachine, device: string): void {
  machine.files.remove(lockPath(device));
}

function lockPath(device: string): string {
  return `/var/lock/LCK..${deviceName(device)}`;
}

/** `ttyUSB2` */
export function deviceName(device: string): string {
  return device.slice(device.lastIndexOf('/') + 1);
}
