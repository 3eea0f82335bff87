import type { Cancel } from '../../../core/clock.ts';
import type { ModemPort } from '../../modem/port.ts';
import type { UsbIdentity } from '../../modem/usb.ts';

/** The modem as the bus sees it: an emulated modem has this shape. */
export interface ModemOnBus {
  /** Undefined while it is off, in reset or unplugged. */
  readonly usb: UsbIdentity | undefined;
  /** Called with each change: undefined when it leaves the bus, an identity when it comes. */
  onUsb(f: (identity: UsbIdentity | undefined) => void): Cancel | void;
  /** Undefined: that interface is no serial port, or the modem is not there. */
  openPort(interfaceNumber: number): ModemPort | undefined;
}
