import type { ControlPort } from '../../port.ts';

/** Commands that wait for their answer, and answers that wait for the host: more are refused. */
export const maxResponses = 32;
/** What the modem says unasked: on top of that the oldest is dropped. */
export const maxIndications = 64;

/** The modem's end of a control channel. */
export interface ControlQueue {
  readonly host: ControlPort;
  push(message: Uint8Array, kind: 'response' | 'indication'): void;
  /** The device leaves USB: nothing goes through any more. */
  vanish(): void;
}

export interface ControlQueueHandlers {
  /** A whole message from the host, in a microtask. */
  readonly receive: (message: Uint8Array) => void;
  /** Commands taken that have no answer in the queue yet. */
  readonly unanswered: () => number;
  readonly setDtr: (on: boolean) => void;
}

interface Waiting {
  readonly message: Uint8Array;
  readonly kind: 'response' | 'indication';
}

/**
 * A control channel with a queue that can't grow without bound: each command has a place for its answer kept, and a host
 * that does not listen loses old indications, never an answer.
 */
export function createControlQueue(interfaceNumber: number, handlers: ControlQueueHandlers): ControlQueue {
  let queue: Waiting[] = [];
  let arriving = 0;
  let present = true;
  let onReadable: (() => void) | undefined;
  let onGone: (() => void) | undefined;
  const count = (kind: Waiting['kind']): number => queue.filter((waiting) => waiting.kind === kind).length;

  const host: ControlPort = {
    interfaceNumber,
    send: (message) => {
      if (!present || count('response') + handlers.unanswered() + arriving >= maxResponses) return false;
      arriving++;
      queueMicrotask(() => {
        arriving--;
        if (present) handlers.receive(message);
      });
      return true;
    },
    receive: () => queue.shift()?.message,
    get waiting() {
      return queue.length;
    },
    onReadable: (f) => {
      onReadable = f;
    },
    setDtr: (on) => {
      if (present) handlers.setDtr(on);
    },
    onGone: (f) => {
      onGone = f;
    },
  };
  return {
    host,
    push: (message, kind) => {
      if (!present) return;
      if (kind === 'indication' && count('indication') >= maxIndications) {
        queue.splice(
          queue.findIndex((waiting) => waiting.kind === 'indication'),
          1,
        );
      }
      queue.push({ message, kind });
      onReadable?.();
    },
    vanish: () => {
      if (!present) return;
      present = false;
      queue = [];
      queueMicrotask(() => onGone?.());
    },
  };
}
