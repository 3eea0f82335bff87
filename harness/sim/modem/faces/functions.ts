import type { FunctionOptions, ModemFunction } from '../function.ts';
import type { UsbFunction } from '../usb.ts';
import { createAtFunction, createDeafFunction } from './at/at-function.ts';

/**
 * The function that an interface belongs to. Interfaces that only accompany another one (a data interface behind its
 * control interface) get none of their own: the partner's function serves both.
 */
export function createFunction(options: FunctionOptions, usb: UsbFunction): ModemFunction | undefined {
  switch (usb.role) {
    case 'at':
    case 'modem':
      return createAtFunction(options, usb.number);
    case 'diag':
    case 'nmea':
      return createDeafFunction(usb.number);
    default:
      return undefined;
  }
}
