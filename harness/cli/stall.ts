import { statSync } from 'node:fs';

import { timelinePath } from '../report/timeline-file.ts';

/** A living run writes at least a probe a second, and a rig's slowest step has a shorter limit than this. */
const STALL_MS = 15 * 60_000;
const LOOK_EVERY_MS = 15_000;

/** Told the size of a file and the time, says whether it has not grown for `limitMs`. */
export function createStallDetector(limitMs: number): (size: number, nowMs: number) => boolean {
  let last: { readonly size: number; readonly nowMs: number } | undefined;
  return (size, nowMs) => {
    if (last?.size !== size) last = { size, nowMs };
    return nowMs - last.nowMs >= limitMs;
  };
}

/**
 * Watches from outside what no deadline inside can end: a process that spins and never comes back to its event loop.
 * Calls `onStall` once when the timeline has not grown for a quarter of an hour.
 */
export function watchForStall(runDirectory: string, onStall: () => void): { stop(): void } {
  const stalled = createStallDetector(STALL_MS);
  const timer = setInterval(() => {
    const size = statSync(timelinePath(runDirectory), { throwIfNoEntry: false })?.size ?? 0;
    if (!stalled(size, performance.now())) return;
    clearInterval(timer);
    onStall();
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
