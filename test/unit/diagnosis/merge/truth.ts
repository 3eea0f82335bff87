import type { TimelineEvent } from '../../../../harness/core/timeline.ts';

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What really happened on a router, and by which ways it was told. */
export interface Truth {
  /** On the run's clock. */
  readonly at: number;
  readonly kernel: boolean;
  /** How long each way took; undefined: lost. */
  readonly logread: number | undefined;
  readonly syslog: number | undefined;
  readonly console: number | undefined;
}

export interface World {
  /** When the kernel started, on the run's clock. */
  readonly boot: number;
  /** The router's calendar less the run's clock. */
  readonly offset: number;
  /** How long the question about its clocks took, there and back. */
  readonly trip: readonly [number, number];
}

/** The timeline that a run would have of it; each message says when it happened. */
export function timelineOf(truths: readonly Truth[], { boot, offset, trip }: World): TimelineEvent[] {
  const [there, back] = trip;
  const asked = 0;
  const clock = {
    asked,
    bootId: '3f2a77c0-0000-4000-8000-000000000001',
    uptimeMs: Math.floor((asked + there - boot) / 10) * 10,
    wall: Math.floor((asked + there + offset) / 1_000),
    zone: 0,
  };
  const told: Omit<TimelineEvent, 'seq'>[] = [
    { at: asked + there + back, source: 'router.log', kind: 'clock', data: clock },
  ];
  for (const { at, kernel, ...ways } of truths) {
    const stamp = new Date(at + offset);
    const day = `${NAMES[stamp.getUTCMonth()]} ${String(stamp.getUTCDate()).padStart(2)}`;
    const time = stamp.toISOString().slice(11, 19);
    const uptime = ((at - boot) / 1_000).toFixed(6).padStart(12);
    const message = kernel ? `[${uptime}] happened at ${at}` : `happened at ${at}`;
    const prefix = kernel ? 'kern.info kernel:' : 'daemon.notice pppd[1]:';
    const { logread, syslog, console } = ways;
    const add = (source: 'router.log' | 'syslog' | 'console', delay: number, line: string): void =>
      void told.push({ at: Math.round(at + delay), source, kind: 'line', data: { line } });
    if (logread !== undefined)
      add('router.log', logread, `Sun ${day} ${time} ${stamp.getUTCFullYear()} ${prefix} ${message}`);
    if (syslog !== undefined) add('syslog', syslog, `${day} ${time} ${prefix} ${message}`);
    if (console !== undefined && kernel) add('console', console, message);
  }
  return told.sort((a, b) => a.at - b.at).map((event, i) => ({ ...event, seq: i + 1 }));
}

/** When a line says that it happened. */
export const truthIn = (line: string): number => Number(/happened at (\S+)$/.exec(line)?.[1]);
