import { explainRig, type ExplainedValue } from '../lab/explain.ts';
import { findRig } from '../lab/rig-catalogue.ts';
import { loadParsedRig } from '../lab/rig-file.ts';
import { shownPath } from '../lab/places.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

/** `rigs explain RIG`: every value, and whether the file says it or it is a default. */
export async function rigsExplain(args: Arguments, io: Io): Promise<number> {
  const { id, path } = findRig(args.positionals[0] as string);
  const values = explainRig(loadParsedRig(path));
  io.out(
    args.flag('json')
      ? JSON.stringify({ id, path, values }, null, 2) + '\n'
      : explainedText(shownPath(path), values),
  );
  return 0;
}

function explainedText(path: string, values: readonly ExplainedValue[]): string {
  const rows = values.map(({ name, value, line }) => ({
    name,
    from: line === undefined ? 'default' : `line ${line}`,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const width = (key: 'name' | 'from'): number => Math.max(...rows.map((row) => row[key].length));
  const [names, origins] = [width('name'), width('from')];
  const line = (row: (typeof rows)[number]): string =>
    `  ${row.name.padEnd(names)}  ${row.from.padEnd(origins)}  ${row.value}\n`;
  return `${path}\n${rows.map(line).join('')}`;
}
