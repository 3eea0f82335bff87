import { writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TimelineEvent } from '../core/timeline.ts';
import { mergeLogs, type Boot, type MergedLog } from '../diagnosis/index.ts';
import { caseName } from './junit.ts';
import type { Verdict } from '../verdict/verdict.ts';

const LEGEND = `# All that the router said, once each, on the run's clock: seconds at the latest, how much earlier it may have been, and how it
# came: L by logread, S over syslog, C on the console.
`;

/** Takes test after test, and leaves `logs/merged.log`. */
export function createMergedLogWriter(
  folder: string,
): (verdict: Verdict, events: readonly TimelineEvent[]) => void {
  const path = join(folder, 'merged.log');
  let begun = false;
  return (verdict, events) => {
    const merged = mergeLogs(events);
    if (merged.lines.length === 0) return;
    const text = `${begun ? '' : LEGEND}\n# ${caseName(verdict)} (${verdict.suite})\n${renderMergedLog(merged)}`;
    (begun ? appendFileSync : writeFileSync)(path, text);
    begun = true;
  };
}

/** One line for each message, and one for each boot and each gap. */
export function renderMergedLog({ boots, lines, gaps }: MergedLog): string {
  const rows = [
    ...boots.map((boot, i) => ({ at: boot.start.latest, seq: 0, text: aboutBoot(boot, i + 1) })),
    ...gaps.map(({ at, seq, way, reason }) => ({ at, seq: seq - 0.5, text: `== gap: ${way}: ${reason}` })),
    ...lines.map(({ time, seq, ways, line, boot }) => {
      const marks = (['logread', 'syslog', 'console'] as const)
        .map((way) => (ways.includes(way) ? { logread: 'L', syslog: 'S', console: 'C' }[way] : '-'))
        .join('');
      const early = `-${seconds(time.latest - time.earliest)}`.padStart(9);
      const text = `${seconds(time.latest).padStart(11)} ${early} ${bootName(boot)} ${marks} ${line}`;
      return { at: time.latest, seq, text };
    }),
  ];
  return rows
    .sort((a, b) => a.at - b.at || a.seq - b.seq)
    .map(({ text }) => `${text}\n`)
    .join('');
}

const seconds = (ms: number): string => (Number.isFinite(ms) ? (ms / 1_000).toFixed(3) : '?');

const bootName = (boot: number): string =>
  Number.isInteger(boot) ? `boot ${boot}` : `after ${Math.floor(boot)}`;

function aboutBoot({ id, start, offset }: Boot, number: number): string {
  const half = ({ earliest, latest }: Boot['start']): string => `± ${seconds((latest - earliest) / 2)} s`;
  const since = `${seconds((start.earliest + start.latest) / 2)} s (${half(start)})`;
  const zero = new Date((offset.earliest + offset.latest) / 2).toISOString().slice(0, 19).replace('T', ' ');
  return `== boot ${number}, ${id}: its kernel started at ${since}; where the run's clock is 0 the router's says ${zero} (${half(offset)})`;
}
