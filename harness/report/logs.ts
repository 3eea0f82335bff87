import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { TimelineEvent } from '../core/timeline.ts';

/** Takes events and leaves one readable log a source: `logs/router.log`, `logs/at.log` … */
export interface LogWriter {
  take(event: TimelineEvent): void;
  flush(): void;
}

const FLUSH_CHARACTERS = 1 << 18;

export function createLogWriter(folder: string): LogWriter {
  const pending = new Map<string, string>();
  const started = new Set<string>();
  /** Files that already say which test their next lines belong to. */
  const headed = new Set<string>();
  let heading = '';

  const write = (name: string, text: string): void => {
    const path = join(folder, name);
    if (!started.has(name)) rmSync(path, { force: true });
    started.add(name);
    appendFileSync(path, text);
  };
  return {
    take: (event) => {
      if (event.source === 'run' && event.kind === 'test.begin') {
        heading = headingOf(event.data);
        headed.clear();
      }
      const name = fileName(event.source);
      let text = pending.get(name) ?? '';
      if (!headed.has(name)) text += heading;
      headed.add(name);
      text += logLine(event);
      if (text.length >= FLUSH_CHARACTERS) {
        write(name, text);
        text = '';
      }
      pending.set(name, text);
    },
    flush: () => {
      for (const [name, text] of pending) if (text !== '') write(name, text);
      pending.clear();
    },
  };
}

/** `router.log` has the ending in its name already. */
function fileName(source: string): string {
  const safe = source.replace(/[^A-Za-z0-9.-]/g, '_');
  return safe.endsWith('.log') ? safe : `${safe}.log`;
}

function headingOf(data: unknown): string {
  const { rig, suite, title, repetition } = (data ?? {}) as Readonly<Record<string, unknown>>;
  return `# ${String(rig)} ${String(title)} (${String(suite)}, repetition ${String(repetition)})\n`;
}

/** `   12.345 CMD  ifup modem`: seconds since the test began, what, and with which data. */
function logLine({ at, kind, data }: TimelineEvent): string {
  const time = (at / 1_000).toFixed(3).padStart(10);
  return `${time} ${kind}${describeData(data)}\n`;
}

function describeData(data: unknown): string {
  if (data === undefined) return '';
  if (typeof data === 'string') return ` ${data}`;
  if (typeof data !== 'object' || data === null) return ` ${JSON.stringify(data)}`;
  const { line, ...rest } = data as { readonly line?: unknown };
  const isLine = typeof line === 'string' && Object.keys(rest).length === 0;
  return ` ${isLine ? line : JSON.stringify(data)}`;
}
