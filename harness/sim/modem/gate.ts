import type { ModemFunction } from './function.ts';
import type { ControlPort, ModemPort, NetworkPort } from './port.ts';

/** What a function says and hears while something is wrong with the modem. */
export interface GateState {
  /** The firmware hangs: everything is taken, nothing comes. */
  readonly stalled: () => boolean;
  /** The control channel says nothing to this message. */
  readonly mutesControl: () => boolean;
}

/** A function behind a gate: the host's side of it, and a way to say that the gate may have opened. */
export interface GatedFunction extends ModemFunction {
  reopen(): void;
}

/** Faces know nothing of stalls: they go on behind the gate, and their words end there. */
export function gateFunction(inner: ModemFunction, state: GateState): GatedFunction {
  const control = inner.control && gateControl(inner.control, state);
  const network = inner.network && gateNetwork(inner.network, state);
  return {
    ...(inner.serial && { serial: gateSerial(inner.serial, state) }),
    ...(control && { control: control.port }),
    ...(network && { network: network.port }),
    indicate: (what) => inner.indicate(what),
    vanish: () => inner.vanish(),
    reopen: () => {
      control?.reopen();
      network?.reopen();
    },
  };
}

function gateSerial(inner: ModemPort, { stalled }: GateState): ModemPort {
  return {
    ...inner,
    write: (bytes) => {
      if (!stalled()) inner.write(bytes);
    },
    onBytes: (f) =>
      inner.onBytes(
        f &&
          ((bytes) => {
            if (!stalled()) f(bytes);
          }),
      ),
  };
}

interface Gated<Port> {
  readonly port: Port;
  reopen(): void;
}

function gateControl(inner: ControlPort, { stalled, mutesControl }: GateState): Gated<ControlPort> {
  let readable: (() => void) | undefined;
  inner.onReadable(() => {
    if (!stalled()) readable?.();
  });
  return {
    port: {
      interfaceNumber: inner.interfaceNumber,
      send: (message) => stalled() || mutesControl() || inner.send(message),
      receive: () => (stalled() ? undefined : inner.receive()),
      get waiting() {
        return stalled() ? 0 : inner.waiting;
      },
      onReadable: (f) => {
        readable = f;
      },
      setDtr: (on) => inner.setDtr(on),
      onGone: (f) => inner.onGone(f),
    },
    reopen: () => {
      if (inner.waiting > 0) readable?.();
    },
  };
}

function gateNetwork(inner: NetworkPort, { stalled }: GateState): Gated<NetworkPort> {
  let readable: (() => void) | undefined;
  inner.onReadable(() => {
    if (!stalled()) readable?.();
  });
  return {
    port: {
      interfaceNumber: inner.interfaceNumber,
      get framing() {
        return inner.framing;
      },
      get hostAddress() {
        return inner.hostAddress;
      },
      get connected() {
        return inner.connected;
      },
      ...(inner.ncm && { ncm: inner.ncm }),
      send: (transfer) => {
        if (!stalled()) inner.send(transfer);
      },
      receive: () => (stalled() ? undefined : inner.receive()),
      onReadable: (f) => {
        readable = f;
      },
      onConnected: (f) => inner.onConnected(f),
      onGone: (f) => inner.onGone(f),
    },
    // What waits was announced behind the gate.
    reopen: () => readable?.(),
  };
}
