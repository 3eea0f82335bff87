import { absolute } from '../files.ts';
import type { Applet } from '../machine.ts';
import { runScript } from '../shell/execute.ts';
import { runSession } from '../shell/session.ts';
import { createShellState, type Io } from '../shell/state.ts';
import { textSink } from '../shell/streams.ts';
import { echoText } from '../shell/builtins/output.ts';
import { formatPrintf } from '../shell/printf.ts';
import { testExpression } from '../shell/test-expression.ts';
import { fail, nameOf } from './options.ts';

/** `sh -c 'SCRIPT' [NAME ARGS]`, `sh FILE ARGS`, or a script on standard input. */
export const sh: Applet = (process) => {
  const io: Io = {
    stdin: process.stdin,
    outs: [undefined, process.out, textSink(process.err)],
    signal: process.signal,
  };
  const args = process.argv.slice(1);
  const options: string[] = [];
  while (/^-[aefuxl]+$/.test(args[0] ?? '')) options.push(...(args.shift() as string).slice(1).split(''));
  const flag = args[0];
  const shell = (name: string, parameters: readonly string[]) => {
    const state = createShellState(process.machine, {
      name,
      parameters,
      env: process.env,
      cwd: process.cwd,
      pid: process.pid,
    });
    for (const option of options) state.options.add(option);
    return state;
  };
  if (flag === '-c') {
    const [, script, name = process.argv[0] ?? 'sh', ...parameters] = args;
    if (script === undefined) return fail(process, '-c requires an argument', 2);
    return runScript(shell(name, parameters), script, io);
  }
  if (flag === undefined || flag === '-s') return runSession(shell(nameOf(process), args.slice(1)), io);
  const text = process.machine.files.readText(absolute(process.cwd, flag));
  if (text === undefined) return fail(process, `can't open '${flag}': No such file or directory`, 2);
  return runScript(shell(flag, args.slice(1)), text, io);
};

/** The builtins' counterparts for xargs, env and find. */
export const echo: Applet = (process) => {
  process.out(echoText(process.argv.slice(1)));
  return 0;
};

export const printf: Applet = (process) => {
  const { text, error } = formatPrintf(process.argv[1] ?? '', process.argv.slice(2));
  process.out(text);
  return error === undefined ? 0 : fail(process, error);
};

export const test: Applet = (process) => {
  const words = process.argv.slice(1, nameOf(process) === '[' ? -1 : undefined);
  const result = testExpression(words, process.machine, process.cwd);
  return typeof result === 'boolean' ? (result ? 0 : 1) : fail(process, result, 2);
};

/** `busybox NAME ARGS`; OpenWrt's is built without a list of its own. */
export const busybox: Applet = (process) => {
  const applet = process.machine.applets.get(process.argv[1] ?? '');
  if (applet) return applet({ ...process, argv: process.argv.slice(1) });
  process.err(`${process.argv[1] ?? 'busybox'}: applet not found\n`);
  return 127;
};

export const pwd: Applet = (process) => {
  process.out(process.cwd + '\n');
  return 0;
};
