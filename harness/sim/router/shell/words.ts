import type { Cursor } from './cursor.ts';
import { ShellSyntaxError, type List, type Parameter, type Part, type Word } from './syntax.ts';

const WORD_ENDS = new Set([' ', '\t', '\n', '\r', ';', '&', '|', '<', '>', '(', ')']);
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPECIAL = new Set([
  '@',
  '*',
  '#',
  '?',
  '-',
  '$',
  '!',
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
]);

/** A word up to the next blank or operator. */
export function scanWord(cursor: Cursor): Word {
  return scanParts(cursor, (c) => WORD_ENDS.has(c));
}

/** The text of a here-document, in which `$`, backquotes and backslashes keep their meaning. */
export function scanHereDocument(text: string, parseSubstitution: Cursor['parseSubstitution']): Word {
  const cursor: Cursor = { source: text, at: 0, hereDocuments: [], parseSubstitution };
  const parts: Part[] = [];
  scanQuoted(cursor, parts, () => false, '$`\\');
  return parts;
}

function scanParts(cursor: Cursor, isEnd: (c: string) => boolean): Word {
  const parts: Part[] = [];
  const { source } = cursor;
  for (;;) {
    const c = source[cursor.at];
    if (c === undefined || isEnd(c)) return parts;
    if (c === "'") parts.push({ kind: 'text', text: singleQuoted(cursor), quoted: true });
    else if (c === '"') {
      cursor.at++;
      const before = parts.length;
      scanQuoted(cursor, parts, (next) => next === '"', '$`"\\');
      if (source[cursor.at] !== '"') throw unterminated();
      cursor.at++;
      // Quotes around nothing are an empty word; around an empty "$@" they are none.
      if (parts.length === before) parts.push({ kind: 'text', text: '', quoted: true });
    } else if (c === '\\') {
      const next = source[cursor.at + 1];
      cursor.at += 2;
      if (next !== undefined && next !== '\n') parts.push({ kind: 'text', text: next, quoted: true });
    } else if (c === '$' || c === '`') parts.push(scanDollar(cursor, false));
    else parts.push(plainText(cursor, isEnd));
  }
}

function plainText(cursor: Cursor, isEnd: (c: string) => boolean): Part {
  const start = cursor.at;
  for (;;) {
    const c = cursor.source[cursor.at];
    if (c === undefined || isEnd(c) || c === "'" || c === '"' || c === '\\' || c === '$' || c === '`') break;
    cursor.at++;
  }
  return { kind: 'text', text: cursor.source.slice(start, cursor.at), quoted: false };
}

/** @param escapable after which characters a backslash loses itself */
function scanQuoted(cursor: Cursor, parts: Part[], isEnd: (c: string) => boolean, escapable: string): void {
  const { source } = cursor;
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text, quoted: true });
    text = '';
  };
  for (;;) {
    const c = source[cursor.at];
    if (c === undefined || isEnd(c)) break;
    if (c === '\\') {
      const next = source[cursor.at + 1] ?? '';
      cursor.at += 2;
      if (next !== '\n') text += next !== '' && escapable.includes(next) ? next : '\\' + next;
    } else if (c === '$' || c === '`') {
      flush();
      parts.push(scanDollar(cursor, true));
    } else {
      text += c;
      cursor.at++;
    }
  }
  flush();
}

function singleQuoted(cursor: Cursor): string {
  const close = cursor.source.indexOf("'", cursor.at + 1);
  if (close < 0) throw unterminated();
  const text = cursor.source.slice(cursor.at + 1, close);
  cursor.at = close + 1;
  return text;
}

/** `$…` and backquotes. */
function scanDollar(cursor: Cursor, quoted: boolean): Part {
  const { source } = cursor;
  if (source[cursor.at] === '`') return { kind: 'command', body: backquoted(cursor, quoted), quoted };
  if (source.startsWith('$((', cursor.at)) {
    const arithmetic = scanArithmetic(cursor, quoted);
    if (arithmetic) return arithmetic;
  }
  const next = source[cursor.at + 1];
  if (next === '(') {
    cursor.at += 2;
    return { kind: 'command', body: cursor.parseSubstitution(cursor), quoted };
  }
  if (next === '{') return scanBraces(cursor, quoted);
  cursor.at++;
  const name = scanName(cursor);
  if (name === undefined) return { kind: 'text', text: '$', quoted };
  return { kind: 'parameter', name, quoted };
}

