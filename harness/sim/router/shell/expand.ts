import { ArithmeticError, evaluate } from './arithmetic.ts';
import { expandPaths, hasPattern, quotePattern } from './pattern.ts';
import { assign, complain, type Io, type ShellState } from './state.ts';
import { changeByPattern, substring } from './substitute.ts';
import type { List, Parameter, Part, Word } from './syntax.ts';

/** Expansion in the shell's surroundings: what a word means here and now. */
export interface Expander {
  readonly state: ShellState;
  readonly io: Io;
  /** Runs `$(…)` and gives its output. */
  readonly substitute: (body: List) => Promise<string>;
}

/** Piece of a field; quoted text is neither split nor taken as a pattern. */
interface Segment {
  text: string;
  readonly quoted: boolean;
}
type Field = Segment[];

/** Words as a command gets them: expanded, split and with file names filled in. */
export async function expandWords(expander: Expander, words: readonly Word[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    const plain = plainTextOf(word);
    if (plain !== undefined) {
      out.push(plain);
      continue;
    }
    for (const field of await fieldsOf(expander, word)) out.push(...pathsOf(expander.state, field));
  }
  return out;
}

/** A word as one text: assignments, redirections, here-documents, `case`. */
export async function expandText(expander: Expander, word: Word): Promise<string> {
  const plain = plainTextOf(word);
  if (plain !== undefined) return plain;
  let text = '';
  for (const [index, part] of word.entries()) text += await textOf(expander, part, index === 0);
  return text;
}

/** A word as a pattern: its quoted characters are escaped. */
export async function expandPattern(expander: Expander, word: Word): Promise<string> {
  let pattern = '';
  for (const [index, part] of word.entries()) {
    const text = await textOf(expander, part, index === 0);
    if (part.quoted) pattern += quotePattern(text);
    else pattern += part.kind === 'text' ? text : text.replaceAll('\\', '\\\\');
  }
  return pattern;
}

