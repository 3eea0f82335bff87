import type { ExecOptions, ExecResult, Router } from '../../harness/rig/router.ts';
import type { SshConnection } from '../../harness/transport/ssh.ts';

/** What a scripted shell answers: an exit code, standard output alone, or both streams and a code. */
export type Answer = number | string | { stdout?: string; stderr?: string; exitCode?: number };

export function resultOf(command: string, answer: Answer): ExecResult {
  const empty = { command, exitCode: 0, stdout: '', stderr: '', tookMs: 1 };
  if (typeof answer === 'number') return { ...empty, exitCode: answer };
  return typeof answer === 'string' ? { ...empty, stdout: answer } : { ...empty, ...answer };
}

/** An SSH connection whose commands are answered by the test. */
export function fakeConnection(answer: (command: string, options?: ExecOptions) => Answer): SshConnection {
  return {
    name: 'fake',
    alive: true,
    exec: (_ctx, command, options) => Promise.resolve(resultOf(command, answer(command, options))),
    run: (_ctx, command, options) => Promise.resolve(resultOf(command, answer(command, options))),
    stream: () => Promise.reject(new Error('no streams here')),
    close: () => Promise.resolve(),
  };
}

/** A router of which only what is given works. */
export function fakeRouter(parts: Partial<Router>): Router {
  return new Proxy(parts as Router, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (value === undefined) throw new Error(`the test's router cannot ${String(name)}`);
      return value;
    },
  });
}
