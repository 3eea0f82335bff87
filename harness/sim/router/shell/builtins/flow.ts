import { complainAs, fatal, type Builtin } from './builtin.ts';

/** Builtins that change what is run next. */
export const flowBuiltins: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  break: (call) => leaveLoop(call, 'break'),
  continue: (call) => leaveLoop(call, 'continue'),
  exit: (call) => leave(call, 'exit'),
  return: (call) => leave(call, 'return'),
  eval: (call) => (call.argv.length > 1 ? call.text(call.argv.slice(1).join(' '), call.io) : 0),
  '.': source,
  source,
  exec: async (call) => {
    // Redirections of `exec` alone would have to outlive the command; nothing that talks to a router needs them.
    if (call.argv.length === 1) return 0;
    const status = await call.program(call.argv.slice(1), call.io);
    call.state.flow = { kind: 'exit', status };
    return status;
  },
  trap: ({ state, argv }) => {
    const [, action, ...names] = argv;
    for (const name of names) {
      const known = name.toUpperCase().replace(/^SIG/, '').replace(/^0$/, 'EXIT');
      if (action === '-' || action === undefined) state.traps.delete(known);
      else state.traps.set(known, action);
    }
    return 0;
  },
  set: ({ state, argv }) => {
    const args = argv.slice(1);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as string;
      if (arg === '--' || !/^[-+]/.test(arg)) {
        state.parameters = args.slice(arg === '--' ? i + 1 : i);
        return 0;
      }
      const names = /^[-+]o$/.test(arg) ? [args[++i] ?? ''] : arg.slice(1);
      for (const name of names) {
        if (arg.startsWith('-')) state.options.add(LONG_OPTIONS[name] ?? name);
        else state.options.delete(LONG_OPTIONS[name] ?? name);
      }
    }
    return 0;
  },
  shift: (call) => {
    const count = Number(call.argv[1] ?? 1);
    if (!Number.isInteger(count) || count < 0) return fatal(call, `Illegal number: ${call.argv[1]}`);
    if (count > call.state.parameters.length) return 1;
    call.state.parameters = call.state.parameters.slice(count);
    return 0;
  },
};

const LONG_OPTIONS: Readonly<Record<string, string>> = {
  errexit: 'e',
  nounset: 'u',
  xtrace: 'x',
  noglob: 'f',
  allexport: 'a',
};

function leaveLoop({ state, argv }: Parameters<Builtin>[0], kind: 'break' | 'continue'): number {
  const levels = Math.max(1, Number(argv[1] ?? 1) || 1);
  if (state.loops > 0) state.flow = { kind, levels: Math.min(levels, state.loops) };
  return 0;
}

function leave(call: Parameters<Builtin>[0], kind: 'exit' | 'return'): number {
  const text = call.argv[1];
  if (text !== undefined && !/^\d+$/.test(text)) return fatal(call, `Illegal number: ${text}`);
  const status = text === undefined ? call.state.status : Number(text) & 255;
  call.state.flow = { kind, status };
  return status;
}

async function source(call: Parameters<Builtin>[0]): Promise<number> {
  const name = call.argv[1];
  if (name === undefined) return fatal(call, 'filename argument required');
  const path = name.startsWith('/') ? name : `${call.state.cwd}/${name}`;
  const text = call.state.machine.files.readText(path);
  if (text === undefined) {
    complainAs(call, `can't open '${name}': No such file or directory`);
    call.state.flow = { kind: 'exit', status: 2 };
    return 2;
  }
  const status = await call.text(text, call.io);
  if (call.state.flow?.kind !== 'return') return status;
  const { status: returned } = call.state.flow;
  call.state.flow = undefined;
  return returned;
}
