import type { Ctx } from '../../core/ctx.ts';
import type { Following } from '../../rig/router.ts';
import type { LazyConnection } from './connections.ts';

type Listener = (line: string) => void;

/** The router's system log as it grows: one `logread -f` for all who follow it, recorded once. */
export interface LogTail {
  follow(ctx: Ctx, onLine: Listener): Promise<Following>;
}

export function createLogTail(streams: LazyConnection): LogTail {
  const listeners = new Set<Listener>();
  let shared: Promise<Following> | undefined;

  const start = async (ctx: Ctx): Promise<Following> => {
    const connection = await streams.get(ctx);
    const following = await connection.stream(ctx, 'exec logread -f', (line) => {
      ctx.timeline.add('router.log', 'line', { line });
      for (const listener of listeners) listener(line);
    });
    const forget = (): void => {
      shared = undefined;
    };
    following.ended.then(forget, forget);
    return following;
  };

  return {
    follow: async (ctx, onLine) => {
      shared ??= start(ctx);
      const source = await shared.catch((error: unknown) => {
        shared = undefined;
        throw error;
      });
      listeners.add(onLine);
      return {
        ended: source.ended,
        stop: async () => {
          if (listeners.delete(onLine) && listeners.size === 0) await source.stop();
        },
      };
    },
  };
}
