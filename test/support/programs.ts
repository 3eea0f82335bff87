import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { toolEnvironment } from './has.ts';

/** A child process, and how to end it and wait for that. */
export function start(
  program: string,
  args: readonly string[],
): { readonly child: ChildProcess; stop(): Promise<void> } {
  const child = spawn(program, args, { env: toolEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  return { child, stop: () => end(child, 'SIGKILL') };
}

/** Tells a child to end and waits until it has, which it may have already, also by a signal. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Waits until the child has printed text that matches, on either stream. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (bytes: Buffer): void => {
      text += bytes.toString('utf8');
      const match = pattern.exec(text);
      if (match) resolve(match);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject);
    // Not `exit`, which comes before what it printed last.
    child.once('close', (code) => reject(new Error(`ended with ${code} before ${String(pattern)}: ${text}`)));
  });
}

/** Numbers of the processes of this machine that have this text in their command line; none where there is no /proc. */
export function processesWith(text: string): number[] {
  const all = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return all.map(Number).filter((pid) => pid !== process.pid && commandLine(pid).includes(text));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}
