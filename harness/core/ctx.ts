import type { Rng } from './chance.ts';
import type { Clock } from './clock.ts';
import { HarnessError } from './errors.ts';
import type { Timeline } from './timeline.ts';
import { formatMs, type Ms } from './units.ts';

/**
 * What every call that can wait gets first: time, chance, the record, and the signal that tells it to stop.
 * A Ctx is never changed; `within` hands a narrower one down.
 */
export interface Ctx {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
  /**
   * Runs `body` with a deadline. After `limit` its signal aborts and the call rejects with `deadline.exceeded`, also
   * when the body ignores the signal.
   * @param because what is being waited for: it becomes the error's text.
   */
  within<T>(limit: Ms, because: string, body: (ctx: Ctx) => Promise<T>): Promise<T>;
  /**
   * Asks `probe` again and again until it gives a value, and rejects with `expectation.unmet` after `limit`.
   * @param what the state that is expected, as the end of "expected that ...".
   * @param every pause between two probes; one second by default.
   */
  expect<T>(what: string, probe: (ctx: Ctx) => Promise<T | undefined>, limit: Ms, every?: Ms): Promise<T>;
}

export interface CtxParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
}

export function createCtx(parts: CtxParts): Ctx {
  const ctx: Ctx = {
    ...parts,
    within: (limit, because, body) => within(parts, limit, because, body),
    expect: (what, probe, limit, every = 1_000) => expectValue(ctx, what, probe, limit, every),
  };
  return ctx;
}

async function within<T>(
  parts: CtxParts,
  limit: Ms,
  because: string,
  body: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const cancel = parts.clock.after(limit, () => deadline.abort(deadlineExceeded(limit, because)));
  try {
    return await withSignal(parts, deadline.signal, body);
  } finally {
    cancel();
  }
}

/** Runs `body` until this signal aborts as well: then the call rejects with its reason, also when the body ignores it. */
export async function withSignal<T>(
  parts: CtxParts,
  signal: AbortSignal,
  body: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const both = [parts.signal, signal];
  both.forEach(throwIfAborted);
  const controller = new AbortController();
  const abort = (): void => controller.abort(both.find(({ aborted }) => aborted)?.reason);
  for (const one of both) one.addEventListener('abort', abort, { once: true });
  try {
    return await raceAbort(body(createCtx({ ...parts, signal: controller.signal })), controller.signal);
  } finally {
    for (const one of both) one.removeEventListener('abort', abort);
  }
}

async function expectValue<T>(
  ctx: Ctx,
  what: string,
  probe: (ctx: Ctx) => Promise<T | undefined>,
  limit: Ms,
  every: Ms,
): Promise<T> {
  const start = ctx.clock.now();
  for (;;) {
    throwIfAborted(ctx.signal);
    const left = limit - (ctx.clock.now() - start);
    if (left <= 0) throw unmet(what, limit);
    const value = await ctx.within(left, what, probe).catch((error: unknown) => {
      if (isDeadlineOf(error, what)) throw unmet(what, limit);
      throw error;
    });
    if (value !== undefined) return value;
    await ctx.clock.sleep(Math.min(every, limit - (ctx.clock.now() - start)), ctx.signal);
  }
}

/** The same without the signal that may have ended the work: for what has to be done in any case. */
export const unfenced = (ctx: Ctx): Ctx => createCtx({ ...ctx, signal: new AbortController().signal });

/** Settles like `work`, or rejects with the signal's reason if that comes first. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Throws the reason of a signal that has aborted: the fence that keeps a timed-out test from acting on. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason as Error;
}

function deadlineExceeded(limit: Ms, because: string): HarnessError {
  return new HarnessError(`not done within ${formatMs(limit)}: ${because}`, {
    code: 'deadline.exceeded',
    blame: 'rig',
    effect: 'unknown',
    data: { limitMs: limit, because },
  });
}

function isDeadlineOf(error: unknown, what: string): boolean {
  const e = error as { code?: unknown; data?: { because?: unknown } } | null;
  return e?.code === 'deadline.exceeded' && e.data?.because === what;
}

function unmet(what: string, limit: Ms): HarnessError {
  return new HarnessError(`expected within ${formatMs(limit)} that ${what}`, {
    code: 'expectation.unmet',
    blame: 'dut',
    effect: 'none',
    data: { limitMs: limit, what },
  });
}
