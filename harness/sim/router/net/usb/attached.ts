import type { UsbFunction, UsbIdentity } from '../../../modem/usb.ts';
import type { Driver } from './drivers.ts';
import type { TtyPort } from './port.ts';

/** A driver at work on one function, with the nodes that it made. */
export interface Binding {
  readonly fn: UsbFunction;
  readonly driver: Driver;
  /** `ttyUSB2` */
  readonly tty?: string | undefined;
  /** Made when a program first opens the tty. */
  port?: TtyPort | undefined;
  /** `wwan0`, `usb0` */
  readonly net?: string | undefined;
  /** `cdc-wdm0` */
  readonly wdm?: string | undefined;
  readonly minor: number;
}

/** A device on the bus, in the order in which things were bound. */
export interface Attached {
  readonly identity: UsbIdentity;
  readonly number: number;
  readonly bindings: Binding[];
  authorized: boolean;
}
