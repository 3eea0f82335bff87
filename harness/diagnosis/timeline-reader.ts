import { rungs, type Rung } from '../core/ladder.ts';
import type { TimelineEvent } from '../core/timeline.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { heightOf } from './ladder.ts';
import type { LogLine } from './log.ts';
import { mergeLogs } from './merge/merge.ts';
import { parsePrefix } from './reader/prefix.ts';

/**
 * Diagnoses a run from its timeline. Evidence is `seq` numbers. What was planted (`fault`) and what the emulated modem
 * says of itself (`modem`) is never looked at: the same events have to do on real hardware.
 */
export function diagnoseTimeline(events: readonly TimelineEvent[]): Diagnosis {
  const rung = rungByChecks(events);
  const diagnosis = withoutAnswered(diagnose(linesIn(events), lastsUntil(rung)), events);
  if (rung === undefined) return diagnosis;
  if (rung === null) return hasFault(diagnosis) ? diagnosis : healthy(diagnosis);
  if (hasFault(diagnosis)) return { ...diagnosis, rung };
  const why = 'the checks saw the failure, and no line of the log and no answer of the modem tells why';
  return { ...diagnosis, subject: 'modem', rung, causes: [], abstains: true, why };
}

/**
 * Which faults that the router had logged only before a run may be why the run missed this rung? A modem without a driver may
 * be so since long ago; one that answered had not vanished, and a link that was up had been dialled.
 */
function lastsUntil(missed: Rung | null | undefined): (rung: Rung) => boolean {
  if (missed === undefined) return () => true;
  if (missed === null || missed === 'S10') return () => false;
  const answered = heightOf(missed) > heightOf('S3');
  return (rung) => !answered || (heightOf(rung) > heightOf('S3') && rung !== 'S10');
}

/** A run that is the trial which a question asks for has its answer in the verdict. */
function withoutAnswered(diagnosis: Diagnosis, events: readonly TimelineEvent[]): Diagnosis {
  const isTrial = events.some(({ source, kind }) => source === 'check' && kind === 'window');
  return isTrial ? { ...diagnosis, questions: [] } : diagnosis;
}

function hasFault(diagnosis: Diagnosis): boolean {
  return diagnosis.subject === 'modem' && diagnosis.causes.length > 0;
}

function healthy(diagnosis: Diagnosis): Diagnosis {
  const { why: _why, ...rest } = diagnosis;
  const causes = diagnosis.subject === 'healthy' ? diagnosis.causes : [];
  return { ...rest, subject: 'healthy', rung: null, causes, abstains: false };
}

/** The checks' own word: the first rung missed, S10 after a drop, null if all went well, undefined without checks. */
function rungByChecks(events: readonly TimelineEvent[]): Rung | null | undefined {
  let last: Rung | null | undefined;
  for (const event of events) {
    if (event.source !== 'check') continue;
    const check = checkOf(event);
    if (check?.reached === false) return check.rung;
    if (check) last = null;
    if (event.kind === 'drop') return 'S10';
  }
  return last;
}

function checkOf(event: TimelineEvent): { rung: Rung; reached: boolean; seen: string } | undefined {
  const data = fields(event.data);
  const { rung, reached, seen } = data;
  if (typeof rung !== 'string' || !(rung in rungs) || typeof reached !== 'boolean') return undefined;
  return { rung: rung as Rung, reached, seen: typeof seen === 'string' ? seen : '' };
}

/** A message of the router counts once, however often and by whichever way it came. */
function linesIn(events: readonly TimelineEvent[]): LogLine[] {
  const counts = new Map(mergeLogs(events).lines.map(({ seq, time }) => [seq, time.latest]));
  const began = events[0]?.at ?? 0;
  return events.flatMap((event) => {
    if (!ROUTER.has(event.source)) return linesOf(event);
    const latest = counts.get(event.seq);
    if (latest === undefined) return [];
    return latest < began ? linesOf(event).map((line) => ({ ...line, past: true as const })) : linesOf(event);
  });
}

const ROUTER: ReadonlySet<string> = new Set(['router.log', 'syslog', 'console']);

function linesOf(event: TimelineEvent): LogLine[] {
  const texts = textsOf(event);
  return texts.map((original) => {
    const parsed = ROUTER.has(event.source) ? parsePrefix(original) : { text: original };
    return { ...parsed, number: event.seq, original, timeMs: event.at, timeResolution: 'microsecond' };
  });
}

/** An event as the lines that a user would have pasted. */
function textsOf(event: TimelineEvent): string[] {
  const data = fields(event.data);
  switch (event.source) {
    case 'router.log':
    case 'syslog':
      return strings(data['line']);
    case 'console': // its kernel alone: a boot loader and a login say what no log of a router has
      return strings(data['line']).filter((line) => /^\[ *\d+\.\d+\] /.test(line));
    case 'at':
      return strings(data['command'], data['line'], data['text'], data['lines'], data['final'], data['urc']);
    case 'check': {
      const check = checkOf(event);
      if (check) return [`check ${check.rung} ${check.reached ? 'reached' : 'not reached'}: ${check.seen}`];
      return event.kind === 'drop' ? [`link drop: ${String(data['seen'])}`] : [];
    }
    default:
      return [];
  }
}

function strings(...values: readonly unknown[]): string[] {
  return values.flatMap((value) => {
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  });
}

function fields(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
