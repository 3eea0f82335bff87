import { messageOf } from '../../../../core/errors.ts';
import { createReader, expectOperator, readExpression, type Expression, type Reader } from './expression.ts';
import { syntaxError, tokenize } from './tokens.ts';

export type Statement =
  | { readonly op: 'nothing' | 'open' | 'close' | 'return' }
  /** Where an error is to be reported, when it is reached. */
  | { readonly op: 'bad'; readonly message: string }
  | { readonly op: 'set'; readonly name: string; readonly value: string }
  | { readonly op: 'let'; readonly variable: string; readonly value: Expression }
  | { readonly op: 'if'; readonly condition: Expression; readonly statement: Statement }
  | { readonly op: 'else'; readonly statement: Statement }
  | { readonly op: 'goto' | 'gosub'; readonly label: string }
  | { readonly op: 'exit' | 'sleep' | 'flash'; readonly value: Expression }
  | { readonly op: 'send' | 'print' | 'eprint'; readonly values: readonly Expression[] }
  | { readonly op: 'waitquiet'; readonly timeout: Expression; readonly quiet: Expression }
  | { readonly op: 'waitfor'; readonly timeout: Expression; readonly texts: readonly Expression[] }
  | {
      readonly op: 'get';
      readonly timeout: Expression;
      readonly terminators: Expression;
      readonly variable: string;
    };

export interface Line {
  readonly statement: Statement;
  /** From 1. */
  readonly number: number;
  /** Where the statement ends, in characters from the beginning of the script: what an error report gives. */
  readonly offset: number;
  readonly length: number;
}

export interface Program {
  readonly lines: readonly Line[];
  /** Index into `lines`. */
  readonly labels: ReadonlyMap<string, number>;
}

/** Reads a comgt script. What is wrong in it is found when it is reached, as comgt does. */
export function parseProgram(text: string): Program {
  const labels = new Map<string, number>();
  const lines: Line[] = [];
  let offset = 0;
  for (const source of text.split('\n')) {
    const label = /^\s*:\s*(\S+)/.exec(source)?.[1];
    if (label !== undefined) labels.set(label, lines.length);
    const statement = label === undefined ? parseStatement(source) : { op: 'nothing' as const };
    lines.push({
      statement,
      number: lines.length + 1,
      offset: offset + source.length,
      length: source.length,
    });
    offset += source.length + 1;
  }
  return { lines, labels };
}

function parseStatement(source: string): Statement {
  const text = source.trim();
  if (text === '' || text.startsWith('#') || text.startsWith('//')) return { op: 'nothing' };
  const [, word = '', rest = ''] = /^([A-Za-z]*)(.*)$/s.exec(text) ?? [];
  try {
    return parseCommand(word.toLowerCase(), rest);
  } catch (error) {
    return { op: 'bad', message: messageOf(error) };
  }
}

function parseCommand(word: string, rest: string): Statement {
  switch (word) {
    case 'opengt':
    case 'open':
      return { op: 'open' };
    case 'close':
    case 'return':
      return { op: word };
    case 'set': {
      const [name = '', ...value] = rest.trim().split(/\s+/);
      return { op: 'set', name: name.toLowerCase(), value: value.join(' ') };
    }
    case 'if':
      return parseIf(rest);
    case 'else':
      return { op: 'else', statement: parseStatement(rest) };
    case 'goto':
    case 'gosub':
      return { op: word, label: rest.trim() };
    case 'abort':
    case 'hset':
    case 'lprint':
    case 'cd':
      return word === 'abort' ? { op: 'exit', value: () => 255 } : { op: 'nothing' };
    default:
      return parseOperands(word, createReader(tokenize(rest)));
  }
}

/** `if x > 3 goto done`: the condition ends where the name of a command begins. */
function parseIf(rest: string): Statement {
  const command =
    /\s(?=(?:goto|gosub|exit|return|print|eprint|send|let|inc|dec|sleep|abort|waitfor|get|set)\b)/i;
  const outside = rest.replace(/"(?:\\.|[^"\\])*"/g, (text) => '_'.repeat(text.length));
  const at = outside.search(command);
  if (at < 0) throw syntaxError('Missing command after condition');
  const condition = readExpression(createReader(tokenize(rest.slice(0, at))));
  return { op: 'if', condition, statement: parseStatement(rest.slice(at)) };
}

function parseOperands(word: string, reader: Reader): Statement {
  switch (word) {
    case 'let': {
      const variable = readVariable(reader);
      expectOperator(reader, '=');
      return { op: 'let', variable, value: readExpression(reader) };
    }
    case 'inc':
    case 'dec': {
      const variable = readVariable(reader);
      const step = word === 'inc' ? 1 : -1;
      return { op: 'let', variable, value: (scope) => (scope.numbers.get(variable) ?? 0) + step };
    }
    case 'exit':
      return { op: 'exit', value: reader.peek() ? readExpression(reader) : () => 0 };
    case 'sleep':
    case 'flash':
      return { op: word, value: readExpression(reader) };
    case 'send':
    case 'print':
    case 'eprint':
      return { op: word, values: readList(reader) };
    case 'waitquiet':
      return { op: 'waitquiet', timeout: readExpression(reader), quiet: readExpression(reader) };
    case 'waitfor':
      return { op: 'waitfor', timeout: readExpression(reader), texts: readList(reader) };
    case 'get':
      return {
        op: 'get',
        timeout: readExpression(reader),
        terminators: readExpression(reader),
        variable: readVariable(reader),
      };
    default:
      throw syntaxError('Unrecognized command');
  }
}

function readVariable(reader: Reader): string {
  const token = reader.next();
  if (token.kind !== 'name') throw syntaxError('Variable expected');
  return token.value;
}

/** Expressions with commas, or only blanks, between them. */
function readList(reader: Reader): Expression[] {
  const values: Expression[] = [];
  while (reader.peek()) {
    values.push(readExpression(reader));
    const token = reader.peek();
    if (token?.kind === 'operator' && token.value === ',') reader.next();
  }
  return values;
}
