import { sleepOn, type Cancel, type Clock } from './clock.ts';
import { HarnessError } from './errors.ts';
import type { Ms } from './units.ts';

interface Timer {
  /** Whole microseconds: sums of fractions of a millisecond would drift, and a rest of 1e-10 ms would never pass. */
  readonly at: number;
  readonly order: number;
  /** Undefined once cancelled: the heap drops it when it comes up. */
  run: (() => void) | undefined;
}

/**
 * Time that passes only inside `drive` and only when nothing is left to do: it then jumps to the next timer.
 * A day of simulated soak takes seconds, and the same seed gives the same order of events.
 *
 * "Nothing left to do" means that a whole turn of the event loop ran no work of ours: everything in a simulated rig
 * moves in microtasks and ticks, which Node drains before `setImmediate`. Real work (files, child processes) is
 * announced through `outside`, which stops time.
 */
export function createVirtualClock(epoch: Date = new Date('2026-01-05T08:00:00Z')): Clock {
  const heap: Timer[] = [];
  let now = 0; // whole microseconds
  let order = 0;
  let driving: string | undefined;
  const outsiders = new Set<Promise<unknown>>();

  const after = (delay: Ms, f: () => void): Cancel => {
    const timer: Timer = { at: now + microseconds(delay), order: order++, run: f };
    push(heap, timer);
    return () => {
      timer.run = undefined;
    };
  };

  /** Runs the next timer that was not cancelled; false when there is none. */
  const step = (): boolean => {
    for (let timer = pop(heap); timer; timer = pop(heap)) {
      if (!timer.run) continue;
      now = timer.at;
      timer.run();
      return true;
    }
    return false;
  };

  const drive = async <T>(title: string, body: () => Promise<T>): Promise<T> => {
    if (driving !== undefined) throw alreadyDriven(driving, title);
    driving = title;
    try {
      let settled = false;
      const result = body().finally(() => (settled = true));
      result.catch(() => undefined); // reported by the caller, who awaits `result` below
      for (;;) {
        await turn();
        if (settled) return await result;
        if (outsiders.size > 0) await Promise.race(outsiders).catch(() => undefined);
        else if (!step()) throw deadlock(title, now / 1_000);
      }
    } finally {
      driving = undefined;
    }
  };

  return {
    virtual: true,
    now: () => now / 1_000,
    wall: () => new Date(epoch.getTime() + now / 1_000),
    after,
    sleep: (delay, signal) => sleepOn(after, delay, signal),
    drive,
    outside: (work) => {
      const tracked = work.finally(() => outsiders.delete(tracked));
      outsiders.add(tracked);
      return tracked;
    },
  };
}

/** Whole microseconds, and at least one for any delay: time has to pass. */
function microseconds(delay: Ms): number {
  return delay <= 0 ? 0 : Math.max(1, Math.round(delay * 1_000));
}

/** One turn of the event loop: every tick and microtask queued so far has run when it resolves. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function alreadyDriven(present: string, wanted: string): HarnessError {
  return new HarnessError(
    `virtual time is already driven by "${present}", so "${wanted}" cannot drive it too`,
    {
      code: 'clock.driven-twice',
      blame: 'harness',
      effect: 'none',
    },
  );
}

function deadlock(title: string, now: Ms): HarnessError {
  return new HarnessError(
    `"${title}" can never finish: at ${now} ms of virtual time everybody waits and no timer is armed`,
    {
      code: 'clock.deadlock',
      blame: 'harness',
      effect: 'unknown',
      hint: 'something awaits an answer that nobody will give and has no deadline; wrap it in ctx.within',
    },
  );
}

// A binary min-heap ordered by time, then by order of arming.

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  let i = heap.length;
  heap.push(timer);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(timer, heap[parent] as Timer)) break;
    heap[i] = heap[parent] as Timer;
    i = parent;
  }
  heap[i] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child++;
    if (!before(heap[child] as Timer, last)) break;
    heap[i] = heap[child] as Timer;
    i = child;
  }
  heap[i] = last;
  return top;
}
