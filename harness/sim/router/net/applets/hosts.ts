import { parseAddress } from '../../../../protocols/ip/address.ts';
import type { RouterMachine } from '../../machine.ts';

/** An address from dotted text or /etc/hosts. Names of the Internet are not known on a simulated rig. */
export function resolveHost(machine: RouterMachine, host: string): string | undefined {
  if (isAddress(host)) return host;
  const lines = (machine.files.readText('/etc/hosts') ?? '127.0.0.1 localhost').split('\n');
  const found = lines
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .find(([address, ...names]) => isAddress(address ?? '') && names.includes(host));
  return found?.[0];
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}
