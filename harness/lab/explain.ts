import { isSecret, label, placeOf } from './rig-problems.ts';
import type { ParsedRig } from './rig-file.ts';

/** One value of a rig and where it came from. */
export interface ExplainedValue {
  /** `connection.probeHost` */
  readonly name: string;
  readonly value: unknown;
  /** Line of the rig file; undefined for a default. */
  readonly line: number | undefined;
}

/** Every value of a rig, those of its file and the defaults, in the order of the schema. Secrets stay hidden. */
export function explainRig({ file, document, lines }: ParsedRig): ExplainedValue[] {
  const { id: _id, path: _path, ...values } = file;
  return leaves(values, []).map(([path, value]) => ({
    name: label(path),
    value: isSecret(path) ? '(hidden)' : value,
    line: document.hasIn(path) ? placeOf(document, lines, path).line : undefined,
  }));
}

type Path = readonly (string | number)[];

function leaves(value: unknown, path: Path): [Path, unknown][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[path, value]];
  const parts: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return parts.length === 0
    ? [[path, value]]
    : parts.flatMap(([name, part]) => leaves(part, [...path, name]));
}
