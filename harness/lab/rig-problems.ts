import { isMap, isScalar, type Document, type LineCounter } from 'yaml';
import type { z } from 'zod';

import { didYouMean } from './nearest.ts';

/** Something wrong in a rig file, at its place; lines and columns count from 1. */
export interface RigProblem {
  readonly line: number;
  readonly column: number;
  /** `modem.model: found "mc7544", allowed: mc7455, ec25-a (did you mean "mc7455"?)` */
  readonly message: string;
}

type Path = readonly (string | number)[];

/** What zod found, as problems at places in the YAML text, in the order of the text. */
export function schemaProblems(error: z.ZodError, doc: Document, lines: LineCounter): RigProblem[] {
  const problems = error.issues.flatMap((issue) => problemsOf(issue, doc, lines));
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}

function problemsOf(issue: z.core.$ZodIssue, doc: Document, lines: LineCounter): RigProblem[] {
  const path = issue.path as Path;
  const allowed = issue.message;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...placeOfKey(doc, lines, path, key),
      message: `${label([...path, key])}: unknown key, allowed: ${allowed}${didYouMean(key, allowed.split(', '))}`,
    }));
  }
  if (!doc.hasIn(path)) {
    return [{ ...placeOf(doc, lines, path), message: `${label(path)}: missing, allowed: ${allowed}` }];
  }
  const found = foundAt(doc, path);
  const hint =
    issue.code === 'invalid_value' || issue.code === 'invalid_union' ? nearHint(found, allowed) : '';
  return [
    {
      ...placeOf(doc, lines, path),
      message: `${label(path)}: found ${show(found, path)}, allowed: ${allowed}${hint}`,
    },
  ];
}

function nearHint(found: unknown, allowed: string): string {
  return typeof found === 'string' ? didYouMean(found, allowed.split(', ')) : '';
}

/** `router.board`, `faults[1].kind`; the file as a whole has no name. */
export function label(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.replace(/^\./, '') || 'the rig file';
}

const SECRET = /^(?:password|pin|pincode|puk|secret)$/;

export function isSecret(path: Path): boolean {
  return SECRET.test(String(path.at(-1) ?? ''));
}

function show(found: unknown, path: Path): string {
  if (isSecret(path)) return `${typeof found === 'string' ? 'text' : typeof found} (hidden)`;
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object' && found !== null)
    return `a map with the keys ${Object.keys(found).join(', ')}`;
  const text = JSON.stringify(found) ?? String(found);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

function foundAt(doc: Document, path: Path): unknown {
  const node = doc.getIn(path, true);
  if (isScalar(node)) return node.value;
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key }) => [String(key), true]));
  return node === undefined || node === null ? null : [];
}

/** The place of the value, or of the nearest thing around it where there is none. */
export function placeOf(doc: Document, lines: LineCounter, path: Path): { line: number; column: number } {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    const node = doc.getIn(part, true) as { range?: readonly number[] } | null | undefined;
    if (node?.range) return at(lines, node.range[0]);
  }
  return { line: 1, column: 1 };
}

function placeOfKey(
  doc: Document,
  lines: LineCounter,
  path: Path,
  key: string,
): { line: number; column: number } {
  const node = path.length === 0 ? doc.contents : doc.getIn(path, true);
  if (isMap(node)) {
    for (const { key: name } of node.items) {
      if (isScalar(name) && String(name.value) === key && name.range) return at(lines, name.range[0]);
    }
  }
  return placeOf(doc, lines, path);
}

function at(lines: LineCounter, offset: number | undefined): { line: number; column: number } {
  const { line, col } = lines.linePos(offset ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
