import type { ModemPort } from './port.ts';

/** The modem's end of a serial function. */
export interface SerialPort {
  /** The host's end. */
  readonly host: ModemPort;
  send(bytes: Uint8Array): void;
  /** False: the host asked for a pause (RTS is off). What is sent nevertheless waits in the port. */
  isClear(): boolean;
  /** Called when a pause ends. One listener. */
  onClear(f: () => void): void;
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
  const soon = (act: () => void): void =>
    queueMicrotask(() => {
      if (present) act();
    });
  const flow = createFlow((bytes) => soon(() => onBytes?.(bytes)));
  const host: ModemPort = {
    interfaceNumber,
    write: (bytes) => soon(() => handlers.receive(bytes)),
    onBytes: (f) => {
      onBytes = f;
    },
    setDtr: (on) => soon(() => handlers.setDtr(on)),
    setRts: (on) => soon(() => flow.setRts(on)),
    onGone: (f) => {
      onGone = f;
    },
    onCarrierLost: (f) => {
      onCarrierLost = f;
    },
  };
  return {
    host,
    send: flow.send,
    isClear: flow.isClear,
    onClear: flow.onClear,
    dropCarrier: () => soon(() => onCarrierLost?.()),
    vanish: () => {
      if (!present) return;
      present = false;
      queueMicrotask(() => onGone?.());
    },
  };
}

interface Flow extends Pick<SerialPort, 'send' | 'isClear' | 'onClear'> {
  setRts(on: boolean): void;
}

/** Hardware flow control: what is sent during a pause waits, in its order. */
function createFlow(pass: (bytes: Uint8Array) => void): Flow {
  let onClear: (() => void) | undefined;
  let clear = true;
  let held: Uint8Array[] = [];
  return {
    send: (bytes) => {
      if (clear) pass(bytes);
      else held.push(bytes);
    },
    isClear: () => clear,
    onClear: (f) => {
      onClear = f;
    },
    setRts: (on) => {
      clear = on;
      if (!on) return;
      const waiting = held;
      held = [];
      waiting.forEach(pass);
      onClear?.();
    },
  };
}
