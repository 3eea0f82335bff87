import { raceAbort } from '../../../../core/ctx.ts';
import { whichProgram } from '../../programs.ts';
import { isReserved } from '../lexer.ts';
import { complainAs, print, type Builtin, type Call } from './builtin.ts';

/** Builtins about jobs and about commands themselves. @param isBuiltin knows all builtins */
export function jobBuiltins(isBuiltin: (name: string) => boolean): Readonly<Record<string, Builtin>> {
  return {
    wait: waitForJobs,
    jobs: () => 0,
    umask: (call) => {
      if (call.argv.length === 1) print(call, '0022\n');
      return 0;
    },
    ulimit: (call) => {
      print(call, 'unlimited\n');
      return 0;
    },
    hash: () => 0,
    alias: () => 0,
    unalias: () => 0,
    command: async (call) => {
      const [, option, name] = call.argv;
      if (option === '-v' || option === '-V') return describe(call, name ?? '', option === '-V', isBuiltin);
      const argv = call.argv.slice(option === '-p' || option === '--' ? 2 : 1);
      if (argv.length === 0) return 0;
      if (!isBuiltin(argv[0] as string)) return call.program(argv, call.io);
      return call.text(argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '), call.io);
    },
    type: (call) =>
      call.argv.slice(1).reduce((status, name) => describe(call, name, true, isBuiltin) || status, 0),
  };
}

async function waitForJobs({ state, io, argv }: Call): Promise<number> {
  const pids = argv.slice(1).map(Number);
  const jobs = pids.length > 0 ? state.jobs.filter((job) => pids.includes(job.pid)) : state.jobs;
  if (pids.length > 0 && jobs.length === 0) return 127;
  const statuses = await raceAbort(Promise.all(jobs.map((job) => job.done)), io.signal);
  return pids.length > 0 ? (statuses.at(-1) ?? 0) : 0;
}

/** `command -v`, `command -V` and `type`. */
function describe(call: Call, name: string, verbose: boolean, isBuiltin: (name: string) => boolean): number {
  const { state } = call;
  const say = (short: string, long: string): number => {
    print(call, (verbose ? `${name} is ${long}` : short) + '\n');
    return 0;
  };
  if (isReserved(name)) return say(name, 'a shell keyword');
  if (state.functions.has(name)) return say(name, 'a function');
  if (isBuiltin(name)) return say(name, 'a shell builtin');
  if (name.includes('/') && state.machine.files.kind(name) === 'file') return say(name, name);
  const path = name.includes('/') ? undefined : whichProgram(state.machine, name);
  if (path !== undefined) return say(path, path);
  if (verbose) {
    if (call.argv[0] === 'type') print(call, `${name}: not found\n`);
    else complainAs(call, `${name}: not found`);
  }
  return 127;
}
