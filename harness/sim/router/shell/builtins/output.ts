import { complain } from '../state.ts';
import { formatPrintf, unescape } from '../printf.ts';
import { testExpression } from '../test-expression.ts';
import { print, type Builtin, type Call } from './builtin.ts';

/** echo, printf, test. */
export const outputBuiltins: Readonly<Record<string, Builtin>> = {
  echo: (call) => {
    print(call, echoText(call.argv.slice(1)));
    return 0;
  },
  printf: (call) => {
    const [, format, ...args] = call.argv;
    if (format === undefined) {
      complain(call.state, call.io, 'printf: usage: printf FORMAT [ARG...]');
      return 1;
    }
    const { text, error } = formatPrintf(format, args);
    print(call, text);
    if (error !== undefined) complain(call.state, call.io, `printf: ${error}`);
    return error === undefined ? 0 : 1;
  },
  test: (call) => testCommand(call, call.argv.slice(1)),
  '[': (call) => bracket(call, ']'),
  '[[': (call) => bracket(call, ']]'),
};

/** @param words the arguments of echo: `-n`, `-e` and `-E` first */
export function echoText(words: readonly string[]): string {
  let newline = '\n';
  let escapes = false;
  let at = 0;
  for (; /^-[neE]+$/.test(words[at] ?? ''); at++) {
    const options = words[at] as string;
    if (options.includes('n')) newline = '';
    if (options.includes('e')) escapes = true;
    if (options.includes('E')) escapes = false;
  }
  const text = words.slice(at).join(' ');
  if (!escapes) return text + newline;
  const { text: unescaped, stopped } = unescape(text);
  return unescaped + (stopped ? '' : newline);
}

function bracket(call: Call, close: string): number {
  if (call.argv.at(-1) !== close) {
    complain(call.state, call.io, `missing ${close}`);
    return 2;
  }
  return testCommand(call, call.argv.slice(1, -1));
}

function testCommand(call: Call, args: readonly string[]): number {
  const result = testExpression(args, call.state.machine, call.state.cwd);
  if (typeof result === 'boolean') return result ? 0 : 1;
  complain(call.state, call.io, result);
  return 2;
}
