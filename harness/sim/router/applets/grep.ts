import { absolute } from '../files.ts';
import type { Applet, Process } from '../machine.ts';
import { openInputs, splitLines, type NamedInput } from './inputs.ts';
import { fail, nameOf, parseOptions, type Options } from './options.ts';
import { compileRegExp, escapeRegExp } from './regular-expressions.ts';

interface Search {
  readonly options: Options;
  readonly matcher: RegExp;
  readonly invert: boolean;
  readonly limit: number;
  readonly before: number;
  readonly after: number;
  readonly showName: boolean;
}

/** Source: busybox findutils/grep.c. Lines are passed on as they come. */
export const grep: Applet = async (process) => {
  const options = parseOptions(
    process,
    'HhnlLoqvsrRiwFExcm:A:B:C:e:f:a',
    '[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
  );
  if (!options) return 2;
  const operands = [...options.operands];
  const patterns = patternsOf(process, options, operands);
  if (!patterns) return 2;
  const matcher = matcherOf(process, options, patterns);
  if (!matcher) return fail(process, `bad regex '${patterns[0]}': Invalid regexp`, 2);
  const files = recursive(options) ? operands.flatMap((name) => filesBelow(process, name)) : operands;
  const context = Number(options.value('C') ?? 0);
  const search: Search = {
    options,
    matcher,
    invert: options.has('v'),
    limit: Number(options.value('m') ?? Infinity),
    before: Number(options.value('B') ?? context),
    after: Number(options.value('A') ?? context),
    showName: options.has('H') || ((files.length > 1 || recursive(options)) && !options.has('h')),
  };
  return searchAll(process, search, files);
};

async function searchAll(process: Process, search: Search, files: readonly string[]): Promise<number> {
  let found = false;
  let problem = false;
  const quiet = search.options.has('s') ? { ...process, err: () => undefined } : process;
  for await (const named of openInputs(quiet, files, () => (problem = true))) {
    const count = await searchOne(process, search, named);
    found ||= count > 0;
    if (found && search.options.has('q')) return 0;
  }
  return problem && !found ? 2 : found ? 0 : 1;
}

/** Number of lines that match, at most the limit. */
async function searchOne(process: Process, search: Search, { name, input }: NamedInput): Promise<number> {
  const { options, matcher, invert, limit, before, after } = search;
  const silent = ['q', 'c', 'l', 'L'].some((letter) => options.has(letter));
  const prefix = search.showName ? (name === '-' ? '(standard input)' : name) : undefined;
  const kept: (readonly [number, string])[] = [];
  let count = 0;
  let number = 0;
  let owed = 0;
  let printed = 0;
  const print = (at: number, line: string, mark: string): void => {
    if (printed > 0 && at > printed + 1 && before + after > 0) process.out('--\n');
    printed = at;
    process.out(
      (prefix === undefined ? '' : prefix + mark) + (options.has('n') ? `${at}${mark}` : '') + line + '\n',
    );
  };
  if (limit > 0) {
    for await (const line of input.lines()) {
      number++;
      const hit = matcher.test(line) !== invert;
      if (hit) count++;
      if (hit && !silent) {
        for (const [at, earlier] of kept.splice(0)) print(at, earlier, '-');
        if (options.has('o') && !invert) printMatches(process, search, line, prefix);
        else print(number, line, ':');
        owed = after;
      } else if (!silent && owed > 0) {
        print(number, line, '-');
        owed--;
      } else if (before > 0) {
        kept.push([number, line]);
        if (kept.length > before) kept.shift();
      }
      if (count >= limit && owed === 0) break;
      if (hit && ['q', 'l', 'L'].some((letter) => options.has(letter))) break;
    }
  }
  summarize(process, search, name, prefix, count);
  return count;
}

function summarize(
  process: Process,
  { options }: Search,
  name: string,
  prefix: string | undefined,
  count: number,
): void {
  if (options.has('q')) return;
  if (options.has('c')) process.out(`${prefix === undefined ? '' : prefix + ':'}${count}\n`);
  if (options.has('l') && count > 0) process.out(`${name}\n`);
  if (options.has('L') && count === 0) process.out(`${name}\n`);
}

function printMatches(process: Process, { matcher }: Search, line: string, prefix: string | undefined): void {
  for (const [match] of line.matchAll(new RegExp(matcher, matcher.flags + 'g'))) {
    if (match !== '') process.out(`${prefix === undefined ? '' : prefix + ':'}${match}\n`);
  }
}

function patternsOf(process: Process, options: Options, operands: string[]): string[] | undefined {
  const patterns = options.values('e').flatMap((pattern) => pattern.split('\n'));
  for (const name of options.values('f')) {
    const text = process.machine.files.readText(absolute(process.cwd, name));
    if (text === undefined) {
      fail(process, `${name}: No such file or directory`);
      return undefined;
    }
    patterns.push(...splitLines(text));
  }
  if (options.has('e') || options.has('f')) return patterns;
  const first = operands.shift();
  if (first !== undefined) return first.split('\n');
  fail(process, 'no pattern given');
  return undefined;
}

function matcherOf(process: Process, options: Options, patterns: readonly string[]): RegExp | undefined {
  const name = nameOf(process);
  const fixed = options.has('F') || name === 'fgrep';
  const extended = options.has('E') || name === 'egrep';
  const sources: string[] = [];
  for (const pattern of patterns) {
    const compiled = fixed ? new RegExp(escapeRegExp(pattern)) : compileRegExp(pattern, extended);
    if (!compiled) return undefined;
    sources.push(pattern === '' ? '' : compiled.source);
  }
  let source = sources.map((one) => `(?:${one})`).join('|');
  if (sources.length === 0) source = '(?!)';
  if (options.has('w')) source = `(?<!\\w)(?:${source})(?!\\w)`;
  if (options.has('x')) source = `^(?:${source})$`;
  return new RegExp(source, options.has('i') ? 'i' : '');
}

function recursive(options: Options): boolean {
  return options.has('r') || options.has('R');
}

function filesBelow(process: Process, name: string): string[] {
  const { files } = process.machine;
  const path = absolute(process.cwd, name);
  if (files.stat(path)?.kind !== 'directory') return [name];
  return (files.list(path) ?? [])
    .filter((child) => files.stat(`${path}/${child}`)?.kind !== 'link')
    .flatMap((child) => filesBelow(process, `${name.replace(/\/$/, '')}/${child}`));
}
