import { compileRegExp } from './regular-expressions.ts';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

export interface SedCommand {
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly negated: boolean;
  /** Undefined: nothing was replaced. */
  readonly replace?: (line: string) => string | undefined;
  /** `s///p` */
  readonly print?: boolean;
  readonly text?: string;
  readonly body?: readonly SedCommand[];
}

/** The commands, or busybox's complaint. */
export function parseSed(script: string, extended: boolean): readonly SedCommand[] | string {
  const parser = { script, at: 0, extended };
  const commands = parseList(parser, false);
  return commands ?? `unsupported command ${script[parser.at] ?? ''}`.trim();
}

interface Parser {
  readonly script: string;
  at: number;
  readonly extended: boolean;
}

function parseList(parser: Parser, inside: boolean): SedCommand[] | undefined {
  const commands: SedCommand[] = [];
  for (;;) {
    skip(parser, /[\s;]*/y);
    const c = parser.script[parser.at];
    if (c === undefined) return inside ? undefined : commands;
    if (c === '}') {
      if (!inside) return undefined;
      parser.at++;
      return commands;
    }
    if (c === '#') {
      skip(parser, /.*/y);
      continue;
    }
    const command = parseCommand(parser);
    if (!command) return undefined;
    commands.push(command);
  }
}

function parseCommand(parser: Parser): SedCommand | undefined {
  const addresses: Address[] = [];
  const first = parseAddress(parser);
  if (first) addresses.push(first);
  if (first && parser.script[parser.at] === ',') {
    parser.at++;
    const second = parseAddress(parser);
    if (!second) return undefined;
    addresses.push(second);
  }
  skip(parser, /\s*/y);
  const negated = skip(parser, /!\s*/y) !== '';
  const name = parser.script[parser.at] ?? '';
  const head = { name, addresses, negated };
  parser.at++;
  if (name === '{') {
    const body = parseList(parser, true);
    return body && { ...head, body };
  }
  if (name === 's') return parseSubstitution(parser, head);
  if (name === 'y') return parseTransliteration(parser, head);
  if (name === 'i' || name === 'a' || name === 'c') {
    skip(parser, /\s*\\?\n?/y);
    return { ...head, text: skip(parser, /(?:\\\n|[^\n])*/y).replaceAll('\\\n', '\n') };
  }
  if ('pdq='.includes(name) && name !== '') return head;
  parser.at--;
  return undefined;
}

function parseAddress(parser: Parser): Address | undefined {
  const digits = skip(parser, /\d+/y);
  if (digits !== '') return { kind: 'line', line: Number(digits) };
  const c = parser.script[parser.at];
  if (c === '$') {
    parser.at++;
    return { kind: 'last' };
  }
  if (c !== '/' && c !== '\\') return undefined;
  parser.at += c === '/' ? 1 : 2;
  const source = delimited(parser, parser.script[parser.at - 1] as string);
  const pattern = source === undefined ? undefined : compileRegExp(source, parser.extended);
  return pattern && { kind: 'pattern', pattern };
}

type Head = Pick<SedCommand, 'name' | 'addresses' | 'negated'>;

function parseSubstitution(parser: Parser, head: Head): SedCommand | undefined {
  const mark = parser.script[parser.at++];
  if (mark === undefined) return undefined;
  const source = delimited(parser, mark);
  const replacement = delimited(parser, mark);
  if (source === undefined || replacement === undefined) return undefined;
  const flags = skip(parser, /[gpiI0-9]*/y);
  const pattern = compileRegExp(source, parser.extended, 'g' + (/i/i.test(flags) ? 'i' : ''));
  if (!pattern) return undefined;
  const nth = Number(/\d+/.exec(flags)?.[0] ?? 1);
  const all = flags.includes('g');
  const replace = (line: string): string | undefined => {
    let count = 0;
    let replaced = false;
    const changed = line.replace(pattern, (...match: unknown[]) => {
      count++;
      if (all ? count < nth : count !== nth) return String(match[0]);
      replaced = true;
      return fill(replacement, match as string[]);
    });
    return replaced ? changed : undefined;
  };
  return { ...head, replace, print: flags.includes('p') };
}

/** `&`, `\1`, `\n` in the replacement. */
function fill(replacement: string, match: readonly string[]): string {
  return replacement.replaceAll(/\\([\s\S])|&/g, (all, escaped?: string) => {
    if (all === '&') return match[0] ?? '';
    if (escaped !== undefined && /\d/.test(escaped)) return match[Number(escaped)] ?? '';
    return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : (escaped ?? '');
  });
}

function parseTransliteration(parser: Parser, head: Head): SedCommand | undefined {
  const mark = parser.script[parser.at++];
  if (mark === undefined) return undefined;
  const from = Array.from(delimited(parser, mark) ?? '');
  const to = Array.from(delimited(parser, mark) ?? '');
  if (from.length !== to.length) return undefined;
  return {
    ...head,
    replace: (line) =>
      Array.from(line)
        .map((c) => to[from.indexOf(c)] ?? c)
        .join(''),
  };
}

/** Text up to the next `mark`, which may stand in it behind a backslash or within a bracket expression. */
function delimited(parser: Parser, mark: string): string | undefined {
  let text = '';
  for (; parser.at < parser.script.length; parser.at++) {
    const c = parser.script[parser.at] as string;
    if (c === mark) {
      parser.at++;
      return text;
    }
    if (c === '\\') {
      const next = parser.script[++parser.at] ?? '';
      text += next === mark && mark !== '&' ? next : c + next;
    } else text += c;
  }
  return undefined;
}

function skip(parser: Parser, pattern: RegExp): string {
  pattern.lastIndex = parser.at;
  const match = pattern.exec(parser.script)?.[0] ?? '';
  parser.at += match.length;
  return match;
}
