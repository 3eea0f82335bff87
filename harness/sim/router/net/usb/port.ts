import type { ModemPort } from '../../../modem/port.ts';

/** A tty: the modem's port as long as the driver is bound. */
export interface TtyPort extends ModemPort {
  /** The driver is gone: whoever holds the tty hears of it, once. */
  hangUp(): void;
  /** The router stopped: nobody listens any more. */
  close(): void;
}

/** The modem's port behind a tty. A driver can be taken off while the modem stays, so hangups are told here. */
export function sharePort(open: () => ModemPort | undefined, interfaceNumber: number): TtyPort | undefined {
  const port = open();
  if (!port) return undefined;
  let gone: (() => void) | undefined;
  let bound = true;
  const hangUp = (): void => {
    if (!bound) return;
    bound = false;
    port.onBytes(undefined);
    port.onCarrierLost?.(undefined);
    port.setDtr(false); // nothing holds the lines any more; a modem that is still there ends its call
    gone?.();
  };
  port.onGone(hangUp);
  const tty: TtyPort = {
    interfaceNumber,
    write: (bytes) => {
      if (bound) port.write(bytes);
    },
    onBytes: (f) => {
      if (bound) port.onBytes(f);
    },
    setDtr: (on) => {
      if (bound) port.setDtr(on);
    },
    onGone: (f) => {
      gone = f;
    },
    hangUp,
    close: () => {
      gone = undefined;
      hangUp();
    },
  };
  if (!port.onCarrierLost) return tty;
  return {
    ...tty,
    onCarrierLost: (f) => {
      if (bound) port.onCarrierLost?.(f);
    },
  };
}
