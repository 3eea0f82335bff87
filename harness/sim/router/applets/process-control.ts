import { raceAbort } from '../../../core/ctx.ts';
import { findProgram, whichProgram } from '../programs.ts';
import type { Applet, Process, RunningProcess } from '../machine.ts';
import { signalNumber, signals, statusOfKilled, childOf, killedBy } from '../signals.ts';
import { textSink } from '../shell/streams.ts';
import { spawn } from '../spawn.ts';
import { fail, parseOptions } from './options.ts';
import { wordsIn } from './text.ts';

/** Seconds with a fraction and s, m, h, d. Source: busybox coreutils/sleep.c. */
export const sleep: Applet = async (process) => {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
  let total = 0;
  for (const word of process.argv.slice(1)) {
    const match = /^(\d*\.?\d+)([smhd]?)$/.exec(word);
    if (!match) return fail(process, `invalid number '${word}'`);
    total += Number(match[1]) * (units[match[2] ?? ''] ?? 1);
  }
  await process.machine.clock.sleep(total * 1000, process.signal);
  return 0;
};

/** Source: busybox procps/kill.c. */
export const kill: Applet = (process) => {
  const args = process.argv.slice(1);
  if (args[0] === '-l') {
    process.out(
      Object.entries(signals)
        .map(([name, number]) => `${number}) ${name}\n`)
        .join(''),
    );
    return 0;
  }
  const signal = takeSignal(args);
  if (signal === undefined) return fail(process, `bad signal name '${process.argv[1]?.slice(1)}'`);
  let status = 0;
  for (const word of args) {
    const target = process.machine.processes.get(Number(word));
    if (!target) status = fail(process, `can't kill pid ${word}: No such process`);
    else deliver(process, target, signal);
  }
  return status;
};

function deliver({ machine }: Process, target: RunningProcess, signal: number): void {
  if (signal === signals.STOP || signal === signals.CONT) {
    machine.processes.stop(target.pid, signal === signals.STOP);
  } else if (signal !== 0) target.kill(signal);
}

export const killall: Applet = (process) => {
  const args = process.argv.slice(1);
  const quiet = args[0] === '-q' && args.shift() !== undefined;
  const signal = takeSignal(args);
  if (signal === undefined) return fail(process, `bad signal name '${process.argv[1]?.slice(1)}'`);
  let status = 0;
  for (const name of args) {
    const targets = namedProcesses(process, name);
    if (targets.length === 0) {
      status = 1;
      if (!quiet) fail(process, `${name}: no process killed`);
    }
    for (const target of targets) deliver(process, target, signal);
  }
  return status;
};

export const pidof: Applet = (process) => {
  const found = process.argv
    .slice(1)
    .flatMap((name) => (name.startsWith('-') ? [] : namedProcesses(process, name)));
  if (found.length > 0)
    process.out(
      found
        .map(({ pid }) => pid)
        .reverse()
        .join(' ') + '\n',
    );
  return found.length > 0 ? 0 : 1;
};

/** `-9`, `-TERM`, `-s TERM`: takes it off the arguments. */
function takeSignal(args: string[]): number | undefined {
  if (!args[0]?.startsWith('-')) return signals.TERM;
  const word = args.shift() as string;
  return signalNumber(word === '-s' ? (args.shift() ?? '') : word.slice(1));
}

function namedProcesses(process: Process, name: string) {
  return process.machine.processes.list().filter(({ pid, command }) => {
    const first = /^\{(\S+)\}/.exec(command)?.[1] ?? command.split(' ')[0] ?? '';
    return pid !== process.pid && (first === name || first.slice(first.lastIndexOf('/') + 1) === name);
  });
}

/** Runs another program with this one's streams. */
export async function runOther(
  process: Process,
  argv: readonly string[],
  changes: Partial<Pick<Process, 'env' | 'stdin' | 'signal'>> = {},
): Promise<number> {
  const name = argv[0] ?? '';
  const program = findProgram(process.machine, name, process.cwd);
  if (program?.kind === 'denied') return fail(process, `can't execute '${name}': Permission denied`, 126);
  const shell = process.machine.applets.get('sh');
  const applet = program?.kind === 'applet' ? program.applet : shell;
  if (!program || !applet) return fail(process, `can't execute '${name}': No such file or directory`, 127);
  const words = program.kind === 'script' ? ['sh', program.path, ...argv.slice(1)] : argv;
  return spawn(process.machine, applet, words, {
    env: process.env,
    cwd: process.cwd,
    stdin: process.stdin,
    signal: process.signal,
    ...changes,
    out: process.out,
    err: textSink(process.err),
  });
}

