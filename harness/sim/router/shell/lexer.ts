import { ShellSyntaxError, type Word } from './syntax.ts';
import type { Cursor } from './cursor.ts';
import { scanHereDocument, scanWord } from './words.ts';

export type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly text: string }
  | { readonly kind: 'operator'; readonly text: string }
  /** Digits directly before `<` or `>`. */
  | { readonly kind: 'io-number'; readonly text: string }
  | { readonly kind: 'newline'; readonly text: '\n' }
  | { readonly kind: 'end'; readonly text: '' };

// Longest first.
const OPERATORS = [
  '<<-',
  '&&',
  '||',
  ';;',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  '|',
  '&',
  ';',
  '(',
  ')',
  '<',
  '>',
];

/** The next token; the cursor stands behind it. */
export function scanToken(cursor: Cursor): Token {
  skipBlanks(cursor);
  const { source } = cursor;
  const c = source[cursor.at];
  if (c === undefined) return end(cursor);
  if (c === '\n') {
    cursor.at++;
    readHereDocuments(cursor);
    return { kind: 'newline', text: '\n' };
  }
  const operator = OPERATORS.find((candidate) => source.startsWith(candidate, cursor.at));
  if (operator !== undefined) {
    cursor.at += operator.length;
    return { kind: 'operator', text: operator };
  }
  const start = cursor.at;
  const word = scanWord(cursor);
  const text = source.slice(start, cursor.at);
  const next = source[cursor.at];
  if (/^\d+$/.test(text) && (next === '<' || next === '>')) return { kind: 'io-number', text };
  return { kind: 'word', word, text };
}

function end(cursor: Cursor): Token {
  if (cursor.hereDocuments.length > 0) readHereDocuments(cursor);
  return { kind: 'end', text: '' };
}

function skipBlanks(cursor: Cursor): void {
  const { source } = cursor;
  for (;;) {
    const c = source[cursor.at];
    if (c === ' ' || c === '\t' || c === '\r') cursor.at++;
    else if (c === '\\' && source[cursor.at + 1] === '\n') cursor.at += 2;
    else if (c === '#') {
      const newline = source.indexOf('\n', cursor.at);
      cursor.at = newline < 0 ? source.length : newline;
    } else return;
  }
}

function readHereDocuments(cursor: Cursor): void {
  for (const document of cursor.hereDocuments.splice(0)) {
    const lines: string[] = [];
    for (;;) {
      if (cursor.at >= cursor.source.length) {
        cursor.unfinished = true;
        break;
      }
      const newline = cursor.source.indexOf('\n', cursor.at);
      const stop = newline < 0 ? cursor.source.length : newline;
      const raw = cursor.source.slice(cursor.at, stop);
      cursor.at = Math.min(stop + 1, cursor.source.length);
      const line = document.stripTabs ? raw.replace(/^\t+/, '') : raw;
      if (line === document.delimiter) break;
      lines.push(line + '\n');
    }
    const text = lines.join('');
    document.fill(
      document.literal
        ? [{ kind: 'text', text, quoted: true }]
        : scanHereDocument(text, cursor.parseSubstitution),
    );
  }
}

/** `unexpected "fi"`, in ash's words. */
export function unexpected(token: Token, expecting?: string): ShellSyntaxError {
  const what =
    token.kind === 'end'
      ? 'end of file'
      : token.kind === 'newline'
        ? 'newline'
        : token.kind === 'operator' || isReserved(token.text)
          ? `"${token.text}"`
          : 'word';
  const wanted = expecting === undefined ? '' : ` (expecting "${expecting}")`;
  return new ShellSyntaxError(`unexpected ${what}${wanted}`, token.kind === 'end');
}

const RESERVED = new Set([
  '!',
  '{',
  '}',
  'case',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'if',
  'in',
  'then',
  'until',
  'while',
  'function',
]);

export function isReserved(text: string): boolean {
  return RESERVED.has(text);
}
