import { absolute } from '../files.ts';
import type { Applet } from '../machine.ts';
import { openOutput } from '../shell/redirect.ts';
import { linesOf, openInputs } from './inputs.ts';
import { fail, parseOptions } from './options.ts';

/** Source: busybox coreutils/wc.c. */
export const wc: Applet = async (process) => {
  const options = parseOptions(process, 'clwLm', '[-cmlwL] [FILE]...');
  if (!options) return 1;
  const shown = ['l', 'w', 'c'].filter(
    (letter) => options.has(letter) || (letter === 'c' && options.has('m')),
  );
  const columns = shown.length > 0 ? shown : ['l', 'w', 'c'];
  const total = { l: 0, w: 0, c: 0 };
  let status = 0;
  const row = (counts: Readonly<Record<string, number>>, name: string): void => {
    const numbers = columns.map((letter) => String(counts[letter]));
    const text = columns.length === 1 ? numbers[0] : numbers.map((n) => n.padStart(9)).join(' ');
    process.out(`${text}${name === '-' ? '' : ` ${name}`}\n`);
  };
  for await (const { name, input } of openInputs(process, options.operands, () => (status = 1))) {
    const bytes = await input.readAll();
    const text = new TextDecoder().decode(bytes);
    const counts = {
      l: text.split('\n').length - 1,
      w: text.split(/\s+/).filter(Boolean).length,
      c: bytes.length,
    };
    for (const key of ['l', 'w', 'c'] as const) total[key] += counts[key];
    row(counts, name);
  }
  if (options.operands.length > 1) row(total, 'total');
  return status;
};

/** Source: busybox coreutils/cut.c. */
export const cut: Applet = async (process) => {
  const options = parseOptions(process, 'b:c:f:d:sn', '[OPTIONS] [FILE]...');
  if (!options) return 1;
  const spec = options.value('f') ?? options.value('c') ?? options.value('b');
  if (spec === undefined) return fail(process, 'expected a list of bytes, characters, or fields');
  const ranges = rangesOf(spec);
  const delimiter = options.value('d') ?? '\t';
  let status = 0;
  for await (const line of linesOf(process, options.operands, () => (status = 1))) {
    if (!options.has('f')) {
      process.out(
        Array.from(line)
          .filter((_, index) => includes(ranges, index + 1))
          .join('') + '\n',
      );
    } else if (!line.includes(delimiter)) {
      if (!options.has('s')) process.out(line + '\n');
    } else {
      const fields = line.split(delimiter).filter((_, index) => includes(ranges, index + 1));
      process.out(fields.join(delimiter) + '\n');
    }
  }
  return status;
};

type Range = readonly [number, number];

/** `1,3-5,7-` */
function rangesOf(spec: string): Range[] {
  return spec.split(',').map((part) => {
    const [from = '', to = from] = part.split('-');
    return [from === '' ? 1 : Number(from), to === '' ? Infinity : Number(to)];
  });
}

function includes(ranges: readonly Range[], n: number): boolean {
  return ranges.some(([from, to]) => n >= from && n <= to);
}

/** Source: busybox coreutils/sort.c. */
export const sort: Applet = async (process) => {
  const options = parseOptions(process, 'nrugMcszbdfiokt:k:o:T:', '[-nru] [-t CHAR] [-k N[,M]] [FILE]...');
  if (!options) return 1;
  const lines: string[] = [];
  let status = 0;
  for await (const line of linesOf(process, options.operands, () => (status = 1))) lines.push(line);
  const separator = options.value('t') ?? /\s+/;
  const [keySpec] = options.values('k');
  const [from, to] = (keySpec ?? '')
    .replaceAll(/[a-z]/g, '')
    .split(',')
    .map((part) => Number.parseInt(part, 10));
  const keyOf = (line: string): string =>
    from === undefined || Number.isNaN(from)
      ? line
      : line
          .split(separator)
          .slice(from - 1, to === undefined ? undefined : to)
          .join(' ');
  const numeric = options.has('n') || /n/.test(keySpec ?? '');
  const fold = (text: string): string => (options.has('f') ? text.toUpperCase() : text);
  const compare = (a: string, b: string): number => {
    const [left, right] = [fold(keyOf(a)), fold(keyOf(b))];
    const byKey = numeric ? numberIn(left) - numberIn(right) : byCodePoint(left, right);
    return byKey !== 0 || options.has('s') || options.has('u') ? byKey : byCodePoint(a, b);
  };
  lines.sort(compare);
  if (options.has('r') || /r/.test(keySpec ?? '')) lines.reverse();
  const kept = options.has('u')
    ? lines.filter((line, i) => i === 0 || compare(lines[i - 1] as string, line) !== 0)
    : lines;
  if (kept.length > 0) process.out(kept.join('\n') + '\n');
  return status;
};

