import type { FunctionOptions, ModemFunction } from '../function.ts';
import type { UsbFunction } from '../usb.ts';
import { createAtFunction, createDeafFunction } from './at/at-function.ts';
import { createEcmFunction } from './ecm/ecm-function.ts';
import { createMbimFunction } from './mbim/mbim-function.ts';
import { createNmeaFunction } from './nmea-function.ts';
import { createQmiFunction } from './qmi/qmi-function.ts';

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
      return createDeafFunction(usb.number);
    case 'nmea':
      return createNmeaFunction(options, usb.number);
    case 'qmi':
      return createQmiFunction(options, usb.number);
    case 'mbim-control':
      // Its data interface has the next number (Sierra 12 and 13, Quectel 4 and 5).
      return createMbimFunction(options, { control: usb.number, data: usb.number + 1 });
    case 'ecm-control':
      return createEcmFunction(options, usb.number);
    default:
      return undefined;
  }
}
