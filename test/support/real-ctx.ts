import { createRng } from '../../harness/core/chance.ts';
import { createCtx, type Ctx } from '../../harness/core/ctx.ts';
import { createRealClock } from '../../harness/core/real-clock.ts';
import { createRedactor } from '../../harness/core/redact.ts';
import { Timeline } from '../../harness/core/timeline.ts';

/** A Ctx in real time, for tests over real sockets and terminals. What it records is thrown away. */
export function realCtx(): Ctx {
  const clock = createRealClock();
  const timeline = new Timeline({ clock, redact: createRedactor(), write: () => undefined });
  return createCtx({ clock, rng: createRng('wire'), timeline, signal: new AbortController().signal });
}
