import type { TimelineEvent } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';

/** A time of which only this much is known. */
export interface Span {
  readonly earliest: Ms;
  readonly latest: Ms;
}

/** One life of the router, as `router.log`/`clock` events tell it. Times are the run's. */
export interface Boot {
  readonly id: string;
  /** `seq` of the event that told it first: what logread says from there on is of this boot. */
  readonly seq: number;
  /** When its kernel started. */
  readonly start: Span;
  /** Its calendar clock (as local time) less the run's: measured with each new connection, for it may be set meanwhile. */
  readonly offset: Span;
}

interface Clocks {
  readonly asked: Ms;
  readonly bootId: string;
  readonly uptimeMs: Ms;
  readonly wall: number;
  readonly zone: number;
}

/** /proc/uptime has hundredths, times on the timeline are rounded. */
const UPTIME_STEP: Ms = 10;
const ROUNDED: Ms = 1;

/** All boots that were told, in order. An answer lies between the question and when it came: that bounds it. */
export function bootsOf(events: readonly TimelineEvent[]): Boot[] {
  const boots: Boot[] = [];
  for (const { source, kind, seq, at, data } of events) {
    if (source !== 'router.log' || kind !== 'clock') continue;
    const { asked, bootId, uptimeMs, wall, zone } = data as Clocks;
    const start = {
      earliest: asked - uptimeMs - UPTIME_STEP - ROUNDED,
      latest: at - uptimeMs + ROUNDED,
    };
    const local = (wall + zone * 60) * 1_000;
    const offset = { earliest: local - at - ROUNDED, latest: local + 1_000 - asked + ROUNDED };
    const last = boots.at(-1);
    if (last?.id === bootId) boots[boots.length - 1] = { ...last, start: both(last.start, start), offset };
    else boots.push({ id: bootId, seq, start, offset });
  }
  return boots;
}

/** What is known by both; what contradicts is the later word. */
export function both(a: Span, b: Span): Span {
  const earliest = Math.max(a.earliest, b.earliest);
  const latest = Math.min(a.latest, b.latest);
  return earliest <= latest ? { earliest, latest } : b;
}