function numberIn(text: string): number {
  return Number.parseFloat(text) || 0;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Source: busybox coreutils/uniq.c. */
export const uniq: Applet = async (process) => {
  const options = parseOptions(process, 'cdui', '[-cdui] [INPUT [OUTPUT]]');
  if (!options) return 1;
  let status = 0;
  let previous: string | undefined;
  let count = 0;
  const flush = (): void => {
    if (previous === undefined || (options.has('d') && count < 2) || (options.has('u') && count > 1)) return;
    process.out(`${options.has('c') ? `${String(count).padStart(7)} ` : ''}${previous}\n`);
  };
  for await (const line of linesOf(process, options.operands.slice(0, 1), () => (status = 1))) {
    if (line === previous) count++;
    else {
      flush();
      previous = line;
      count = 1;
    }
  }
  flush();
  return status;
};

/** Source: busybox coreutils/tr.c. */
export const tr: Applet = async (process) => {
  const options = parseOptions(process, 'cds', '[-cds] STRING1 [STRING2]');
  if (!options) return 1;
  const from = expandSet(options.operands[0] ?? '');
  const to = expandSet(options.operands[1] ?? '');
  const inFirst = (c: string): boolean => from.includes(c) !== options.has('c');
  const squeezed = options.has('d') || to.length === 0 ? (to.length === 0 ? from : to) : to;
  let last = '';
  for await (const piece of process.stdin.pieces()) {
    let text = '';
    for (const c of new TextDecoder().decode(piece)) {
      let out = c;
      if (inFirst(c)) {
        if (options.has('d')) continue;
        if (to.length > 0)
          out = to[Math.min(options.has('c') ? Infinity : from.indexOf(c), to.length - 1)] ?? c;
      }
      if (options.has('s') && out === last && squeezed.includes(out)) continue;
      last = out;
      text += out;
    }
    process.out(text);
  }
  return 0;
};

const SETS: Readonly<Record<string, string>> = {
  '[:digit:]': '0-9',
  '[:lower:]': 'a-z',
  '[:upper:]': 'A-Z',
  '[:alpha:]': 'A-Za-z',
  '[:alnum:]': '0-9A-Za-z',
  '[:space:]': ' \t\n\r\f\v',
  '[:blank:]': ' \t',
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };

function expandSet(spec: string): string[] {
  const plain = Object.entries(SETS).reduce((text, [name, range]) => text.replaceAll(name, range), spec);
  const chars = Array.from(plain.replaceAll(/\\([ntr0\\])/g, (_, c: string) => ESCAPES[c] ?? c));
  const out: string[] = [];
  for (let i = 0; i < chars.length; i++) {
    const [first = '', dash, last] = [chars[i], chars[i + 1], chars[i + 2]];
    if (dash !== '-' || last === undefined) {
      out.push(first);
      continue;
    }
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++)
      out.push(String.fromCharCode(code));
    i += 2;
  }
  return out;
}

export const tee: Applet = async (process) => {
  const options = parseOptions(process, 'ai', '[-ai] [FILE]...');
  if (!options) return 1;
  const sinks = options.operands.flatMap((name) => {
    const sink = openOutput(process.machine, absolute(process.cwd, name), options.has('a'));
    if (typeof sink !== 'string') return [sink];
    fail(process, `${name}: ${sink}`);
    return [];
  });
  for await (const piece of process.stdin.pieces()) {
    process.out(piece);
    for (const sink of sinks) sink(piece);
  }
  return sinks.length === options.operands.length ? 0 : 1;
};

export const seq: Applet = (process) => {
  const options = parseOptions(
    { ...process, argv: process.argv.filter((word) => word !== '-w') },
    's:',
    '[-w] [-s SEP] [FIRST [INC]] LAST',
  );
  if (!options) return 1;
  const numbers = options.operands.map(Number);
  const [first, step, last] =
    numbers.length >= 3 ? numbers : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : [1, 1, numbers[0]];
  if (first === undefined || step === undefined || last === undefined || step === 0)
    return fail(process, 'missing operand');
  const out: number[] = [];
  for (let n = first; step > 0 ? n <= last : n >= last; n += step) out.push(n);
  if (out.length > 0) process.out(out.join(options.value('s') ?? '\n') + '\n');
  return 0;
};

/** `xargs`-like tools need words: blanks separate, quotes and backslashes hold together. */
export function wordsIn(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) =>
    word.replaceAll(
      /"([^"]*)"|'([^']*)'|\\(.)/g,
      (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
    ),
  );
}

export const textApplets: Readonly<Record<string, Applet>> = { cut, seq, sort, tee, tr, uniq, wc };
