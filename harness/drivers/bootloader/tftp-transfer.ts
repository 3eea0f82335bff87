import type { Cancel, Clock } from '../../core/clock.ts';
import type { Ms } from '../../core/units.ts';
import type { TftpOptions, TftpPacket } from '../../protocols/tftp/packet.ts';

/** One file on its way to a boot loader that has asked for it. */
export interface TftpTransfer {
  receive(packet: TftpPacket): void;
  /** Nothing is sent any more, and nobody is told. */
  close(): void;
}

export interface TransferOptions {
  readonly clock: Clock;
  readonly file: Uint8Array;
  /** Those of the read request. */
  readonly wishes: TftpOptions;
  readonly send: (packet: TftpPacket) => void;
  /** Called once, with what stopped it; undefined: all of it has arrived. */
  readonly ended: (trouble?: string) => void;
}

/** RFC 1350 section 2. */
const BLOCK_OCTETS = 512;
/** More would only fill the buffers of a small boot loader. */
const MAX_WINDOW = 64;
const PATIENCE: Ms = 1_000;
/** U-Boot itself gives up after 5 s without a block, ten times. Source: u-boot net/tftp.c, TIMEOUT, TIMEOUT_COUNT. */
const TRIES = 10;

interface Terms {
  readonly blockOctets: number;
  /** Blocks that may be on their way at once (RFC 7440). */
  readonly window: number;
  readonly patience: Ms;
  /** What was agreed, as it is told. */
  readonly agreed: TftpOptions;
}

/** Begins at once: with the options that were agreed, or with the first block. */
export function startTftpTransfer(options: TransferOptions): TftpTransfer {
  return new Transfer(options);
}

class Transfer implements TftpTransfer {
  readonly #options: TransferOptions;
  readonly #terms: Terms;
  readonly #blocks: number;
  /** Blocks that have arrived; -1 until the options are acknowledged. */
  #arrived: number;
  #silent = 0;
  #open = true;
  #cancel: Cancel = () => undefined;

  constructor(options: TransferOptions) {
    this.#options = options;
    const { file, wishes } = options;
    this.#terms = agree(wishes, file.length);
    // The last block is shorter than the others, be it empty: that is how its end is known.
    this.#blocks = Math.floor(file.length / this.#terms.blockOctets) + 1;
    this.#arrived = this.#terms.agreed.size > 0 ? -1 : 0;
    this.#sendAgain();
  }

  receive(packet: TftpPacket): void {
    if (!this.#open) return;
    if (packet.kind === 'error') this.#end(`its boot loader gave up: ${packet.message || packet.code}`);
    if (packet.kind === 'acknowledgement') this.#acknowledged(packet.block);
  }

  close(): void {
    this.#open = false;
    this.#cancel();
  }

  #acknowledged(block: number): void {
    if (this.#arrived < 0) {
      if (block === 0) this.#goOn(0);
      return;
    }
    // Numbers have 16 bits and start again at 0, as U-Boot has it for files of more than 65,535 blocks.
    const fresh = (block - this.#arrived) & 0xffff;
    const onTheirWay = Math.min(this.#terms.window, this.#blocks - this.#arrived);
    if (fresh > onTheirWay) return;
    if (fresh > 0) return this.#goOn(this.#arrived + fresh);
    // The same again: with a window a block was lost (RFC 7440 section 4); without one, an answer to a late block
    // would double every block from here on (RFC 1123 section 4.2.3.1).
    if (this.#terms.window > 1) this.#sendAgain();
    return undefined;
  }

  #goOn(arrived: number): void {
    this.#arrived = arrived;
    this.#silent = 0;
    if (arrived === this.#blocks) this.#end();
    else this.#sendAgain();
  }

  #sendAgain(): void {
    const { send, clock } = this.#options;
    const { window, agreed, patience } = this.#terms;
    this.#cancel();
    if (this.#arrived < 0) send({ kind: 'optionAcknowledgement', options: agreed });
    else {
      const last = Math.min(this.#arrived + window, this.#blocks);
      for (let block = this.#arrived + 1; block <= last; block++) send(this.#block(block));
    }
    this.#cancel = clock.after(patience, () => this.#timedOut());
  }

  #timedOut(): void {
    this.#silent++;
    if (this.#silent < TRIES) this.#sendAgain();
    else
      this.#end(`its boot loader fell silent after ${Math.max(0, this.#arrived)} of ${this.#blocks} blocks`);
  }

  #block(number: number): TftpPacket {
    const { blockOctets } = this.#terms;
    const start = (number - 1) * blockOctets;
    const bytes = this.#options.file.subarray(start, start + blockOctets);
    return { kind: 'data', block: number & 0xffff, bytes };
  }

  #end(trouble?: string): void {
    this.close();
    this.#options.ended(trouble);
  }
}

/** Options that aren't known, or whose value makes no sense, are left out of the answer, and so not agreed (RFC 2347). */
function agree(wishes: TftpOptions, length: number): Terms {
  const agreed = new Map<string, string>();
  const take = (name: string, low: number, high: number, most = high): number | undefined => {
    const asked = wishes.get(name);
    if (asked === undefined || !/^\d+$/.test(asked)) return undefined;
    const value = Number(asked);
    if (value < low || value > high) return undefined;
    agreed.set(name, String(Math.min(value, most)));
    return Math.min(value, most);
  };
  const blockOctets = take('blksize', 8, 65_464) ?? BLOCK_OCTETS; // RFC 2348
  const window = take('windowsize', 1, 65_535, MAX_WINDOW) ?? 1; // RFC 7440
  const seconds = take('timeout', 1, 255); // RFC 2349
  if (wishes.has('tsize')) agreed.set('tsize', String(length)); // RFC 2349
  return { blockOctets, window, patience: seconds === undefined ? PATIENCE : seconds * 1_000, agreed };
}
