import type { Cancel } from '../../../core/clock.ts';
import type { ControlPort, ModemPort, NetworkPort } from '../../modem/port.ts';
import type { UsbIdentity } from '../../modem/usb.ts';

/** The modem as the bus sees it: an emulated modem has this shape. */
export interface ModemOnBus {
  /** Undefined while it is off, in reset or unplugged. */
  readonly usb: UsbIdentity | undefined;
  /** Called with each change: undefined when it leaves the bus, an identity when it comes. */
  onUsb(f: (identity: UsbIdentity | undefined) => void): Cancel | void;
  /** Undefined: that interface is no serial port, or the modem is not there. */
  openPort(interfaceNumber: number): ModemPort | undefined;
  /** Undefined: that interface has no control channel, or the modem is not there. */
  openControl?(interfaceNumber: number): ControlPort | undefined;
  /** Undefined: that interface carries no packets, or the modem is not there. */
  openNetwork?(interfaceNumber: number): NetworkPort | undefined;
}
