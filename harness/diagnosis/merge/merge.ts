import type { TimelineEvent } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import { bootsOf, both, type Boot, type Span } from './boots.ts';
import { heardOf, type Heard, type Way } from './heard.ts';

/** A message of the router, once, however often it came. */
export interface MergedLine {
  /** `seq` of the event that brought it first. */
  readonly seq: number;
  readonly line: string;
  readonly ways: readonly Way[];
  /** 1 for the first boot; 1.5: between the first and the second. */
  readonly boot: number;
  readonly time: Span;
}

/** Where lines are missing, or may be. */
export interface Gap {
  readonly seq: number;
  readonly at: Ms;
  readonly way: Way;
  readonly reason: string;
}

export interface MergedLog {
  readonly boots: readonly Boot[];
  /** In the order of the latest moment at which they can have happened. */
  readonly lines: readonly MergedLine[];
  readonly gaps: readonly Gap[];
}

/** What console, logread and syslog say of a router, as one log on the run's clock. Pure: of a timeline alone. */
export function mergeLogs(events: readonly TimelineEvent[]): MergedLog {
  const boots = bootsOf(events);
  const heard = inOrder(heardOf(events, boots));
  const lines = unite(heard).sort((a, b) => a.time.latest - b.time.latest || a.seq - b.seq);
  return { boots, lines, gaps: [...toldGaps(events), ...foundGaps(lines)] };
}

/** A log has its order: nothing was before its predecessor, nor after its successor. */
function inOrder(heard: readonly Heard[]): Heard[] {
  const out = [...heard];
  for (const way of ['logread', 'syslog', 'console'] as const) {
    const places = out.flatMap((one, i) => (one.way === way ? [i] : []));
    let before = -Infinity;
    for (const i of places) {
      const { time } = out[i] as Heard;
      before = Math.max(before, time.earliest);
      const earliest = Math.min(before, time.latest);
      out[i] = { ...(out[i] as Heard), time: { earliest, latest: time.latest } };
    }
    let after = Infinity;
    for (const i of places.toReversed()) {
      const { time } = out[i] as Heard;
      after = Math.min(after, time.latest);
      out[i] = { ...(out[i] as Heard), time: { ...time, latest: Math.max(after, time.earliest) } };
    }
  }
  return out;
}

interface Growing {
  seq: number;
  line: string;
  ways: Way[];
  boot: number;
  time: Span;
}

/** A message that came by several ways is one. The n-th of the same text by one way is the n-th by another. */
function unite(heard: readonly Heard[]): Growing[] {
  const lines: Growing[] = [];
  const byKey = new Map<string, Growing[]>();
  for (const { way, seq, line, key, boot, time } of heard) {
    const name = `${boot} ${key}`;
    const same = byKey.get(name) ?? [];
    byKey.set(name, same);
    const known = same.find(({ ways }) => !ways.includes(way));
    if (known) {
      known.ways.push(way);
      known.time = both(known.time, time);
      if (way === 'logread') known.line = line; // the only one with a year
    } else {
      const fresh = { seq, line, ways: [way], boot, time };
      same.push(fresh);
      lines.push(fresh);
    }
  }
  return lines;
}

const SOURCES: Readonly<Record<string, Way>> = {
  'router.log': 'logread',
  syslog: 'syslog',
  console: 'console',
};

/** What was seen to break while it was recorded. */
function toldGaps(events: readonly TimelineEvent[]): Gap[] {
  return events.flatMap(({ seq, at, source, kind, data }) => {
    const way = SOURCES[source];
    if (way === undefined || kind !== 'gap') return [];
    const { reason } = data as { readonly reason?: unknown };
    return [{ seq, at, way, reason: String(reason) }];
  });
}

/** What one way brought and the other did not, between two messages that both brought: a log has its order. */
function foundGaps(lines: readonly MergedLine[]): Gap[] {
  const ofRouter = lines.filter(({ ways }) => ways.some((way) => way !== 'console'));
  const isAnchor = ({ ways }: MergedLine): boolean => ways.includes('logread') && ways.includes('syslog');
  const between = ofRouter.slice(ofRouter.findIndex(isAnchor), ofRouter.findLastIndex(isAnchor) + 1);
  return (['syslog', 'logread'] as const).flatMap((way) => {
    const other = way === 'syslog' ? 'logread' : 'syslog';
    const runs: { readonly first: MergedLine; count: number }[] = [];
    let missing = false;
    for (const line of between) {
      const lacks = !line.ways.includes(way);
      const run = runs.at(-1);
      if (lacks && missing && run) run.count++;
      else if (lacks) runs.push({ first: line, count: 1 });
      missing = lacks;
    }
    return runs.map(({ first: { seq, time }, count }) => ({
      seq,
      at: time.latest,
      way,
      reason: `lacks ${count} ${count === 1 ? 'line' : 'lines'} that ${other} has`,
    }));
  });
}
