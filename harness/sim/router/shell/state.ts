import type { Input, RouterMachine } from '../machine.ts';
import type { Sink } from './streams.ts';
import type { Command } from './syntax.ts';

/** Why the shell leaves what it is doing: taken up by the loop, function or shell that it belongs to. */
export type Flow =
  | { readonly kind: 'break' | 'continue'; readonly levels: number }
  | { readonly kind: 'return' | 'exit'; readonly status: number };

/** A command running in the background. */
export interface Job {
  readonly pid: number;
  readonly done: Promise<number>;
}

/** What a shell knows: its variables, functions, place. A subshell works on a copy. */
export interface ShellState {
  readonly machine: RouterMachine;
  /** `$0` and the name before error messages: `ash` under dropbear. */
  readonly name: string;
  /** `$$` */
  readonly pid: number;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly readOnly: Set<string>;
  readonly functions: Map<string, Command>;
  /** Values that `local` hid, one map for each function call; undefined: it was unset. */
  readonly locals: Map<string, string | undefined>[];
  /** `-e`, `-x`, `-u`, `-f` and `pipefail`. */
  readonly options: Set<string>;
  readonly jobs: Job[];
  readonly traps: Map<string, string>;
  parameters: readonly string[];
  cwd: string;
  status: number;
  /** `$!` */
  lastJob: number | undefined;
  flow: Flow | undefined;
  /** More than 0 while the status is being asked for (`if`, `&&`, `!`): `set -e` does not bite then. */
  tested: number;
  /** Depth of loops, so that `break` outside of one does nothing. */
  loops: number;
  /** Commands since the shell last gave way. */
  sinceYield: number;
}

/** Where a command reads, writes, and what ends it. `outs[1]` is standard output; 3 to 9 work as well. */
export interface Io {
  readonly stdin: Input;
  readonly outs: readonly (Sink | undefined)[];
  readonly signal: AbortSignal;
}

/** The environment that dropbear gives a root login. */
const LOGIN_ENVIRONMENT: Readonly<Record<string, string>> = {
  USER: 'root',
  LOGNAME: 'root',
  HOME: '/root',
  SHELL: '/bin/ash',
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
};

export interface ShellOptions {
  readonly name?: string;
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly parameters?: readonly string[];
  readonly pid?: number;
}

/** What a session over SSH has on top. */
export const loginEnvironment = (more: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...LOGIN_ENVIRONMENT, ...more }));

export function createShellState(machine: RouterMachine, options: ShellOptions = {}): ShellState {
  const variables = new Map(options.env ?? Object.entries(LOGIN_ENVIRONMENT));
  const exported = new Set(variables.keys());
  const cwd = options.cwd ?? '/root';
  variables.set('PWD', cwd);
  variables.set('IFS', ' \t\n');
  return {
    machine,
    name: options.name ?? 'ash',
    pid: options.pid ?? machine.processes.nextPid(),
    variables,
    exported,
    readOnly: new Set(),
    functions: new Map(),
    locals: [],
    options: new Set(),
    jobs: [],
    traps: new Map(),
    parameters: options.parameters ?? [],
    cwd,
    status: 0,
    lastJob: undefined,
    flow: undefined,
    tested: 0,
    loops: 0,
    sinceYield: 0,
  };
}

/** A subshell's state: what it changes, its parent does not see. */
export function copyState(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    readOnly: new Set(state.readOnly),
    functions: new Map(state.functions),
    locals: state.locals.map((frame) => new Map(frame)),
    options: new Set(state.options),
    jobs: [],
    traps: new Map(),
    flow: undefined,
    loops: 0,
  };
}

/** What programs inherit. */
export function environmentOf(state: ShellState): Map<string, string> {
  const env = new Map<string, string>();
  for (const name of state.exported) {
    const value = state.variables.get(name);
    if (value !== undefined) env.set(name, value);
  }
  env.set('PWD', state.cwd);
  return env;
}

/** Prints `ash: TEXT` on standard error. */
export function complain(state: ShellState, io: Io, text: string): void {
  io.outs[2]?.(`${state.name}: ${text}\n`);
}

/** Assigns a variable; false where it is read-only, which has been said. */
export function assign(state: ShellState, io: Io, name: string, value: string): boolean {
  if (state.readOnly.has(name)) {
    complain(state, io, `${name}: is read only`);
    state.flow = { kind: 'exit', status: 2 };
    return false;
  }
  state.variables.set(name, value);
  if (state.options.has('a')) state.exported.add(name);
  return true;
}

/** Runs `body` on a copied state and gives its exit status. */
export async function runSubshell(
  state: ShellState,
  body: (state: ShellState) => Promise<unknown>,
): Promise<number> {
  await body(state);
  return exitStatus(state);
}

/** The status with which a shell ends that has run out of commands or met `exit`. */
export function exitStatus(state: ShellState): number {
  const flow = state.flow;
  return flow?.kind === 'exit' || flow?.kind === 'return' ? flow.status : state.status;
}
