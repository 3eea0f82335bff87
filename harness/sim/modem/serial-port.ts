import type { ModemPort } from './port.ts';

/** The modem's end of a serial function. */
export interface SerialPort {
  /** The host's end. */
  readonly host: ModemPort;
  send(bytes: Uint8Array): void;
  /** Data Carrier Detect falls. */
  dropCarrier(): void;
  /** The device leaves USB: nothing goes through any more. */
  vanish(): void;
}

export interface SerialPortHandlers {
  readonly receive: (bytes: Uint8Array) => void;
  readonly setDtr: (on: boolean) => void;
}

/** A pair of ends; bytes and line states cross in microtasks, in their order. */
export function createSerialPort(interfaceNumber: number, handlers: SerialPortHandlers): SerialPort {
  let onBytes: ((bytes: Uint8Array) => void) | undefined;
  let onGone: (() => void) | undefined;
  let onCarrierLost: (() => void) | undefined;
  let present = true;
  const host: ModemPort = {
    interfaceNumber,
    write: (bytes) => {
      queueMicrotask(() => {
        if (present) handlers.receive(bytes);
      });
    },
    onBytes: (f) => {
      onBytes = f;
    },
    setDtr: (on) => {
      queueMicrotask(() => {
        if (present) handlers.setDtr(on);
      });
    },
    onGone: (f) => {
      onGone = f;
    },
    onCarrierLost: (f) => {
      onCarrierLost = f;
    },
  };
  return {
    host,
    send: (bytes) => {
      queueMicrotask(() => {
        if (present) onBytes?.(bytes);
      });
    },
    dropCarrier: () => {
      queueMicrotask(() => {
        if (present) onCarrierLost?.();
      });
    },
    vanish: () => {
      if (!present) return;
      present = false;
      queueMicrotask(() => onGone?.());
    },
  };
}
