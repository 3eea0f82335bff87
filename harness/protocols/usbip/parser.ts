import { HarnessError } from '../../core/errors.ts';
import { createByteQueue } from '../binary/byte-queue.ts';
import { decode } from '../binary/encode.ts';
import {
  busId,
  BUS_ID_BYTES,
  direction,
  operationHeader,
  OPERATION_HEADER_BYTES,
  submitCommand,
  unlinkCommand,
  URB_HEADER_BYTES,
  usbipCommand,
  usbipOperation,
  type SubmitCommand,
  type UnlinkCommand,
} from './messages.ts';

/** What a USB/IP client asks. */
export type UsbipRequest =
  | { readonly kind: 'devices' }
  | { readonly kind: 'import'; readonly busId: string }
  | ({ readonly kind: 'submit'; readonly data: Uint8Array } & SubmitCommand)
  | ({ readonly kind: 'unlink' } & UnlinkCommand);

/** Longest URB that is accepted, bytes. */
const MAX_LENGTH = 1 << 20;

export interface UsbipParser {
  /**
   * Calls `onRequest` for each request that is complete.
   * @throws HarnessError `usbip.malformed`: nothing that follows can be understood
   */
  push(bytes: Uint8Array): void;
  /** The device is imported: from now on there are URBs only. */
  startUrbs(): void;
}

export function createUsbipParser(onRequest: (request: UsbipRequest) => void): UsbipParser {
  const queue = createByteQueue();
  let urbs = false;

  const operation = (): UsbipRequest | undefined => {
    if (queue.length < OPERATION_HEADER_BYTES) return undefined;
    const header = decode(operationHeader, queue.peek(OPERATION_HEADER_BYTES), 'USB/IP operation');
    if (header.operation === usbipOperation.requestDevices) {
      queue.take(OPERATION_HEADER_BYTES);
      return { kind: 'devices' };
    }
    if (header.operation !== usbipOperation.requestImport) throw malformed(header.operation);
    if (queue.length < OPERATION_HEADER_BYTES + BUS_ID_BYTES) return undefined;
    queue.take(OPERATION_HEADER_BYTES);
    return { kind: 'import', busId: decode(busId, queue.take(BUS_ID_BYTES), 'USB/IP bus id') };
  };

  const urb = (): UsbipRequest | undefined => {
    if (queue.length < URB_HEADER_BYTES) return undefined;
    const header = queue.peek(URB_HEADER_BYTES);
    const command = header[3] as number;
    if (command === usbipCommand.unlink) {
      return { kind: 'unlink', ...decode(unlinkCommand, queue.take(URB_HEADER_BYTES), 'USB/IP unlink') };
    }
    if (command !== usbipCommand.submit) throw malformed(command);
    const submit = decode(submitCommand, header, 'USB/IP submit');
    if (submit.length > MAX_LENGTH) throw malformed(command);
    const follows = submit.direction === direction.out ? submit.length : 0;
    if (queue.length < URB_HEADER_BYTES + follows) return undefined;
    queue.take(URB_HEADER_BYTES);
    return { kind: 'submit', ...submit, data: queue.take(follows) };
  };

  return {
    push: (bytes) => {
      queue.push(bytes);
      for (let next = urbs ? urb() : operation(); next; next = urbs ? urb() : operation()) onRequest(next);
    },
    startUrbs: () => {
      urbs = true;
    },
  };
}

function malformed(code: number): HarnessError {
  return new HarnessError(
    `USB/IP: what came with code 0x${code.toString(16)} is no request that makes sense`,
    {
      code: 'usbip.malformed',
      blame: 'rig',
      effect: 'none',
      hint: 'is it `usbip attach` at the other end of this connection?',
    },
  );
}
