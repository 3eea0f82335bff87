import { absolute } from '../files.ts';
import type { Applet } from '../machine.ts';
import { fail, parseOptions } from './options.ts';

/** Source: OpenWrt jsonfilter (jsonpath main.c): JSON from -i, -s or standard input, one match a line. */
export const jsonfilter: Applet = async (process) => {
  const options = parseOptions(
    process,
    'i:s:e:t:F:l:aqh',
    '[-a] [-i <file> | -s "json..."] {-t <pattern> | -e <pattern>}',
  );
  if (!options) return 1;
  const file = options.value('i');
  const text =
    options.value('s') ??
    (file === undefined
      ? new TextDecoder().decode(await process.stdin.readAll())
      : process.machine.files.readText(absolute(process.cwd, file)));
  if (text === undefined) return fail(process, `Failed to open ${file}: No such file or directory`, 125);
  const document = parseJson(text);
  if (document === undefined) {
    if (!options.has('q')) process.err('Failed to parse json data: unexpected end of data\n');
    return 126;
  }
  let status = 0;
  for (const [letter, expressions] of [
    ['e', options.values('e')],
    ['t', options.values('t')],
  ] as const) {
    for (const expression of expressions) {
      const found = matchesOf(expression, document.value);
      if (!found) {
        process.err(`Syntax error: Unexpected character\n  ${expression}\n`);
        return 127;
      }
      if (found.length === 0) status = 1;
      for (const value of found.slice(0, Number(options.value('l') ?? Infinity))) {
        process.out((letter === 't' ? typeName(value) : formatValue(value)) + '\n');
      }
    }
  }
  return status;
};

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Objects and arrays as one line with blanks, as json-c prints them; scalars bare. */
function formatValue(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? spaced(value)
    : typeof value === 'string'
      ? value
      : String(value);
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[ ]' : `[ ${value.map(spaced).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`);
  return entries.length === 0 ? '{ }' : `{ ${entries.join(', ')} }`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  return typeof value === 'object' ? 'object' : typeof value;
}

type Step =
  | { readonly kind: 'key'; readonly key: string | number }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'filter';
      readonly path: readonly Step[];
      readonly operator: string;
      readonly wanted: unknown;
    };

/** The values that a path leads to; undefined: it can't be parsed. */
export function matchesOf(expression: string, document: unknown): unknown[] | undefined {
  const steps = parsePath(expression.replace(/^[A-Za-z_]\w*=/, ''));
  return steps && follow(steps, [document]);
}

function follow(steps: readonly Step[], start: readonly unknown[]): unknown[] {
  let found = [...start];
  for (const step of steps) found = found.flatMap((value) => take(step, value));
  return found;
}

function take(step: Step, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step.kind === 'all') return Object.values(value);
  if (step.kind === 'key') {
    const key = Array.isArray(value) && Number(step.key) < 0 ? value.length + Number(step.key) : step.key;
    return Object.hasOwn(value, key) ? [(value as Record<string | number, unknown>)[key]] : [];
  }
  return Object.values(value).filter((item) => {
    const [left] = follow(step.path, [item]);
    if (step.operator === '') return left !== undefined && left !== false && left !== null;
    return step.operator === '=' ? left === step.wanted : left !== step.wanted;
  });
}

const STEP =
  /\.([A-Za-z_][\w-]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\['([^']*)'\]|\[(-?\d+)\]|(\[\*\]|\.\*)|\[@((?:\.[\w-]+|\["[^"]*"\])*)\s*(?:(!?=)\s*("[^"]*"|'[^']*'|true|false|-?\d+))?\]/y;

function parsePath(expression: string): Step[] | undefined {
  if (!/^[@$]/.test(expression)) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < expression.length) {
    const match = STEP.exec(expression);
    if (!match) return undefined;
    const [, name, double, single, index, all, filter, operator = '', literal] = match;
    const key = name ?? double ?? single;
    if (key !== undefined) steps.push({ kind: 'key', key });
    else if (index !== undefined) steps.push({ kind: 'key', key: Number(index) });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else {
      const at = STEP.lastIndex;
      const path = parsePath('@' + (filter ?? ''));
      STEP.lastIndex = at;
      if (!path) return undefined;
      const wanted: unknown = literal === undefined ? undefined : JSON.parse(literal.replaceAll("'", '"'));
      steps.push({ kind: 'filter', path, operator, wanted });
    }
  }
  return steps;
}
