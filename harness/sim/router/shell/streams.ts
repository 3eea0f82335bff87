import type { Input } from '../machine.ts';

/** Where a program's output goes. */
export type Sink = (data: string | Uint8Array) => void;

/** What one program writes and another reads, in order and as it comes. */
export interface Pipe {
  readonly write: Sink;
  /** End of file for the reader. */
  readonly end: () => void;
  /** The reader is gone: `onBroken` is called at the next write (SIGPIPE). */
  readonly close: () => void;
  readonly input: Input;
}

const NEWLINE = 0x0a;

/** @param onBroken called when something is written that nobody will read. */
export function createPipe(onBroken: () => void = () => undefined): Pipe {
  const queue = new ByteQueue();
  let closed = false;
  return {
    write: (data) => {
      if (closed) onBroken();
      else queue.push(data);
    },
    end: () => queue.end(),
    close: () => {
      closed = true;
      queue.clear();
    },
    input: queue,
  };
}

/** Bytes that were written and not read yet; whoever reads waits for more until the end. */
class ByteQueue implements Input {
  #chunks: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(data: string | Uint8Array): void {
    if (this.#ended || data.length === 0) return;
    // A copy: the writer may use its buffer again.
    this.#chunks.push(typeof data === 'string' ? Buffer.from(data) : Buffer.from(data));
    this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  clear(): void {
    this.#chunks = [];
  }

  async readAll(): Promise<Uint8Array> {
    while (!this.#ended) await this.#more();
    return this.#takeAll();
  }

  async readLine(): Promise<{ readonly text: string; readonly whole: boolean } | undefined> {
    for (;;) {
      const text = this.#takeLine();
      if (text !== undefined) return { text, whole: true };
      if (this.#ended) break;
      await this.#more();
    }
    const rest = this.#takeAll().toString('utf8');
    return rest === '' ? undefined : { text: rest, whole: false };
  }

  async *lines(): AsyncGenerator<string, void> {
    for (let line = await this.readLine(); line; line = await this.readLine()) yield line.text;
  }

  async *pieces(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      if (this.#chunks.length > 0) yield this.#takeAll();
      else if (this.#ended) return;
      else await this.#more();
    }
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** A whole line from what is there, or undefined. */
  #takeLine(): string | undefined {
    while (this.#chunks.length > 0) {
      const head = this.#chunks[0] as Buffer;
      const at = head.indexOf(NEWLINE);
      if (at >= 0) {
        if (at + 1 < head.length) this.#chunks[0] = head.subarray(at + 1);
        else this.#chunks.shift();
        return head.toString('utf8', 0, at);
      }
      if (this.#chunks.length === 1) return undefined;
      this.#chunks = [Buffer.concat(this.#chunks)];
    }
    return undefined;
  }

  #takeAll(): Buffer {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [];
    return all;
  }
}

/** A sink for a program's `err`, which takes text alone. */
export function textSink(err: (text: string) => void): Sink {
  return (data) => err(typeof data === 'string' ? data : new TextDecoder().decode(data));
}

/** Standard input that holds this and then ends. */
export function inputOf(content: string | Uint8Array): Input {
  const pipe = createPipe();
  pipe.write(content);
  pipe.end();
  return pipe.input;
}

/** Gathers output: the command substitution's and the tests' sink. */
export function createCollector(): { readonly write: Sink; text(): string } {
  const chunks: Buffer[] = [];
  return {
    write: (data) => chunks.push(typeof data === 'string' ? Buffer.from(data) : Buffer.from(data)),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
