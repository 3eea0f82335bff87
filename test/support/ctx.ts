import { createRng } from '../../harness/core/chance.ts';
import type { Clock } from '../../harness/core/clock.ts';
import { createCtx, type Ctx } from '../../harness/core/ctx.ts';
import { createRedactor } from '../../harness/core/redact.ts';
import { Timeline, type TimelineEvent } from '../../harness/core/timeline.ts';
import { createVirtualClock } from '../../harness/core/virtual-clock.ts';

export interface TestCtx {
  readonly ctx: Ctx;
  readonly clock: Clock;
  /** What was recorded so far, read back from the lines as written. */
  events(): TimelineEvent[];
  /** Runs a body in virtual time with this ctx. */
  drive<T>(body: (ctx: Ctx) => Promise<T>): Promise<T>;
}

/** A Ctx in virtual time whose timeline is kept in memory. */
export function testCtx(
  options: { readonly seed?: string; readonly secrets?: readonly string[] } = {},
): TestCtx {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const timeline = new Timeline({
    clock,
    redact: createRedactor(options.secrets),
    write: (line) => lines.push(line),
  });
  const rng = createRng(options.seed ?? 'test');
  const ctx = createCtx({ clock, rng, timeline, signal: new AbortController().signal });
  return {
    ctx,
    clock,
    events: () => lines.map((line) => JSON.parse(line) as TimelineEvent),
    drive: (body) => clock.drive('test', () => body(ctx)),
  };
}
