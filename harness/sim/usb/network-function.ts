import {
  cdcRequest,
  connectionSpeedChange,
  lineState,
  networkConnection,
  responseAvailable,
} from '../../protocols/usb/cdc.ts';
import { isIn, type Setup } from '../../protocols/usb/setup.ts';
import type { ControlPort, NetworkPort } from '../modem/port.ts';
import { endpointOf, pipesBy, type FunctionOnBus } from './function.ts';
import type { EndpointLayout } from './layout.ts';
import { createInPipe, createOutPipe, type Pipe } from './pipe.ts';
import { noBytes } from './transfer.ts';

export interface NetworkFunctionParts {
  readonly control: ControlPort | undefined;
  readonly network: NetworkPort | undefined;
  /** Of the interface that takes class requests and notifies. */
  readonly controlInterface: number;
  /** CDC functions with a data interface tell their carrier; QMI has its own indications. */
  readonly tellsCarrier: boolean;
  readonly endpoints: readonly EndpointLayout[];
}

/** What the link claims to carry, bits per second: LTE category 6. */
const SPEED = { down: 300_000_000, up: 50_000_000 } as const;

/** A network function: encapsulated messages on endpoint 0, packets on the bulk endpoints, notifications. */
export function createNetworkFunction(parts: NetworkFunctionParts): FunctionOnBus {
  const { control, network, endpoints } = parts;
  const notifier = createNotifier(parts);
  const bulkIn = createInPipe(() => network?.receive());
  const bulkOut = createOutPipe((data) => {
    network?.send(data);
    return true;
  });
  let dtr = false;
  const setDtr = (on: boolean): void => {
    if (dtr === on) return;
    dtr = on;
    control?.setDtr(on);
  };
  network?.onReadable(() => bulkIn.serve());

  return {
    pipes: pipesBy(
      [endpointOf(endpoints, 'bulk', 'in'), bulkIn],
      [endpointOf(endpoints, 'bulk', 'out'), bulkOut],
      [endpointOf(endpoints, 'interrupt', 'in'), notifier.pipe],
    ),
    request: (setup, data) => {
      switch (setup.request) {
        case cdcRequest.sendEncapsulatedCommand:
          return control?.send(data) === true ? noBytes : undefined;
        case cdcRequest.getEncapsulatedResponse:
          return control && notifier.fetch(control);
        case cdcRequest.setControlLineState:
          setDtr((setup.value & lineState.dtr) !== 0);
          return noBytes;
        case cdcRequest.setEthernetPacketFilter:
        case cdcRequest.setEthernetMulticastFilters:
          return network?.framing === 'ethernet' ? noBytes : undefined;
        default:
          return network?.ncm?.request(ncmRequestOf(setup), data);
      }
    },
    selectAlternate: (_interface, alternate) => network?.ncm?.selectAlternate(alternate),
    reset: () => {
      setDtr(false);
      network?.ncm?.selectAlternate(0);
      while (control?.receive());
      notifier.forget();
    },
  };
}

function ncmRequestOf(setup: Setup): {
  readonly request: number;
  readonly direction: 'in' | 'out';
  readonly value: number;
  readonly length: number;
} {
  const { request, value, length } = setup;
  return { request, direction: isIn(setup) ? 'in' : 'out', value, length };
}

interface Notifier {
  readonly pipe: Pipe;
  /** GET_ENCAPSULATED_RESPONSE: the oldest message, or no bytes. */
  fetch(control: ControlPort): Uint8Array;
  /** The host may have lost what it was told. */
  forget(): void;
}

/**
 * Notifications by level, not by event: as long as messages wait and the host has not been told since it last fetched
 * one, it is told. A host that closes the device loses what it was told; counting would shift every later exchange.
 */
function createNotifier({
  control,
  network,
  controlInterface,
  tellsCarrier,
}: NetworkFunctionParts): Notifier {
  let toldResponse = false;
  let toldCarrier: boolean | undefined;
  let toldSpeed = false;

  const next = (): Uint8Array | undefined => {
    if (control && control.waiting > 0 && !toldResponse) {
      toldResponse = true;
      return responseAvailable(controlInterface);
    }
    if (!tellsCarrier || !network || toldCarrier === network.connected) return undefined;
    if (network.connected && !toldSpeed) {
      toldSpeed = true;
      return connectionSpeedChange(controlInterface, SPEED.down, SPEED.up);
    }
    toldSpeed = false;
    toldCarrier = network.connected;
    return networkConnection(controlInterface, network.connected);
  };
  const forget = (): void => {
    toldResponse = false;
    toldCarrier = undefined;
    toldSpeed = false;
  };
  const pipe = createInPipe(next, forget);
  control?.onReadable(() => pipe.serve());
  network?.onConnected(() => pipe.serve());

  return {
    pipe,
    fetch: (from) => {
      const message = from.receive() ?? noBytes;
      toldResponse = false;
      // After the answer itself has left.
      queueMicrotask(() => pipe.serve());
      return message;
    },
    forget,
  };
}
