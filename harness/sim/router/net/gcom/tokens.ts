import { HarnessError } from '../../../../core/errors.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** `x`, `%` or `$s`; `$` stays in the name. */
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'operator'; readonly value: string };

const OPERATORS = ['<>', '!=', '<=', '>=', '==', '=', '<', '>', '+', '-', '*', '/', '&', '|', '(', ')', ','];

/** The tokens of a statement's operands. @throws `gcom.syntax` */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^\s+/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const { token, length } = nextToken(rest);
    tokens.push(token);
    at += length;
  }
  return tokens;
}

function nextToken(rest: string): { readonly token: Token; readonly length: number } {
  const number = /^\d+(?:\.\d+)?|^\.\d+/.exec(rest);
  if (number) return { token: { kind: 'number', value: Number(number[0]) }, length: number[0].length };
  const name = /^\$?[A-Za-z][A-Za-z0-9_]*|^%/.exec(rest);
  if (name) return { token: { kind: 'name', value: name[0] }, length: name[0].length };
  if (rest.startsWith('"')) return textToken(rest);
  const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
  if (operator === undefined) throw syntaxError(`Unexpected "${rest[0]}"`);
  return { token: { kind: 'operator', value: operator }, length: operator.length };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', e: '\u001b' };

/** A text in quotes: `^m` is the control character, a backslash takes the next character or names one. */
function textToken(rest: string): { readonly token: Token; readonly length: number } {
  let value = '';
  for (let i = 1; i < rest.length; i++) {
    const c = rest[i] as string;
    if (c === '"') return { token: { kind: 'text', value }, length: i + 1 };
    const next = rest[i + 1];
    if (c === '\\' && next !== undefined) {
      value += ESCAPES[next] ?? next;
      i++;
    } else if (c === '^' && next !== undefined) {
      value += String.fromCharCode(next.toUpperCase().charCodeAt(0) & 31);
      i++;
    } else value += c;
  }
  throw syntaxError('Missing closing quote');
}

export function syntaxError(message: string): HarnessError {
  return new HarnessError(message, { code: 'gcom.syntax', blame: 'test', effect: 'none' });
}
