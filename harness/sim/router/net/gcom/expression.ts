import { syntaxError, type Token } from './tokens.ts';

export type Value = number | string;

/** What an expression can see. */
export interface Scope {
  /** `x`, `%`; 0 where never set. */
  readonly numbers: Map<string, number>;
  /** Without the `$`; empty where never set. */
  readonly texts: Map<string, string>;
  readonly env: ReadonlyMap<string, string>;
  /** Calendar time in seconds. */
  readonly time: () => number;
  readonly pid: number;
}

export type Expression = (scope: Scope) => Value;

/** Tokens being read, from left to right. */
export interface Reader {
  peek(): Token | undefined;
  next(): Token;
}

export function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  return {
    peek: () => tokens[at],
    next: () => {
      const token = tokens[at++];
      if (!token) throw syntaxError('Unexpected end of line');
      return token;
    },
  };
}

/** The operators of BASIC by how tightly they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['=', '==', '<>', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
];

export function readExpression(reader: Reader, level = 0): Expression {
  const operators = LEVELS[level];
  if (!operators) return readFactor(reader);
  let left = readExpression(reader, level + 1);
  for (;;) {
    const token = reader.peek();
    if (token?.kind !== 'operator' || !operators.includes(token.value)) return left;
    reader.next();
    const [a, b] = [left, readExpression(reader, level + 1)];
    left = (scope) => combine(token.value, a(scope), b(scope));
  }
}

function readFactor(reader: Reader): Expression {
  const token = reader.next();
  if (token.kind === 'number' || token.kind === 'text') return () => token.value;
  if (token.kind === 'name') return readName(reader, token.value);
  if (token.value === '-') {
    const factor = readFactor(reader);
    return (scope) => -asNumber(factor(scope));
  }
  if (token.value !== '(') throw syntaxError(`Unexpected "${token.value}"`);
  const inner = readExpression(reader);
  expectOperator(reader, ')');
  return inner;
}

function readName(reader: Reader, name: string): Expression {
  const token = reader.peek();
  if (token?.kind === 'operator' && token.value === '(') return readCall(reader, name);
  if (name.startsWith('$')) return (scope) => scope.texts.get(name.slice(1)) ?? '';
  if (name === 'time' || name === 'pid') return (scope) => (name === 'pid' ? scope.pid : scope.time());
  return (scope) => scope.numbers.get(name) ?? 0;
}

function readCall(reader: Reader, name: string): Expression {
  const f = FUNCTIONS[name.replace('$', '').toLowerCase()];
  if (!f) throw syntaxError(`Unknown function "${name}"`);
  reader.next();
  const parameters: Expression[] = [];
  for (
    let token = reader.peek();
    !(token?.kind === 'operator' && token.value === ')');
    token = reader.peek()
  ) {
    parameters.push(readExpression(reader));
    const after = reader.peek();
    if (after?.kind === 'operator' && after.value === ',') reader.next();
  }
  expectOperator(reader, ')');
  return (scope) =>
    f(
      scope,
      parameters.map((parameter) => parameter(scope)),
    );
}

const FUNCTIONS: Readonly<Record<string, (scope: Scope, values: readonly Value[]) => Value>> = {
  env: (scope, [name]) => scope.env.get(asText(name)) ?? '',
  len: (_, [text]) => asText(text).length,
  val: (_, [text]) => Math.trunc(Number.parseFloat(asText(text)) || 0),
  str: (_, [number]) => String(asNumber(number)),
  left: (_, [text, count]) => asText(text).slice(0, Math.max(0, asNumber(count))),
  right: (_, [text, count]) => asText(text).slice(Math.max(0, asText(text).length - asNumber(count))),
  mid: (_, [text, from, count]) => middle(asText(text), asNumber(from), asNumber(count ?? Infinity)),
  instr: (_, [text, part]) => asText(text).indexOf(asText(part)),
  tolower: (_, [text]) => asText(text).toLowerCase(),
  toupper: (_, [text]) => asText(text).toUpperCase(),
  time: (scope) => scope.time(),
  pid: (scope) => scope.pid,
};

function combine(operator: string, a: Value, b: Value): Value {
  if (operator === '+') return typeof a === 'string' || typeof b === 'string' ? asText(a) + asText(b) : a + b;
  const order = typeof a === 'string' || typeof b === 'string' ? compareTexts(asText(a), asText(b)) : a - b;
  switch (operator) {
    case '=':
    case '==':
      return Number(order === 0);
    case '<>':
    case '!=':
      return Number(order !== 0);
    case '<':
      return Number(order < 0);
    case '>':
      return Number(order > 0);
    case '<=':
      return Number(order <= 0);
    case '>=':
      return Number(order >= 0);
    default:
      return arithmetic(operator, asNumber(a), asNumber(b));
  }
}

function arithmetic(operator: string, a: number, b: number): number {
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '/') return b === 0 ? 0 : Math.trunc(a / b);
  if (operator === '&') return Number(a !== 0 && b !== 0);
  return Number(a !== 0 || b !== 0);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function asNumber(value: Value | undefined): number {
  return typeof value === 'number' ? value : Number.parseFloat(value ?? '') || 0;
}

export function asText(value: Value | undefined): string {
  return value === undefined ? '' : String(value);
}

export function expectOperator(reader: Reader, operator: string): void {
  const token = reader.next();
  if (token.kind !== 'operator' || token.value !== operator) throw syntaxError(`Missing "${operator}"`);
}

function middle(text: string, from: number, count: number): string {
  const start = Math.max(0, from);
  return text.slice(start, start + Math.max(0, count));
}
