import { createRng } from '../../harness/core/chance.ts';
import { sleepOn, type Clock } from '../../harness/core/clock.ts';
import { createCtx, type Ctx } from '../../harness/core/ctx.ts';
import { createRealClock } from '../../harness/core/real-clock.ts';
import { createRedactor } from '../../harness/core/redact.ts';
import { stoppable } from '../../harness/core/stoppable-clock.ts';
import { Timeline, type TimelineEvent } from '../../harness/core/timeline.ts';

/** A Ctx in real time, for tests over real sockets and terminals. What it records is thrown away. */
export function realCtx(
  clock: Clock = createRealClock(),
  write: (line: string) => void = () => undefined,
): Ctx {
  const timeline = new Timeline({ clock, redact: createRedactor(), write });
  return createCtx({ clock, rng: createRng('wire'), timeline, signal: new AbortController().signal });
}

/** A clock that goes `speed` times as fast as another. */
export function paced(clock: Clock, speed: number): Clock {
  const after: Clock['after'] = (delay, f) => clock.after(delay / speed, f);
  return {
    ...clock,
    now: () => clock.now() * speed,
    after,
    sleep: (delay, signal) => sleepOn(after, delay, signal),
  };
}

/** A Ctx in which every limit lasts ten times as long: for what shall happen, however slow the machine is just now. */
export const patientCtx = (clock: Clock = createRealClock()): Ctx => realCtx(paced(clock, 0.1));

/** A Ctx in real time, and what was recorded so far. */
export function recordedRealCtx(): { readonly ctx: Ctx; events(): TimelineEvent[] } {
  const lines: string[] = [];
  const ctx = realCtx(createRealClock(), (line) => lines.push(line));
  return { ctx, events: () => lines.map((line) => JSON.parse(line) as TimelineEvent) };
}

/** Real time that can be stopped: what a simulated rig had still armed then would keep the process alive. */
export const stoppableRealClock = (): ReturnType<typeof stoppable> => stoppable(createRealClock());
