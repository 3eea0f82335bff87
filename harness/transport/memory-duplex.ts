import { Duplex } from 'node:stream';

type Done = (error?: Error | null) => void;

/**
 * Two joined byte streams in memory: what is written to one is read from the other, in the next tick, so that neither
 * side ever runs inside the other's call and virtual time stands still meanwhile.
 *
 * They behave like the two ends of a TCP connection: a full reader holds the writer back, `end` gives the other side
 * end of file, `destroy` breaks the connection for both.
 */
export function createDuplexPair(): [Duplex, Duplex] {
  const a = new MemoryEnd();
  const b = new MemoryEnd();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemoryEnd extends Duplex {
  peer: MemoryEnd | undefined;
  /** The writer at the other end, held back until this end reads again. */
  #blocked: Done | undefined;

  constructor() {
    super({ allowHalfOpen: false });
  }

  override _read(): void {
    const done = this.#blocked;
    this.#blocked = undefined;
    done?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    process.nextTick(() => this.#hand(chunk, done));
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    const all = Buffer.concat(chunks.map(({ chunk }) => chunk));
    process.nextTick(() => this.#hand(all, done));
  }

  override _final(done: Done): void {
    process.nextTick(() => {
      this.peer?.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#release(reset());
    process.nextTick(() => this.peer?.lost(error !== null));
    done(error);
  }

  #hand(chunk: Buffer, done: Done): void {
    const { peer } = this;
    if (!peer || peer.destroyed || peer.readableEnded) done(reset());
    else if (peer.push(chunk)) done();
    else peer.#blocked = done;
  }

  /** The other end is gone: what it sent before can still be read, unless it broke. */
  lost(broken: boolean): void {
    if (this.destroyed) return;
    if (broken) this.destroy(reset());
    else if (!this.readableEnded) this.push(null);
  }

  #release(error: Error): void {
    const done = this.#blocked;
    this.#blocked = undefined;
    done?.(error);
  }
}

function reset(): Error {
  return Object.assign(new Error('the other end has closed the connection'), { code: 'ECONNRESET' });
}
