import { createByteQueue } from '../../protocols/binary/byte-queue.ts';
import { isHarnessError } from '../../core/errors.ts';
import { decode, encode } from '../../protocols/binary/encode.ts';
import {
  cdcRequest,
  lineCoding,
  lineState,
  serialState,
  serialStateChange,
} from '../../protocols/usb/cdc.ts';
import type { LineCoding } from '../../protocols/usb/cdc.ts';
import type { Setup } from '../../protocols/usb/setup.ts';
import type { ModemPort } from '../modem/port.ts';
import { endpointOf, pipesBy, type FunctionOnBus } from './function.ts';
import type { EndpointLayout } from './layout.ts';
import { createInPipe, createOutPipe, type Pipe } from './pipe.ts';
import { noBytes } from './transfer.ts';

/** Bytes for the host from which on the modem is asked to pause, and below which it may go on. */
const PAUSE_ABOVE = 16_384;
const RESUME_BELOW = 4_096;
/** Notifications that wait for a host that does not listen. */
const MAX_NOTIFICATIONS = 8;

/** A serial function: bytes both ways, the lines of CDC ACM. */
export function createSerialFunction(port: ModemPort, endpoints: readonly EndpointLayout[]): FunctionOnBus {
  const lines = createLines(port);
  const queue = createByteQueue();
  let paused = false;

  const setPaused = (pause: boolean): void => {
    if (paused === pause) return;
    paused = pause;
    port.setRts?.(!pause);
  };
  const takeBytes = (length: number): Uint8Array | undefined => {
    if (queue.length === 0) return undefined;
    const bytes = queue.take(length);
    if (queue.length < RESUME_BELOW) {
      setPaused(false);
      bulkOut.serve();
    }
    return bytes;
  };
  const bulkIn: Pipe = createInPipe(takeBytes);
  // A host that does not fetch the answers is not heard either: nothing piles up behind it.
  const bulkOut: Pipe = createOutPipe((data) => {
    if (paused) return false;
    port.write(data);
    return true;
  });
  const drop = (): void => {
    queue.clear();
    setPaused(false);
    bulkOut.serve();
  };

  port.onBytes((bytes) => {
    // Nobody has the port open: as behind a closed tty, nothing is kept.
    if (!lines.dtr && bulkIn.waiting === 0) return;
    // What comes in one turn shares transfers.
    if (queue.length === 0) queueMicrotask(() => bulkIn.serve());
    queue.push(bytes);
    if (queue.length > PAUSE_ABOVE) setPaused(true);
  });

  return {
    pipes: pipesBy(
      [endpointOf(endpoints, 'bulk', 'in'), bulkIn],
      [endpointOf(endpoints, 'bulk', 'out'), bulkOut],
      [endpointOf(endpoints, 'interrupt', 'in'), lines.notifications],
    ),
    request: (setup, data) => {
      const answer = lines.request(setup, data);
      if (!lines.dtr && bulkIn.waiting === 0) drop();
      return answer;
    },
    selectAlternate: () => undefined,
    reset: () => {
      lines.reset();
      drop();
    },
  };
}

interface Lines extends Pick<FunctionOnBus, 'request' | 'reset'> {
  readonly dtr: boolean;
  /** The interrupt endpoint. */
  readonly notifications: Pipe;
}

function createLines(port: ModemPort): Lines {
  const told: Uint8Array[] = [];
  let dtr = false;
  let coding: LineCoding = { baudRate: 115_200, stopBits: 0, parity: 0, dataBits: 8 };
  const notifications = createInPipe(() => told.shift());

  const setDtr = (on: boolean): void => {
    if (dtr === on) return;
    dtr = on;
    port.setDtr(on);
  };
  const tell = (state: number): void => {
    if (told.length < MAX_NOTIFICATIONS) told.push(serialStateChange(port.interfaceNumber, state));
  };

  port.onCarrierLost?.(() => {
    // The port says only when the carrier falls; a driver heeds that if it has seen it rise (option.c, dcd_state).
    tell(serialState.carrier | serialState.ready);
    tell(serialState.ready);
    notifications.serve();
  });

  return {
    get dtr() {
      return dtr;
    },
    notifications,
    request: ({ request, value }: Setup, data) => {
      switch (request) {
        case cdcRequest.setControlLineState:
          setDtr((value & lineState.dtr) !== 0);
          return noBytes;
        case cdcRequest.setLineCoding: {
          const wanted = readCoding(data);
          if (!wanted) return undefined;
          coding = wanted;
          return noBytes;
        }
        case cdcRequest.getLineCoding:
          return encode(lineCoding, coding);
        case cdcRequest.sendBreak:
          return noBytes;
        default:
          return undefined;
      }
    },
    reset: () => {
      told.length = 0;
      setDtr(false);
    },
  };
}

function readCoding(data: Uint8Array): LineCoding | undefined {
  try {
    return decode(lineCoding, data, 'line coding');
  } catch (error) {
    if (isHarnessError(error)) return undefined;
    throw error;
  }
}