/** A variable's name or a special parameter's single character at the cursor. */
function scanName(cursor: Cursor, digits = false): string | undefined {
  const c = cursor.source[cursor.at];
  if (c === undefined) return undefined;
  if (digits && /\d/.test(c)) {
    const start = cursor.at;
    while (/\d/.test(cursor.source[cursor.at] ?? '')) cursor.at++;
    return cursor.source.slice(start, cursor.at);
  }
  if (SPECIAL.has(c)) {
    cursor.at++;
    return c;
  }
  NAME.lastIndex = cursor.at;
  const match = NAME.exec(cursor.source);
  if (!match) return undefined;
  cursor.at += match[0].length;
  return match[0];
}

const PARAMETER_OPERATORS = [
  ':-',
  ':=',
  ':?',
  ':+',
  '##',
  '%%',
  '//',
  '-',
  '=',
  '?',
  '+',
  '#',
  '%',
  '/',
  ':',
];

function scanBraces(cursor: Cursor, quoted: boolean): Parameter {
  const { source } = cursor;
  cursor.at += 2;
  if (source[cursor.at] === '#' && source[cursor.at + 1] !== '}') {
    cursor.at++;
    const name = scanName(cursor, true);
    if (name === undefined || source[cursor.at++] !== '}') throw new ShellSyntaxError('bad substitution');
    return { kind: 'parameter', name, quoted, operator: 'length' };
  }
  const name = scanName(cursor, true);
  if (name === undefined) throw new ShellSyntaxError('bad substitution', cursor.at >= source.length);
  const operator = PARAMETER_OPERATORS.find((candidate) => source.startsWith(candidate, cursor.at));
  if (operator === undefined) {
    closeBrace(cursor);
    return { kind: 'parameter', name, quoted };
  }
  cursor.at += operator.length;
  const splits = operator.startsWith('/') ? '/' : operator === ':' ? ':' : undefined;
  const word = operand(cursor, splits);
  let second: Word | undefined;
  if (splits !== undefined && source[cursor.at] === splits) {
    cursor.at++;
    second = operand(cursor, undefined);
  }
  closeBrace(cursor);
  return { kind: 'parameter', name, quoted, operator, word, ...(second ? { second } : {}) };
}

/** The word after an operator. */
function operand(cursor: Cursor, split: string | undefined): Word {
  return scanParts(cursor, (c) => c === '}' || c === split);
}

function closeBrace(cursor: Cursor): void {
  if (cursor.source[cursor.at] !== '}') {
    throw new ShellSyntaxError('bad substitution', cursor.at >= cursor.source.length);
  }
  cursor.at++;
}

function backquoted(cursor: Cursor, quoted: boolean): List {
  let text = '';
  let at = cursor.at + 1;
  for (;;) {
    const c = cursor.source[at];
    if (c === undefined) throw new ShellSyntaxError('EOF in backquote substitution', true);
    if (c === '`') break;
    const next = cursor.source[at + 1] ?? '';
    if (c === '\\' && ('$`\\'.includes(next) || (quoted && next === '"'))) {
      text += next;
      at += 2;
    } else {
      text += c;
      at++;
    }
  }
  cursor.at = at + 1;
  return cursor.parseSubstitution({
    source: text + ')',
    at: 0,
    hereDocuments: [],
    parseSubstitution: cursor.parseSubstitution,
  });
}

/** `$(( … ))`; undefined when it is a command substitution that begins with a subshell. */
function scanArithmetic(cursor: Cursor, quoted: boolean): Part | undefined {
  const { source } = cursor;
  let depth = 0;
  let at = cursor.at + 3;
  for (; at < source.length; at++) {
    if (source[at] === '(') depth++;
    else if (source[at] === ')') {
      if (depth === 0) break;
      depth--;
    }
  }
  if (at >= source.length) throw new ShellSyntaxError("missing '))'", true);
  if (source[at + 1] !== ')') return undefined;
  const word = scanHereDocument(source.slice(cursor.at + 3, at), cursor.parseSubstitution);
  cursor.at = at + 2;
  return { kind: 'arithmetic', word, quoted };
}

function unterminated(): ShellSyntaxError {
  return new ShellSyntaxError('unterminated quoted string', true);
}
