import { noBytes, type Transfer, type TransferStatus } from './transfer.ts';

/** One endpoint: transfers wait in it, in their order, until the function behind it can answer them. */
export interface Pipe {
  submit(transfer: Transfer): void;
  /** False: it is not waiting here. */
  cancel(transfer: Transfer): boolean;
  /** Answers what can be answered now. */
  serve(): void;
  /** Ends all that waits. */
  flush(status: TransferStatus): void;
  readonly waiting: number;
}

/** More than any host controller queues on one endpoint; what comes on top fails. */
const MAX_WAITING = 1_024;

/**
 * An IN endpoint.
 * @param take the next data for a transfer of so many bytes; undefined: nothing is there
 * @param onCancel the host gave a transfer up
 */
export function createInPipe(take: (length: number) => Uint8Array | undefined, onCancel?: () => void): Pipe {
  return createPipe((transfer) => {
    const data = take(transfer.length);
    if (!data) return false;
    // More than was asked for: the controller stops listening and calls it babble (USB 2.0, 8.7.4).
    if (data.length > transfer.length) transfer.done('babble', noBytes);
    else transfer.done('ok', data);
    return true;
  }, onCancel);
}

/** An OUT endpoint. @param give false: the function takes nothing now */
export function createOutPipe(give: (data: Uint8Array) => boolean): Pipe {
  return createPipe((transfer) => {
    if (!give(transfer.data)) return false;
    transfer.done('ok', noBytes);
    return true;
  });
}

function createPipe(answer: (transfer: Transfer) => boolean, onCancel?: () => void): Pipe {
  let waiting: Transfer[] = [];
  let serving = false;

  /** An answer can bring the next request about before it returns: that one is served by the same loop. */
  const serve = (): void => {
    if (serving) return;
    serving = true;
    try {
      for (let first = waiting[0]; first; first = waiting[0]) {
        waiting.shift();
        if (answer(first)) continue;
        waiting.unshift(first);
        break;
      }
    } finally {
      serving = false;
    }
  };

  return {
    submit: (transfer) => {
      if (waiting.length === MAX_WAITING) transfer.done('failed', noBytes);
      else waiting.push(transfer);
      serve();
    },
    cancel: (transfer) => {
      const at = waiting.indexOf(transfer);
      if (at < 0) return false;
      waiting.splice(at, 1);
      transfer.done('cancelled', noBytes);
      onCancel?.();
      return true;
    },
    serve,
    flush: (status) => {
      const ended = waiting;
      waiting = [];
      for (const transfer of ended) transfer.done(status, noBytes);
    },
    get waiting() {
      return waiting.length;
    },
  };
}