/** The text of a word that needs no expansion at all: most of them. */
function plainTextOf(word: Word): string | undefined {
  const first = word[0];
  if (word.length !== 1 || first?.kind !== 'text') return undefined;
  if (first.quoted) return first.text;
  return /[*?[~]/.test(first.text) ? undefined : first.text;
}

async function fieldsOf(expander: Expander, word: Word): Promise<Field[]> {
  const fields: Field[] = [];
  let open: Field | undefined;
  const append = (segment: Segment): void => {
    if (!open) fields.push((open = []));
    open.push(segment);
  };
  for (const [index, part] of word.entries()) {
    if (isAllParameters(part)) {
      for (const [at, text] of expander.state.parameters.entries()) {
        if (at > 0) open = undefined;
        append({ text, quoted: true });
      }
    } else if (part.kind === 'text' || part.quoted) {
      append({ text: await textOf(expander, part, index === 0), quoted: part.quoted });
    } else {
      const nested = defaultWordOf(expander, part);
      const text = nested ? '' : await textOf(expander, part);
      const pieces = nested ? await fieldsOf(expander, nested) : splitOf(expander, text);
      // A separator at the beginning or the end of the value cuts the word there.
      if (isSeparator(expander, text[0])) open = undefined;
      for (const [at, piece] of pieces.entries()) {
        if (at > 0) open = undefined;
        for (const segment of piece) append(segment);
      }
      if (isSeparator(expander, text.at(-1))) open = undefined;
    }
  }
  return fields.filter((field) => field.some((segment) => segment.quoted || segment.text !== ''));
}

function isSeparator({ state }: Expander, c: string | undefined): boolean {
  return c !== undefined && ifsOf(state).includes(c);
}

function isAllParameters(part: Part): boolean {
  return part.kind === 'parameter' && part.name === '@' && part.quoted && part.operator === undefined;
}

/** The word of an unquoted `${x:-word}` that takes the parameter's place: split by its own quotes. */
function defaultWordOf(expander: Expander, part: Part): Word | undefined {
  if (part.kind !== 'parameter' || part.word === undefined) return undefined;
  const operator = part.operator ?? '';
  if (!/^:?[-+]$/.test(operator)) return undefined;
  const value = parameterValue(expander.state, part.name);
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  return missing === operator.endsWith('-') ? part.word : undefined;
}

/** Splits a value at the characters of IFS. Source: POSIX XCU 2.6.5. */
function splitOf({ state }: Expander, text: string): Field[] {
  // What stands empty between two separators is a field of its own: as quoted text it is kept.
  return splitFields(text, ifsOf(state)).map((piece) => [{ text: piece, quoted: piece === '' }]);
}

function ifsOf(state: ShellState): string {
  return state.variables.get('IFS') ?? ' \t\n';
}

/** @param limit the last of this many fields takes the rest, as `read` does */
export function splitFields(text: string, ifs: string, limit = Infinity): string[] {
  if (ifs === '') return text === '' ? [] : [text];
  const white = (c: string | undefined): boolean => c !== undefined && ifs.includes(c) && /\s/.test(c);
  const fields: string[] = [];
  let at = 0;
  while (white(text[at])) at++;
  while (at < text.length) {
    if (fields.length === limit - 1) {
      let end = text.length;
      while (end > at && white(text[end - 1])) end--;
      fields.push(text.slice(at, end));
      return fields;
    }
    const start = at;
    while (at < text.length && !ifs.includes(text[at] as string)) at++;
    fields.push(text.slice(start, at));
    while (white(text[at])) at++;
    if (at < text.length && ifs.includes(text[at] as string) && !white(text[at]) && !white(text[at - 1]))
      at++;
    while (white(text[at])) at++;
  }
  return fields;
}

function pathsOf(state: ShellState, field: Field): string[] {
  const pattern = field
    .map((segment) => (segment.quoted ? quotePattern(segment.text) : segment.text))
    .join('');
  if (!state.options.has('f') && hasPattern(pattern)) {
    const found = expandPaths(state.machine.files, state.cwd, pattern);
    if (found.length > 0) return found;
  }
  return [field.map((segment) => segment.text).join('')];
}

async function textOf(expander: Expander, part: Part, atStart = false): Promise<string> {
  switch (part.kind) {
    case 'text':
      return atStart && !part.quoted && part.text.startsWith('~')
        ? tilde(expander.state, part.text)
        : part.text;
    case 'parameter':
      return parameterText(expander, part);
    case 'command':
      return expander.substitute(part.body);
    case 'arithmetic':
      return arithmeticText(expander, part.word);
  }
}

function tilde(state: ShellState, text: string): string {
  return text.replace(/^~(?:root)?(?=\/|$)/, state.variables.get('HOME') ?? '/root');
}

async function arithmeticText(expander: Expander, word: Word): Promise<string> {
  const { state, io } = expander;
  const text = await expandText(expander, word);
  try {
    const value = evaluate(text, {
      get: (name) => state.variables.get(name),
      set: (name, changed) => void assign(state, io, name, changed),
    });
    return String(value);
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    fail(expander, error.message);
    return '0';
  }
}

/** A parameter with a part cut out or replaced. */
async function changedText(expander: Expander, part: Parameter, value: string): Promise<string> {
  const { operator = '', word = [], second } = part;
  if (operator === ':') {
    const length = second ? Number(await arithmeticText(expander, second)) : undefined;
    return substring(value, Number(await arithmeticText(expander, word)), length);
  }
  const pattern = await expandPattern(expander, word);
  return changeByPattern(value, operator, pattern, second ? await expandText(expander, second) : '');
}

/** Says what is wrong and ends the shell with status 2, as expansion errors do. */
function fail({ state, io }: Expander, text: string): void {
  complain(state, io, text);
  state.flow = { kind: 'exit', status: 2 };
}

/** The value of `$name`; undefined where it is unset. */
export function parameterValue(state: ShellState, name: string): string | undefined {
  switch (name) {
    case '@':
      return state.parameters.length === 0 ? undefined : state.parameters.join(' ');
    case '*':
      return state.parameters.length === 0 ? undefined : state.parameters.join(ifsOf(state).slice(0, 1));
    case '#':
      return String(state.parameters.length);
    case '?':
      return String(state.status);
    case '$':
      return String(state.pid);
    case '!':
      return state.lastJob === undefined ? undefined : String(state.lastJob);
    case '-':
      return [...state.options].filter((option) => option.length === 1).join('');
    case '0':
      return state.name;
    default:
      return /^\d/.test(name) ? state.parameters[Number(name) - 1] : state.variables.get(name);
  }
}

async function parameterText(expander: Expander, part: Parameter): Promise<string> {
  const { state, io } = expander;
  const value = parameterValue(state, part.name);
  const operator = part.operator ?? '';
  const word = part.word ?? [];
  if (operator === 'length') return String((value ?? '').length);
  if (value === undefined && state.options.has('u') && !/^:?[-=?+]$/.test(operator)) {
    if (part.name !== '@' && part.name !== '*') fail(expander, `${part.name}: parameter not set`);
    return '';
  }
  if (operator === '') return value ?? '';
  const present = value !== undefined && !(operator.startsWith(':') && value === '');
  switch (operator) {
    case '-':
    case ':-':
      return present ? value : expandText(expander, word);
    case '+':
    case ':+':
      return present ? expandText(expander, word) : '';
    case '=':
    case ':=': {
      if (present) return value;
      const text = await expandText(expander, word);
      assign(state, io, part.name, text);
      return text;
    }
    case '?':
    case ':?': {
      if (present) return value;
      const text = word.length > 0 ? await expandText(expander, word) : 'parameter not set';
      fail(expander, `${part.name}: ${text}`);
      return '';
    }
    default:
      return changedText(expander, part, value ?? '');
  }
}