/** Source: busybox coreutils/timeout.c: 143 if it had to end the program. */
export const timeout: Applet = async (process) => {
  const options = parseOptions(
    firstOperandEndsOptions(process),
    's:k:',
    '[-s SIG] [-k KILL_SECS] SECS PROG ARGS',
  );
  if (!options) return 1;
  const [limit = '', ...argv] = options.operands;
  const seconds = Number(/^(?:-t)?(\d*\.?\d+)$/.exec(limit)?.[1] ?? Number.NaN);
  if (Number.isNaN(seconds) || argv.length === 0) return fail(process, `invalid number '${limit}'`);
  const { controller, release } = childOf(process.signal);
  const signal = signalNumber(options.value('s') ?? 'TERM') ?? signals.TERM;
  const cancel = process.machine.clock.after(seconds * 1000, () => controller.abort(killedBy(signal)));
  try {
    const status = await runOther(process, argv, { signal: controller.signal });
    return controller.signal.aborted ? statusOfKilled(controller.signal) : status;
  } finally {
    cancel();
    release();
  }
};

function firstOperandEndsOptions(process: Process): Process {
  const argv = [...process.argv];
  let at = 1;
  while (argv[at]?.startsWith('-')) at += argv[at]?.length === 2 ? 2 : 1;
  argv.splice(at, 0, '--');
  return { ...process, argv };
}

export const env: Applet = async (process) => {
  const variables = new Map(process.argv[1] === '-i' ? [] : process.env);
  let at = process.argv[1] === '-i' ? 2 : 1;
  for (; process.argv[at]?.includes('='); at++) {
    const word = process.argv[at] as string;
    variables.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
  }
  const argv = process.argv.slice(at);
  if (argv.length > 0) return runOther(process, argv, { env: variables });
  for (const [name, value] of variables) process.out(`${name}=${value}\n`);
  return 0;
};

export const nohup: Applet = (process) => runOther(process, process.argv.slice(1));

/** Source: busybox findutils/xargs.c. */
export const xargs: Applet = async (process) => {
  const args = process.argv.slice(1);
  let max = Infinity;
  let replace: string | undefined;
  let skipEmpty = false;
  while (args[0]?.startsWith('-')) {
    const option = args.shift() as string;
    if (option.startsWith('-n')) max = Number(option.length > 2 ? option.slice(2) : args.shift());
    else if (option.startsWith('-I')) replace = option.length > 2 ? option.slice(2) : args.shift();
    else if (option === '-r') skipEmpty = true;
    else if (option !== '-0' && option !== '-t')
      return fail(process, `unrecognized option: ${option.slice(1)}`);
  }
  const command = args.length > 0 ? args : ['echo'];
  const text = new TextDecoder().decode(await process.stdin.readAll());
  const words =
    replace === undefined
      ? wordsIn(text.replaceAll('\0', ' '))
      : text.split('\n').filter((line) => line.trim() !== '');
  const batch = replace === undefined ? Math.min(max, words.length || 1) : 1;
  let status = 0;
  if (words.length === 0 && (skipEmpty || replace !== undefined)) return 0;
  for (let at = 0; at === 0 || at < words.length; at += batch) {
    const chosen = words.slice(at, at + batch);
    const argv =
      replace === undefined
        ? [...command, ...chosen]
        : command.map((word) => word.replaceAll(replace, chosen[0] ?? ''));
    const result = await runOther(process, argv);
    if (result !== 0) status = result === 127 ? 127 : 123;
  }
  return status;
};

export const which: Applet = (process) => {
  let status = process.argv.length > 1 ? 0 : 1;
  for (const name of process.argv.slice(1)) {
    const path = whichProgram(process.machine, name);
    if (path === undefined) status = 1;
    else process.out(path + '\n');
  }
  return status;
};

/** The tty's line settings are not modelled: it accepts what scripts set. */
export const stty: Applet = () => 0;

export const reboot: Applet = (process) => {
  process.machine.reboot();
  return 0;
};

/** `halt` leaves most boards powered and dead; only the supply brings them back, as after `poweroff`. */
export const poweroff: Applet = (process) => {
  process.machine.powerOff();
  return 0;
};

export const sync: Applet = () => 0;

export const yes: Applet = async (process) => {
  const line = (process.argv.slice(1).join(' ') || 'y') + '\n';
  for (;;) {
    for (let i = 0; i < 64 && !process.signal.aborted; i++) process.out(line);
    await raceAbort(process.machine.clock.sleep(1), process.signal);
  }
};

export const controlApplets: Readonly<Record<string, Applet>> = {
  env,
  halt: poweroff,
  kill,
  killall,
  nohup,
  pidof,
  poweroff,
  reboot,
  sleep,
  stty,
  sync,
  timeout,
  which,
  xargs,
  yes,
};
