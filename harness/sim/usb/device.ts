import type { Cancel } from '../../core/clock.ts';
import type { Setup } from '../../protocols/usb/setup.ts';
import type { EmulatedModem } from '../modem/modem.ts';
import { answerControl } from './control-requests.ts';
import { createEnumeration, type Enumeration } from './enumeration.ts';
import type { DeviceLayout, InterfaceLayout } from './layout.ts';
import { noBytes, type Transfer } from './transfer.ts';

/**
 * The modem as a USB device, whatever carries its transfers: usbredir, USB/IP. One host at a time. Nothing that a host
 * sends makes it throw: what it does not understand is a stall.
 */
export interface UsbDevice {
  /** What it shows while it is on the bus; undefined: it is not. */
  readonly layout: DeviceLayout | undefined;
  /** 0: none is set. */
  readonly configuration: number;
  /** Called with each coming (true) and going (false). Every listener is kept until cancelled. */
  onPlug(f: (plugged: boolean) => void): Cancel;
  /** Of every interface, its alternate setting in force. */
  active(): readonly InterfaceLayout[];
  /**
   * A control transfer on endpoint 0.
   * @returns what an IN request answers, no bytes for an OUT request that was taken; undefined: a stall
   */
  control(setup: Setup, data: Uint8Array): Uint8Array | undefined;
  /** False: refused. */
  setConfiguration(value: number): boolean;
  setAlternate(interfaceNumber: number, alternate: number): boolean;
  /** Starts a transfer; it may end before this returns. */
  submit(transfer: Transfer): void;
  /** Ends a transfer that waits, as `cancelled`. False: it has ended already. */
  cancel(transfer: Transfer): boolean;
  /** Bus reset, also when the host goes away: no configuration, every line down. */
  reset(): void;
  /** Takes the device apart for good; the modem goes on. */
  close(): void;
}

export function createUsbDevice(modem: EmulatedModem): UsbDevice {
  const listeners = new Set<(plugged: boolean) => void>();
  let now: Enumeration | undefined = modem.usb && createEnumeration(modem, modem.usb);

  const unplug = (): void => {
    if (!now) return;
    const gone = now;
    now = undefined;
    gone.vanish();
    for (const tell of listeners) tell(false);
  };
  const cancel = modem.onUsb((identity) => {
    unplug();
    if (!identity) return;
    now = createEnumeration(modem, identity);
    for (const tell of listeners) tell(true);
  });

  return {
    get layout() {
      return now?.layout;
    },
    get configuration() {
      return now?.configuration ?? 0;
    },
    onPlug: (f) => {
      listeners.add(f);
      return () => listeners.delete(f);
    },
    active: () => now?.active() ?? [],
    control: (setup, data) => now && answerControl(now, setup, data),
    setConfiguration: (value) => now?.setConfiguration(value) ?? false,
    setAlternate: (number, alternate) => now?.setAlternate(number, alternate) ?? false,
    submit: (transfer) => {
      if (now) now.submit(transfer);
      else transfer.done('cancelled', noBytes);
    },
    cancel: (transfer) => now?.cancel(transfer) ?? false,
    reset: () => now?.reset(),
    close: () => {
      cancel();
      unplug();
      listeners.clear();
    },
  };
}
