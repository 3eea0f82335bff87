/** `$(( … ))` on 64-bit signed integers. Source: POSIX XCU 2.6.4; busybox shell/math.c (texts of its errors). */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** What is wrong with an expression, in ash's words. */
export class ArithmeticError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ArithmeticError';
  }
}

const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\*\*|\+\+|--|&&|\|\||[-+*/%<>=!&|^]=|<<|>>|[-+*/%<>=!&|^~?:(),])/y;

/** @throws ArithmeticError */
export function evaluate(text: string, variables: Variables): bigint {
  const tokens = tokenize(text);
  if (tokens.length === 0) return 0n;
  const evaluator = new Evaluator(tokens, variables);
  const value = evaluator.comma();
  if (!evaluator.done) throw syntaxError();
  return value;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (!match) throw syntaxError();
    tokens.push(match[1] as string);
  }
  return tokens;
}

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '|=', '^=']);

/** Precedence climbing over the tokens of one expression. */
class Evaluator {
  readonly #tokens: readonly string[];
  readonly #variables: Variables;
  #at = 0;

  constructor(tokens: readonly string[], variables: Variables) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? '';
  }

  #accept(text: string): boolean {
    if (this.#tokens[this.#at] !== text) return false;
    this.#at++;
    return true;
  }

  comma(): bigint {
    let value = this.#assignment();
    while (this.#accept(',')) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    const name = this.#tokens[this.#at] ?? '';
    const operator = this.#tokens[this.#at + 1] ?? '';
    if (!isName(name) || !ASSIGNMENTS.has(operator)) return this.#conditional();
    this.#at += 2;
    const right = this.#assignment();
    const value =
      operator === '=' ? right : apply(operator.slice(0, -1), numberOf(this.#variables.get(name)), right);
    this.#variables.set(name, String(value));
    return value;
  }

  #conditional(): bigint {
    const condition = this.#binary(0);
    if (!this.#accept('?')) return condition;
    const yes = this.#assignment();
    if (!this.#accept(':')) throw syntaxError();
    const no = this.#conditional();
    return condition === 0n ? no : yes;
  }

  #binary(level: number): bigint {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#tokens[this.#at] ?? ''))
      left = apply(this.#next(), left, this.#binary(level + 1));
    return left;
  }

  #unary(): bigint {
    const token = this.#next();
    if (token === '-') return wrap(-this.#unary());
    if (token === '+') return this.#unary();
    if (token === '!') return this.#unary() === 0n ? 1n : 0n;
    if (token === '~') return wrap(~this.#unary());
    if (token === '++' || token === '--') return this.#step(this.#next(), token, true);
    if (token === '(') {
      const value = this.comma();
      if (!this.#accept(')')) throw syntaxError();
      return value;
    }
    if (/^\d/.test(token)) return numberOf(token);
    if (!isName(token)) throw syntaxError();
    if (this.#tokens[this.#at] === '++' || this.#tokens[this.#at] === '--')
      return this.#step(token, this.#next(), false);
    return numberOf(this.#variables.get(token));
  }

  #step(name: string, operator: string, before: boolean): bigint {
    if (!isName(name)) throw syntaxError();
    const old = numberOf(this.#variables.get(name));
    const changed = wrap(operator === '++' ? old + 1n : old - 1n);
    this.#variables.set(name, String(changed));
    return before ? changed : old;
  }
}

function apply(operator: string, a: bigint, b: bigint): bigint {
  const truth = (yes: boolean): bigint => (yes ? 1n : 0n);
  switch (operator) {
    case '||':
      return truth(a !== 0n || b !== 0n);
    case '&&':
      return truth(a !== 0n && b !== 0n);
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    default:
      return wrap(calculate(operator, a, b));
  }
}

function calculate(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '<<':
      return a << (b & 63n);
    case '>>':
      return a >> (b & 63n);
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default:
      if (b === 0n) throw new ArithmeticError('divide by zero');
      return operator === '/' ? a / b : a % b;
  }
}

function numberOf(text: string | undefined): bigint {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return 0n;
  const match = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(trimmed);
  if (!match) throw syntaxError();
  const digits = match[2] as string;
  const value = /^0[0-7]+$/.test(digits) ? BigInt('0o' + digits.slice(1)) : BigInt(digits);
  return wrap(match[1] === '-' ? -value : value);
}

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function syntaxError(): ArithmeticError {
  return new ArithmeticError('arithmetic syntax error');
}
