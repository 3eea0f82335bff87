import { findProgram, type Program } from '../programs.ts';
import type { Applet } from '../machine.ts';
import { spawn } from '../spawn.ts';
import { statusOfKilled } from '../signals.ts';
import type { Builtin } from './builtins/builtin.ts';
import { builtins } from './builtins/index.ts';
import { expandText, expandWords, type Expander } from './expand.ts';
import { applyRedirects } from './redirect.ts';
import {
  assign,
  complain,
  copyState,
  createShellState,
  environmentOf,
  runSubshell,
  type Io,
  type ShellState,
} from './state.ts';
import { createCollector, textSink } from './streams.ts';
import type { Command, List, SimpleCommand } from './syntax.ts';

/** The executor as simple commands see it: functions, substitutions and scripts lead back to it. */
export interface Runner {
  list(state: ShellState, list: List, io: Io): Promise<number>;
  command(state: ShellState, command: Command, io: Io): Promise<void>;
  text(state: ShellState, text: string, io: Io): Promise<number>;
  script(state: ShellState, text: string, io: Io): Promise<number>;
}

export async function runSimple(
  runner: Runner,
  state: ShellState,
  command: SimpleCommand,
  io: Io,
): Promise<void> {
  const expander = createExpander(runner, state, io);
  const statusBefore = state.status;
  const argv = await expandWords(expander, command.words);
  if (state.flow) return;
  const redirected = await applyRedirects(expander, command.redirects);
  if (!redirected) {
    state.status = 1;
    return;
  }
  try {
    if (argv.length === 0) await runAssignments(runner, state, command, redirected.io, statusBefore);
    else await runNamed(runner, state, command, argv, redirected.io);
  } finally {
    redirected.close();
  }
}

async function runAssignments(
  runner: Runner,
  state: ShellState,
  command: SimpleCommand,
  io: Io,
  statusBefore: number,
): Promise<void> {
  // The status is that of the last command substitution in it, otherwise 0.
  state.status = 0;
  const expander = createExpander(runner, state, io, statusBefore);
  for (const { name, value } of command.assignments) {
    const text = await expandText(expander, value);
    if (state.options.has('x')) io.outs[2]?.(`+ ${name}=${text}\n`);
    if (!assign(state, io, name, text)) return;
  }
}

async function runNamed(
  runner: Runner,
  state: ShellState,
  command: SimpleCommand,
  argv: readonly string[],
  io: Io,
): Promise<void> {
  const name = argv[0] as string;
  const extra = new Map<string, string>();
  for (const assignment of command.assignments) {
    extra.set(assignment.name, await expandText(createExpander(runner, state, io), assignment.value));
  }
  if (state.options.has('x')) io.outs[2]?.(`+ ${argv.join(' ')}\n`);
  const body = state.functions.get(name);
  const builtin = builtins.get(name);
  if (body || builtin) {
    const restore = assignForAWhile(state, extra);
    if (body) await callFunction(runner, state, body, argv.slice(1), io);
    else if (builtin) state.status = await callBuiltin(runner, state, builtin, argv, io);
    restore();
    return;
  }
  state.status = await runProgram(runner, state, argv, io, extra);
}

/** A builtin that waits (`read`, `wait`) gives up when the shell is killed. */
async function callBuiltin(
  runner: Runner,
  state: ShellState,
  builtin: Builtin,
  argv: readonly string[],
  io: Io,
): Promise<number> {
  try {
    return await builtin({
      state,
      io,
      argv,
      program: (argvOf, ioOf, extraOf) => runProgram(runner, state, argvOf, ioOf, extraOf),
      text: (source, ioOf) => runner.text(state, source, ioOf),
    });
  } catch (error) {
    if (io.signal.aborted) return statusOfKilled(io.signal);
    throw error;
  }
}

/** `X=1 builtin`: the variables hold while it runs. */
function assignForAWhile(state: ShellState, extra: ReadonlyMap<string, string>): () => void {
  if (extra.size === 0) return () => undefined;
  const before = [...extra.keys()].map((name) => [name, state.variables.get(name)] as const);
  for (const [name, value] of extra) state.variables.set(name, value);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) state.variables.delete(name);
      else state.variables.set(name, value);
    }
  };
}

async function callFunction(
  runner: Runner,
  state: ShellState,
  body: Command,
  args: readonly string[],
  io: Io,
): Promise<void> {
  const { parameters, loops } = state;
  const hidden = new Map<string, string | undefined>();
  state.locals.push(hidden);
  state.parameters = args;
  state.loops = 0;
  await runner.command(state, body, io);
  state.loops = loops;
  state.parameters = parameters;
  state.locals.pop();
  for (const [name, value] of hidden) {
    if (value === undefined) state.variables.delete(name);
    else state.variables.set(name, value);
  }
  if (state.flow?.kind === 'return') {
    state.status = state.flow.status;
    state.flow = undefined;
  }
}

/** Runs a program found by name or path. */
async function runProgram(
  runner: Runner,
  state: ShellState,
  argv: readonly string[],
  io: Io,
  extra: ReadonlyMap<string, string> = new Map(),
): Promise<number> {
  const name = argv[0] as string;
  const program = findProgram(state.machine, name, state.cwd);
  if (!program) {
    complain(state, io, `${name}: not found`);
    return 127;
  }
  if (program.kind === 'denied') {
    complain(state, io, `${name}: Permission denied`);
    return 126;
  }
  const env = environmentOf(state);
  for (const [key, value] of extra) env.set(key, value);
  return spawn(state.machine, programApplet(runner, program, argv), argv, {
    env,
    cwd: state.cwd,
    stdin: io.stdin,
    out: io.outs[1] ?? (() => undefined),
    err: io.outs[2] ?? (() => undefined),
    signal: io.signal,
  });
}

/** A script becomes a program that runs a shell of its own. */
function programApplet(
  runner: Runner,
  program: Exclude<Program, { kind: 'denied' }>,
  argv: readonly string[],
): Applet {
  if (program.kind === 'applet') return program.applet;
  return (process) =>
    runner.script(
      createShellState(process.machine, {
        name: argv[0] as string,
        env: process.env,
        cwd: process.cwd,
        parameters: argv.slice(1),
        pid: process.pid,
      }),
      program.text,
      { stdin: process.stdin, outs: [undefined, process.out, textSink(process.err)], signal: process.signal },
    );
}

/** @param status what `$?` means in it, where that is not the state's own */
export function createExpander(runner: Runner, state: ShellState, io: Io, status?: number): Expander {
  return {
    state,
    io,
    substitute: async (body) => {
      const collector = createCollector();
      const child = copyState(state);
      child.status = status ?? state.status;
      const sub: Io = { ...io, outs: io.outs.with(1, collector.write) };
      state.status = await runSubshell(child, (inner) => runner.list(inner, body, sub));
      return collector.text().replace(/\n+$/, '');
    },
  };
}
