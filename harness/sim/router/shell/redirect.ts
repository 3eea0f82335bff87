import { absolute } from '../files.ts';
import type { Input, RouterMachine } from '../machine.ts';
import { expandText, type Expander } from './expand.ts';
import { complain, type Io } from './state.ts';
import { holdTty, readerOf } from '../tty-users.ts';
import { createPipe, inputOf, type Sink } from './streams.ts';
import type { Redirect } from './syntax.ts';

/** Streams after redirection, and what has to be let go of when the command is done. */
export interface Redirected {
  readonly io: Io;
  close(): void;
}

/** Applies redirections from left to right; undefined: one could not be opened, which has been said. */
export async function applyRedirects(
  expander: Expander,
  redirects: readonly Redirect[],
): Promise<Redirected | undefined> {
  let { io } = expander;
  const closers: (() => void)[] = [];
  const close = (): void => closers.forEach((closer) => closer());
  for (const redirect of redirects) {
    const target = await expandText(expander, redirect.target);
    const changed = open(expander, io, redirect, target, closers);
    if (!changed) {
      close();
      return undefined;
    }
    io = changed;
  }
  return { io, close };
}

function open(
  { state }: Expander,
  io: Io,
  { fd, operator }: Redirect,
  target: string,
  closers: (() => void)[],
): Io | undefined {
  // Input by any other number than 0 is opened and never read: no program here could.
  const withIn = (stdin: Input): Io => (fd === 0 ? { ...io, stdin } : io);
  if (operator === '<<') return withIn(inputOf(target));
  if (operator === '>&' || operator === '<&')
    return duplicate(io, fd, target, (text) => complain(state, io, text));
  const path = absolute(state.cwd, target);
  if (operator === '<') {
    const input = openInput(state.machine, path, state.pid, closers);
    if (!input) complain(state, io, `can't open ${target}: no such file`);
    return input && withIn(input);
  }
  const sink = openOutput(state.machine, path, operator === '>>');
  if (typeof sink === 'string') complain(state, io, `can't create ${target}: ${sink}`);
  return typeof sink === 'string' ? undefined : withOut(io, fd, sink);
}

function duplicate(io: Io, fd: number, target: string, say: (text: string) => void): Io | undefined {
  if (target === '-') return fd === 0 ? { ...io, stdin: inputOf('') } : withOut(io, fd, undefined);
  if (fd === 0 || target === '0') return io;
  const sink = io.outs[Number(target)];
  if (sink) return withOut(io, fd, sink);
  say(`${target}: Bad file descriptor`);
  return undefined;
}

function withOut(io: Io, fd: number, sink: Sink | undefined): Io {
  const outs = [...io.outs];
  outs[fd] = sink;
  return { ...io, outs };
}

/** A file or a terminal as input, for this process; undefined: there is none. */
export function openInput(
  machine: RouterMachine,
  path: string,
  pid: number,
  closers: (() => void)[],
): Input | undefined {
  const port = machine.files.kind(path) === 'device' ? machine.usb.openTty(path) : undefined;
  if (port) {
    const pipe = createPipe();
    // While another reads it, the opening succeeds, but answers go to whoever came first.
    const alone = readerOf(machine, path) === undefined;
    closers.push(holdTty(machine, path, pid));
    if (!alone) return pipe.input;
    port.onBytes(pipe.write);
    port.onGone(() => pipe.end());
    closers.push(() => {
      port.onBytes(undefined);
      port.onGone(undefined);
    });
    return pipe.input;
  }
  const content = machine.files.read(path);
  return content && inputOf(content);
}

/** A file or a terminal as output; a text says why it can't be written. */
export function openOutput(machine: RouterMachine, path: string, append: boolean): Sink | string {
  const { files } = machine;
  const kind = files.kind(path);
  if (kind === 'directory') return 'Is a directory';
  if (kind === 'device') {
    if (files.read(path)) return () => undefined;
    const port = machine.usb.openTty(path);
    if (!port) return 'No such device or address';
    return (data) => port.write(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }
  if (files.kind(path.slice(0, path.lastIndexOf('/')) || '/') !== 'directory') return 'nonexistent directory';
  if (kind === undefined) files.write(path, '');
  else if ((files.stat(files.resolve(path) ?? path)?.mode ?? 0) === 0o444) return 'Permission denied';
  else if (!append) files.write(path, '');
  return (data) => files.append(path, data);
}
