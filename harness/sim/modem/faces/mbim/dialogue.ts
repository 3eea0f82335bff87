import type { Cancel, Clock } from '../../../../core/clock.ts';
import { isHarnessError } from '../../../../core/errors.ts';
import { createReassembler, fragment, FRAGMENT_TIMEOUT_MS } from '../../../../protocols/mbim/fragments.ts';
import {
  decodeMbim,
  encodeMbim,
  HEADER_LENGTH,
  mbimOperation,
  mbimType,
  readHeader,
  type MbimBody,
  type MbimMessage,
} from '../../../../protocols/mbim/message.ts';
import {
  mbimError,
  mbimStatus,
  type MbimErrorName,
  type MbimStatusName,
} from '../../../../protocols/mbim/status.ts';

/** Bytes of one control transfer: wMaxControlMessage of the MBIM functional descriptor. */
export const MAX_CONTROL_MESSAGE = 4_096;
/** The least that a host may take (MBIM 1.0, 9.3.1). */
const MIN_CONTROL_TRANSFER = 64;
/** The longest message that is put together from fragments. */
const MAX_MESSAGE = 65_536;

type Command = Extract<MbimMessage, { readonly kind: 'command' }>;

/** What a command came to: a status, and the bytes of its answer. */
export interface Outcome {
  readonly status: MbimStatusName;
  readonly information: Uint8Array;
  /** `MbimAnswer.afterwards` */
  readonly afterwards?: (() => void) | undefined;
}

export interface DialogueOptions {
  readonly clock: Clock;
  readonly send: (message: Uint8Array, kind: 'response' | 'indication') => void;
  /** The host opened the function; what was before is forgotten. */
  readonly onOpen: () => void;
  /** The host closed the function, or it lost it. */
  readonly onClose: () => void;
  readonly answer: (command: Command) => Outcome | Promise<Outcome>;
}

/** The message layer of an MBIM function (MBIM 1.0, section 9): opened and closed, transactions, fragments, errors. */
export interface MbimDialogue {
  readonly isOpen: boolean;
  /** Commands that have not been answered. */
  readonly unanswered: number;
  /** One control transfer: a message, or a fragment of one. */
  receive(transfer: Uint8Array): void;
  /** Unasked; nothing while the function is closed. */
  indicate(service: string, cid: number, information: Uint8Array): void;
  /** The host lost the function, or the function the host. */
  reset(): void;
}

export function createDialogue(options: DialogueOptions): MbimDialogue {
  return new Dialogue(options);
}

class Dialogue implements MbimDialogue {
  readonly #options: DialogueOptions;
  readonly #reassembler = createReassembler(MAX_MESSAGE);
  /** Transactions under way. A new set with each OPEN: answers to what was before are known by it. */
  #transactions = new Set<number>();
  #isOpen = false;
  #maxTransfer = MAX_CONTROL_MESSAGE;
  #cancelTimeout: Cancel = () => undefined;

  constructor(options: DialogueOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get unanswered(): number {
    return this.#transactions.size;
  }

  receive(transfer: Uint8Array): void {
    // Without a whole header there is no transaction that an error could name.
    if (transfer.length < HEADER_LENGTH) return;
    const { type, length, transaction } = readHeader(transfer);
    if (length !== transfer.length) return this.#refuse(transaction, 'LengthMismatch');
    if (type === mbimType.command && !this.#isOpen) return this.#refuse(transaction, 'NotOpened');
    for (const result of this.#reassembler.push(transfer)) {
      if ('error' in result) this.#refuse(result.transaction, result.error);
      else this.#read(result.message, transaction);
    }
    return this.#watchFragments();
  }

  indicate(service: string, cid: number, information: Uint8Array): void {
    if (this.#isOpen) this.#send(0, { kind: 'indication', service, cid, information });
  }

  reset(): void {
    this.#reassembler.drop();
    this.#cancelTimeout();
    this.#transactions = new Set();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.onClose();
  }

  #read(bytes: Uint8Array, transaction: number): void {
    try {
      this.#handle(decodeMbim(bytes));
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      this.#refuse(transaction, error.code === 'mbim.length-mismatch' ? 'LengthMismatch' : 'Unknown');
    }
  }

  #handle(message: MbimMessage): void {
    switch (message.kind) {
      case 'open':
        return this.#open(message.transaction, message.maxControlTransfer);
      case 'close':
        this.reset();
        return this.#send(message.transaction, { kind: 'closeDone', status: mbimStatus.Success });
      case 'command':
        return this.#command(message);
      case 'hostError':
        if (message.error === mbimError.Cancel) this.#transactions.delete(message.transaction);
        return undefined;
      default:
        return this.#refuse(message.transaction, 'Unknown');
    }
  }

  #open(transaction: number, maxControlTransfer: number): void {
    this.reset();
    const tooLong = maxControlTransfer > MAX_CONTROL_MESSAGE;
    if (tooLong) this.#refuse(transaction, 'MaxTransfer');
    if (tooLong || maxControlTransfer < MIN_CONTROL_TRANSFER) {
      return this.#send(transaction, { kind: 'openDone', status: mbimStatus.Failure });
    }
    this.#isOpen = true;
    this.#maxTransfer = maxControlTransfer;
    this.#options.onOpen();
    return this.#send(transaction, { kind: 'openDone', status: mbimStatus.Success });
  }

  #command(command: Command): void {
    const { transaction, operation } = command;
    const transactions = this.#transactions;
    if (transactions.has(transaction)) return this.#refuse(transaction, 'DuplicatedTid');
    if (operation !== mbimOperation.query && operation !== mbimOperation.set) {
      return this.#refuse(transaction, 'Unknown');
    }
    const outcome = this.#options.answer(command);
    if (!(outcome instanceof Promise)) return this.#answer(command, outcome);
    transactions.add(transaction);
    void outcome.then((late) => {
      // Cancelled, or of a dialogue that is over.
      if (transactions !== this.#transactions || !transactions.delete(transaction)) return;
      this.#answer(command, late);
    });
    return undefined;
  }

  #answer({ transaction, service, cid }: Command, outcome: Outcome): void {
    const { status, information, afterwards } = outcome;
    this.#send(transaction, {
      kind: 'commandDone',
      service,
      cid,
      status: mbimStatus[status],
      information,
    });
    afterwards?.();
  }

  #refuse(transaction: number, error: MbimErrorName): void {
    this.#send(transaction, { kind: 'functionError', error: mbimError[error] });
  }

  #send(transaction: number, body: MbimBody): void {
    const kind = body.kind === 'indication' ? 'indication' : 'response';
    for (const part of fragment(encodeMbim({ transaction, ...body }), this.#maxTransfer)) {
      this.#options.send(part, kind);
    }
  }

  #watchFragments(): void {
    this.#cancelTimeout();
    const { pending } = this.#reassembler;
    if (pending === undefined) return;
    this.#cancelTimeout = this.#options.clock.after(FRAGMENT_TIMEOUT_MS, () => {
      this.#reassembler.drop();
      this.#refuse(pending, 'TimeoutFragment');
    });
  }
}
