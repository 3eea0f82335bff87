import type { Outcome, Verdict } from '../verdict/verdict.ts';
import { describeRung } from '../core/ladder.ts';
import { describeMeasure } from './measures.ts';

/** Puts a colour around text; the identity where the output is no terminal. */
export type Paint = (text: string) => string;

export interface Palette {
  readonly good: Paint;
  readonly bad: Paint;
  readonly doubt: Paint;
  readonly dim: Paint;
  readonly bold: Paint;
}

export const noColours: Palette = {
  good: (text) => text,
  bad: (text) => text,
  doubt: (text) => text,
  dim: (text) => text,
  bold: (text) => text,
};

export interface TableOptions {
  readonly palette: Palette;
  /** Columns of the terminal; text is not wrapped where it is undefined. */
  readonly width: number | undefined;
}

interface Row {
  readonly cells: readonly string[];
  readonly outcome?: Outcome;
  /** Lines below the last cell's text. */
  readonly notes: readonly string[];
}

/** The table of verdicts: rig, suite, verdict, first rung not reached, what was seen with its statistical bound. */
export function renderVerdicts(verdicts: readonly Verdict[], options: TableOptions): string {
  const heads: Row = { cells: ['RIG', 'SUITE', 'VERDICT', 'RUNG', 'SEEN'], notes: [] };
  const rows = [heads, ...verdicts.map(rowOf)];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const indent = widths.reduce((sum, width) => sum + width + GAP, 0);
  const room = options.width === undefined ? Infinity : Math.max(MIN_ROOM, options.width - indent);
  return rows.map((row) => renderRow(row, widths, indent, room, options.palette)).join('');
}

const GAP = 2;
/** The last column never gets narrower than this, however narrow the terminal is. */
const MIN_ROOM = 30;

function rowOf(verdict: Verdict): Row {
  const { rig, suite, repetition, outcome, rung, message, measures = [], hint } = verdict;
  const suiteName = repetition > 1 ? `${suite} #${repetition}` : suite;
  const bounded = measures.filter(({ bound }) => bound !== undefined).map(describeMeasure);
  const next = hint !== undefined && outcome !== 'pass' ? [`next: ${hint}`] : [];
  const [first = '', ...more] = message.split('\n');
  return {
    cells: [rig, suiteName, outcome, rung ?? '-', first],
    outcome,
    notes: [...more, ...bounded, ...next],
  };
}

function renderRow(
  row: Row,
  widths: readonly number[],
  indent: number,
  room: number,
  palette: Palette,
): string {
  const cells = widths.map((width, column) => {
    const cell = (row.cells[column] ?? '').padEnd(width + GAP);
    if (row.outcome === undefined) return palette.bold(cell);
    return column === 2 ? paintOf(row.outcome, palette)(cell) : cell;
  });
  const [first = '', ...wrapped] = wrap(row.cells[widths.length] ?? '', room);
  const head = row.outcome === undefined ? palette.bold(first) : first;
  const notes = row.notes.flatMap((note) => wrap(note, room)).map((note) => palette.dim(note));
  return [cells.join('') + head, ...[...wrapped, ...notes].map((line) => ' '.repeat(indent) + line)]
    .map((line) => line.trimEnd() + '\n')
    .join('');
}

function paintOf(outcome: Outcome, palette: Palette): Paint {
  if (outcome === 'pass') return palette.good;
  if (outcome === 'fail' || outcome === 'error') return palette.bad;
  return palette.doubt;
}

/** Breaks at spaces; a word that is longer than the room stays whole. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** `5 tests: 3 pass, 2 fail`, and what the first failure means. */
export function renderSummary(verdicts: readonly Verdict[], palette: Palette): string {
  const counts = (['pass', 'fail', 'error', 'inconclusive', 'skip'] as const)
    .map((outcome) => ({ outcome, count: verdicts.filter((v) => v.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => paintOf(outcome, palette)(`${count} ${outcome}`));
  const tests = `${verdicts.length} ${verdicts.length === 1 ? 'test' : 'tests'}`;
  const lost = verdicts.find(({ outcome, rung }) => outcome === 'fail' && rung !== undefined);
  const first = lost?.rung ? `; the first rung not reached is ${describeRung(lost.rung)} on ${lost.rig}` : '';
  return `${tests}: ${counts.join(', ') || 'none ran'}${first}\n`;
}
