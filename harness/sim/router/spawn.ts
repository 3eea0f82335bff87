import { raceAbort } from '../../core/ctx.ts';
import type { Applet, Input, RouterMachine } from './machine.ts';
import { childOf, killedBy, statusOfKilled } from './signals.ts';
import type { Sink } from './shell/streams.ts';

export interface SpawnOptions {
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly out: Sink;
  readonly err: Sink;
  readonly signal: AbortSignal;
  readonly pid?: number;
}

/**
 * Runs a program as a process of its own: it stands in the process table while it runs and can be killed there.
 * Resolves to its exit status, 128 + signal if it was killed. What the program throws otherwise is a fault of the
 * simulator and is passed on.
 */
export async function spawn(
  machine: RouterMachine,
  applet: Applet,
  argv: readonly string[],
  options: SpawnOptions,
): Promise<number> {
  const pid = options.pid ?? machine.processes.nextPid();
  const { controller, release } = childOf(options.signal);
  const { signal } = controller;
  let ended = false;
  machine.processes.add({
    pid,
    command: argv.join(' '),
    user: 'root',
    vsz: 1_220,
    kill: (number) => controller.abort(killedBy(number)),
  });
  try {
    if (signal.aborted) return statusOfKilled(signal);
    const result = applet({
      machine,
      pid,
      argv,
      env: options.env,
      cwd: options.cwd,
      stdin: options.stdin,
      out: (data) => {
        if (!ended) options.out(data);
      },
      err: (text) => {
        if (!ended) options.err(text);
      },
      signal,
    });
    const status = typeof result === 'number' ? result : await raceAbort(result, signal);
    return signal.aborted ? statusOfKilled(signal) : status;
  } catch (error) {
    if (signal.aborted) return statusOfKilled(signal);
    throw error;
  } finally {
    ended = true;
    release();
    machine.processes.remove(pid);
  }
}
