import type { Ctx } from '../../core/ctx.ts';
import { createMutex } from '../../transport/mutex.ts';
import type { SshConnection } from '../../transport/ssh.ts';

/** A connection that is made when it is first wanted, and made anew when it is wanted after it was lost. */
export interface LazyConnection {
  get(ctx: Ctx): Promise<SshConnection>;
  close(): Promise<void>;
}

export function createLazyConnection(connect: (ctx: Ctx) => Promise<SshConnection>): LazyConnection {
  const turn = createMutex();
  let current: SshConnection | undefined;
  let closed = false;
  return {
    async get(ctx) {
      if (current?.alive) return current;
      const done = await turn.acquire(ctx.signal);
      try {
        if (!current?.alive) current = await connect(ctx);
        // Whoever asked may have given up meanwhile, and the router may be closed: nobody else would close this one.
        if (closed) await current.close();
        return current;
      } finally {
        done();
      }
    },
    async close() {
      closed = true;
      await current?.close();
    },
  };
}
