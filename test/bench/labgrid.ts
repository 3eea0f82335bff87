import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { start } from '../support/programs.ts';
import { projectRoot } from '../support/sources.ts';

/** The one that Debian's packages belong to, whatever comes first in PATH. */
const PYTHON = '/usr/bin/python3';

/** labgrid in a process of its own; it measures itself, so that asking it costs it nothing. */
export interface Labgrid {
  /** Milliseconds of each of `count` runs of a command. */
  run(command: string, count: number): Promise<number[]>;
  output(command: string): Promise<string>;
  /** Milliseconds. */
  put(path: string, remote: string): Promise<number>;
  get(remote: string, path: string): Promise<number>;
  hang(command: string): Promise<{ readonly seconds: number; readonly said: string }>;
  openSsh(port: number, keyFile: string): Promise<void>;
  openConsole(path: string): Promise<void>;
  runOnConsole(command: string, count: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** Undefined, and a word about it, where this machine has none. */
export function startLabgrid(what: string): Labgrid | undefined {
  try {
    execFileSync(PYTHON, ['-c', 'import labgrid'], { stdio: 'ignore' });
  } catch {
    process.stderr.write(
      `${what}: not compared, labgrid is not installed here (Debian 12: apt install labgrid openssh-sftp-server)\n`,
    );
    return undefined;
  }
  const python = start(PYTHON, ['-W', 'ignore', join(projectRoot, 'test/bench/ask-labgrid.py')]);
  const { stdin, stdout, stderr } = python.child;
  if (!stdin || !stdout) throw new Error('no pipes to labgrid');
  stderr?.resume();
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  let hung = false;
  const call = async <T>(name: string, ...args: unknown[]): Promise<T> => {
    stdin.write(`${JSON.stringify({ call: name, args })}\n`);
    const { value: line } = (await lines.next()) as IteratorResult<string, undefined>;
    if (line === undefined) throw new Error(`labgrid ended amid ${name}`);
    const answer = JSON.parse(line) as { readonly value?: T; readonly error?: string };
    if (answer.error !== undefined) throw new Error(`labgrid's ${name} failed: ${answer.error}`);
    return answer.value as T;
  };
  return {
    run: (command, count) => call('run', command, count),
    output: (command) => call('output', command),
    put: (path, remote) => call('put', path, remote),
    get: (remote, path) => call('get', remote, path),
    hang: (command) => {
      hung = true;
      return call('hang', command);
    },
    openSsh: (port, keyFile) => call('open_ssh', port, keyFile),
    openConsole: (path) => call('open_console', path),
    runOnConsole: (command, count) => call('run_on_console', command, count),
    stop: async () => {
      // Killed, it would leave its SSH connection behind; after one that hung it would not end by itself.
      if (hung) return python.stop();
      const ended = once(python.child, 'exit');
      stdin.end();
      await ended;
    },
  };
}
