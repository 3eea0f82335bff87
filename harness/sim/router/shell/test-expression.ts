import { absolute } from '../files.ts';
import type { RouterMachine } from '../machine.ts';

const UNARY = new Set([
  '-n',
  '-z',
  '-e',
  '-f',
  '-d',
  '-r',
  '-w',
  '-x',
  '-s',
  '-c',
  '-b',
  '-L',
  '-h',
  '-p',
  '-S',
  '-t',
]);
const BINARY = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

/** `test`: the answer, or ash's complaint. Source: POSIX XCU test; busybox coreutils/test.c (texts). */
export function testExpression(
  args: readonly string[],
  machine: RouterMachine,
  cwd: string,
): boolean | string {
  return args.length === 0 ? false : new TestParser(args, machine, cwd).answer();
}

/** Reads the words of a test from left to right. */
class TestParser {
  readonly #args: readonly string[];
  readonly #machine: RouterMachine;
  readonly #cwd: string;
  #at = 0;
  #problem: string | undefined;

  constructor(args: readonly string[], machine: RouterMachine, cwd: string) {
    this.#args = args;
    this.#machine = machine;
    this.#cwd = cwd;
  }

  answer(): boolean | string {
    const value = this.#or();
    if (this.#at < this.#args.length) this.#problem ??= `${this.#args[this.#at]}: unknown operand`;
    return this.#problem ?? value;
  }

  #fail(text: string): boolean {
    this.#problem ??= text;
    return false;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      value = this.#and() || value;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      value = this.#not() && value;
    }
    return value;
  }

  #not(): boolean {
    const [word, next] = [this.#args[this.#at], this.#args[this.#at + 1]];
    if (word !== '!' || next === undefined || BINARY.has(next)) return this.#primary();
    this.#at++;
    return !this.#not();
  }

  #primary(): boolean {
    const [first, second, third] = this.#args.slice(this.#at, this.#at + 3);
    if (first === undefined) return this.#fail('argument expected');
    if (second !== undefined && third !== undefined && BINARY.has(second)) {
      this.#at += 3;
      return this.#compare(first, second, third);
    }
    if (first === '(' && second !== undefined) return this.#group();
    if (UNARY.has(first) && second !== undefined) {
      this.#at += 2;
      return this.#unary(first, second);
    }
    this.#at++;
    return first !== '';
  }

  #group(): boolean {
    this.#at++;
    const value = this.#or();
    return this.#args[this.#at++] === ')' ? value : this.#fail('closing paren expected');
  }

  #compare(left: string, operator: string, right: string): boolean {
    if (operator === '=' || operator === '==') return left === right;
    if (operator === '!=') return left !== right;
    if (operator === '<') return left < right;
    if (operator === '>') return left > right;
    if (operator === '-nt' || operator === '-ot' || operator === '-ef') {
      return this.#compareFiles(left, operator, right);
    }
    const bad = [left, right].find((text) => !/^\s*[-+]?\d+\s*$/.test(text));
    if (bad !== undefined) return this.#fail(`${bad}: bad number`);
    return compareNumbers(Number(left), operator, Number(right));
  }

  #compareFiles(left: string, operator: string, right: string): boolean {
    const { files } = this.#machine;
    const [a, b] = [left, right].map((path) => files.resolve(absolute(this.#cwd, path)));
    if (operator === '-ef') return a !== undefined && a === b;
    const time = (path: string | undefined): number =>
      path === undefined ? -1 : (files.stat(path)?.modified.getTime() ?? -1);
    return operator === '-nt' ? time(a) > time(b) : time(a) < time(b);
  }

  #unary(operator: string, text: string): boolean {
    if (operator === '-n') return text !== '';
    if (operator === '-z') return text === '';
    return testFile(this.#machine, operator, absolute(this.#cwd, text));
  }
}

function compareNumbers(a: number, operator: string, b: number): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function testFile(machine: RouterMachine, operator: string, path: string): boolean {
  const { files } = machine;
  if (operator === '-L' || operator === '-h') return files.stat(path)?.kind === 'link';
  const kind = files.kind(path);
  const real = files.resolve(path);
  const stat = real === undefined ? undefined : files.stat(real);
  switch (operator) {
    case '-f':
      return kind === 'file';
    case '-d':
      return kind === 'directory';
    case '-c':
      return kind === 'device';
    case '-s':
      return kind === 'directory' || (stat?.size ?? 0) > 0;
    case '-x':
      return ((stat?.mode ?? 0) & 0o111) !== 0;
    case '-e':
    case '-r':
    case '-w':
      return kind !== undefined;
    default:
      return false;
  }
}
