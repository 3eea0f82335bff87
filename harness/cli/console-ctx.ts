import { createRng } from '../core/chance.ts';
import type { Clock } from '../core/clock.ts';
import { createCtx, type Ctx } from '../core/ctx.ts';
import { createRedactor } from '../core/redact.ts';
import { Timeline } from '../core/timeline.ts';

/** A context for work that leaves no report: what it records is dropped. */
export function consoleCtx(
  clock: Clock,
  seed: string,
  signal: AbortSignal = new AbortController().signal,
): Ctx {
  const timeline = new Timeline({ clock, redact: createRedactor([]), write: () => undefined });
  return createCtx({ clock, rng: createRng(seed), timeline, signal });
}
