import { normalize } from '../../files.ts';
import { raceAbort } from '../../../../core/ctx.ts';
import { ArithmeticError, evaluate } from '../arithmetic.ts';
import { splitFields } from '../expand.ts';
import { assign, complain } from '../state.ts';
import { complainAs, print, type Builtin, type Call } from './builtin.ts';

/** Builtins about variables and the working directory. */
export const variableBuiltins: Readonly<Record<string, Builtin>> = {
  cd: (call) => {
    const { state } = call;
    const back = call.argv[1] === '-';
    const wanted = back
      ? (state.variables.get('OLDPWD') ?? '')
      : (call.argv[1] ?? state.variables.get('HOME') ?? '/');
    const path = normalize(wanted.startsWith('/') ? wanted : `${state.cwd}/${wanted}`);
    const kind = state.machine.files.kind(path);
    if (kind !== 'directory') {
      complainAs(call, `can't cd to ${wanted}: ${kind ? 'Not a directory' : 'No such file or directory'}`);
      return 2;
    }
    state.variables.set('OLDPWD', state.cwd);
    state.cwd = path;
    state.variables.set('PWD', path);
    if (back) print(call, path + '\n');
    return 0;
  },
  pwd: (call) => {
    print(call, call.state.cwd + '\n');
    return 0;
  },
  export: (call) =>
    declare(call, (name) => call.state.exported.add(name), [...call.state.exported], 'export'),
  readonly: (call) =>
    declare(call, (name) => call.state.readOnly.add(name), [...call.state.readOnly], 'readonly'),
  local: (call) => {
    const frame = call.state.locals.at(-1);
    if (!frame) {
      complainAs(call, 'not in a function');
      return 2;
    }
    for (const word of call.argv.slice(1)) {
      const [, name = word, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (!frame.has(name)) frame.set(name, call.state.variables.get(name));
      if (value !== undefined) assign(call.state, call.io, name, value);
      else call.state.variables.delete(name);
    }
    return 0;
  },
  unset: ({ state, argv }) => {
    const functions = argv[1] === '-f';
    for (const name of argv.slice(1)) {
      if (functions) state.functions.delete(name);
      else {
        state.variables.delete(name);
        state.exported.delete(name);
      }
    }
    return 0;
  },
  let: (call) => {
    let value = 0n;
    const variables = {
      get: (name: string) => call.state.variables.get(name),
      set: (name: string, text: string) => void assign(call.state, call.io, name, text),
    };
    try {
      for (const expression of call.argv.slice(1)) value = evaluate(expression, variables);
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error;
      complain(call.state, call.io, error.message);
      return 2;
    }
    return value === 0n ? 1 : 0;
  },
  read: async (call) => {
    const { state, io, argv } = call;
    const args = argv.slice(1);
    const raw = args[0] === '-r';
    const names = args.filter((arg) => !arg.startsWith('-'));
    if (names.length === 0) names.push('REPLY');
    const line = await readLine(call, raw);
    const fields = splitFields(line?.text ?? '', state.variables.get('IFS') ?? ' \t\n', names.length);
    for (const [index, name] of names.entries()) assign(state, io, name, fields[index] ?? '');
    return line?.whole ? 0 : 1;
  },
  getopts: (call) => getopts(call),
};

function declare(
  call: Call,
  mark: (name: string) => void,
  names: readonly string[],
  keyword: string,
): number {
  if (call.argv.length === 1 || call.argv[1] === '-p') {
    for (const name of [...names].sort()) {
      print(call, `${keyword} ${name}='${call.state.variables.get(name) ?? ''}'\n`);
    }
    return 0;
  }
  for (const word of call.argv.slice(1)) {
    const [, name = word, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (value !== undefined && !assign(call.state, call.io, name, value)) return 2;
    mark(name);
  }
  return 0;
}

/** A line of standard input; without -r a backslash before the newline joins two. */
async function readLine(
  { io }: Call,
  raw: boolean,
): Promise<{ readonly text: string; readonly whole: boolean } | undefined> {
  let text = '';
  for (;;) {
    const line = await raceAbort(io.stdin.readLine(), io.signal); // rejects when the shell is killed
    if (!line) return text === '' ? undefined : { text, whole: false };
    text += line.text;
    if (raw) return { text, whole: line.whole };
    if (!/(?<!\\)(?:\\\\)*\\$/.test(text))
      return { text: text.replaceAll(/\\(.)/g, '$1'), whole: line.whole };
    text = text.slice(0, -1);
  }
}

/** POSIX getopts; OPTIND stands in the variable, the place inside a cluster behind a dot of its own. */
function getopts(call: Call): number {
  const { state, io, argv } = call;
  const [, spec = '', name = 'opt', ...given] = argv;
  const args = given.length > 0 ? given : state.parameters;
  const [index = 1, inside = 1] = (state.variables.get('OPTIND') ?? '1').split('.').map(Number);
  const word = args[index - 1];
  const set = (key: string, value: string): void => void assign(state, io, key, value);
  if (word === undefined || !/^-./.test(word) || word === '--') {
    set(name, '?');
    set('OPTIND', String(word === '--' ? index + 1 : index));
    return 1;
  }
  const letter = word[inside] as string;
  const takes = spec[spec.indexOf(letter) + 1] === ':';
  const last = inside + 1 >= word.length;
  if (!spec.includes(letter)) {
    complain(state, io, `illegal option -- ${letter}`);
    set(name, '?');
  } else {
    set(name, letter);
    if (takes) set('OPTARG', last ? (args[index] ?? '') : word.slice(inside + 1));
  }
  const next = takes ? index + (last ? 2 : 1) : last ? index + 1 : index;
  set('OPTIND', takes || last ? String(next) : `${index}.${inside + 1}`);
  return 0;
}
