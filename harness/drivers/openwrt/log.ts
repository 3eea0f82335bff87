import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError, messageOf, type HarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { Following } from '../../rig/router.ts';
import { bootCommand, parseBoot } from './boot.ts';
import type { LazyConnection } from './connections.ts';

type Listener = (line: string) => void;

/** The router's system log as it grows: one `logread -f` for all who follow it, recorded once. */
export interface LogTail {
  /** From now on; after a loss, with what was logged meanwhile. */
  follow(ctx: Ctx, onLine: Listener): Promise<Following>;
  /** Goes on after each loss, as soon as the router answers again. */
  keep(ctx: Ctx): Promise<Following>;
  /** Goes on no more. */
  close(): void;
}

/** Lines that are asked for after a loss, and that are remembered: more than logd's ring holds by default. */
const RING_LINES = 4_096;

/** In the environment of every `logread -f` of ours. */
export const FOLLOWER = 'WWANLAB_FOLLOWS=1';

/**
 * Becomes `logread -f`. It never notices that nobody reads it any more (ubox log/logread.c ignores SIGPIPE), and stays where
 * its connection ends without a word: those that lost theirs, and have procd for a parent, are ended first.
 */
const follower = (past = ''): string =>
  [
    `for p in $(pidof logread); do grep -q '^PPid:.1$' /proc/$p/status && grep -q ${FOLLOWER} /proc/$p/environ && kill $p`,
    `done 2>/dev/null; export ${FOLLOWER}; exec logread -f${past}`,
  ].join('; ');

/** One call to logd for both, more lines than any ring holds: with -f alone it tells nothing of the past. Source: ubox log/logread.c. */
export const replayCommand = follower(' -l 1000000');

const AGAIN_AFTER: Ms = 1_000;

/** Whoever is refused would only be refused again; a lost lease stays lost. */
const isRefusal = (error: unknown): boolean =>
  isHarnessError(error) &&
  (/^(?:ssh\.(?:host-key|auth|bad)|lease\.|rig\.)/.test(error.code) || isMissing(error));

/** There is no logread: asking again would only fill the timeline. */
const isMissing = ({ data }: HarnessError): boolean =>
  (data as { readonly exitCode?: number } | undefined)?.exitCode === 127;

/** Which life of the router it is, and what its clocks say, before the first line. */
const CLOCKS = `${bootCommand}; date '+%s %z'`;
const CLOCK_LINES = 3;

export function createLogTail(streams: LazyConnection): LogTail {
  const listeners = new Set<Listener>();
  const seen = createMemory();
  let shared: Promise<Following> | undefined;
  let lost = false;

  const start = async (ctx: Ctx): Promise<Following> => {
    const connection = await streams.get(ctx);
    const tell = (line: string): void => {
      if (!seen.isNew(line)) return;
      ctx.timeline.add('router.log', 'line', { line });
      for (const listener of listeners) listener(line);
    };
    const asked = Math.floor(ctx.clock.now());
    const heading: string[] = [];
    const past = lost ? ` -l ${RING_LINES}` : '';
    const following = await connection.stream(ctx, `${CLOCKS}; ${follower(past)}`, (line) => {
      if (heading.length === CLOCK_LINES) return tell(line);
      if (heading.push(line) < CLOCK_LINES) return;
      const clocks = { asked, ...parseClocks(heading.join('\n')) };
      seen.again(clocks.bootId);
      ctx.timeline.add('router.log', 'clock', clocks);
    });
    lost = false;
    following.ended.then(
      () => (shared = undefined),
      () => {
        shared = undefined;
        lost = true;
      },
    );
    return following;
  };

  const follow = async (ctx: Ctx, onLine: Listener): Promise<Following> => {
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
  };
  const closing = new AbortController();
  return {
    follow,
    keep: (ctx) => keep(ctx, (c) => follow(c, () => undefined), closing.signal),
    close: () => closing.abort(),
  };
}

async function keep(
  ctx: Ctx,
  follow: (ctx: Ctx) => Promise<Following>,
  closing: AbortSignal,
): Promise<Following> {
  const stop = new AbortController();
  closing.addEventListener('abort', () => stop.abort(), { once: true });
  let current = await follow(ctx);
  const goOn = async (): Promise<void> => {
    for (;;) {
      const error = await current.ended.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined || stop.signal.aborted) return;
      ctx.timeline.add('router.log', 'gap', { reason: messageOf(error) });
      if (isRefusal(error)) throw error;
      const again = await followAgain(ctx, follow, stop.signal);
      if (!again) return;
      current = again;
    }
  };
  const ended = goOn();
  ended.catch(() => undefined); // whoever needs the router next is told, typed
  return {
    ended,
    stop: async () => {
      stop.abort();
      await current.stop();
    },
  };
}

/** @returns undefined: it was stopped meanwhile @throws where the router refuses us */
async function followAgain(
  ctx: Ctx,
  follow: (ctx: Ctx) => Promise<Following>,
  stop: AbortSignal,
): Promise<Following | undefined> {
  while (!stop.aborted && !ctx.signal.aborted) {
    await ctx.clock.sleep(AGAIN_AFTER, stop).catch(() => undefined);
    if (stop.aborted) return undefined;
    try {
      const found = await follow(ctx);
      if (!stop.aborted) return found;
      await found.stop();
    } catch (error) {
      if (isRefusal(error)) throw error;
    }
  }
  return undefined;
}

/** @returns uptime in ms, the wall clock in s since 1970 and minutes east of UTC that its log is stamped with */
function parseClocks(text: string): { bootId: string; uptimeMs: Ms; wall: number; zone: number } {
  const [, seconds = '0', sign = '+', hours = '0', minutes = '0'] =
    /^(\d+) ([+-])(\d\d)(\d\d)$/m.exec(text) ?? [];
  const east = Number(hours) * 60 + Number(minutes);
  return { ...parseBoot(text), wall: Number(seconds), zone: sign === '-' ? -east : east };
}

/** What was told already, so that the ring can be asked for again. */
function createMemory(): { isNew(line: string): boolean; again(bootId: string): void } {
  let recent: string[] = [];
  let boot: string | undefined;
  /** Lines of the ring that are known, and how often they may come once more. */
  let known = new Map<string, number>();
  return {
    again: (bootId) => {
      if (bootId !== boot) recent = [];
      boot = bootId;
      known = new Map();
      for (const line of recent) known.set(line, (known.get(line) ?? 0) + 1);
    },
    isNew: (line) => {
      const left = known.get(line) ?? 0;
      if (left > 0) {
        known.set(line, left - 1);
        return false;
      }
      recent.push(line);
      if (recent.length > 2 * RING_LINES) recent = recent.slice(-RING_LINES);
      return true;
    },
  };
}
