import type { Duplex } from 'node:stream';
import type { ServerChannel, Session } from 'ssh2';
import { messageOf } from '../../core/errors.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { RouterMachine } from './machine.ts';
import { runScript } from './shell/execute.ts';
import { runSession } from './shell/session.ts';
import { createShellState, loginEnvironment, type Io, type ShellState } from './shell/state.ts';
import { createPipe } from './shell/streams.ts';
import { killedBy, signalNumber, signals } from './signals.ts';
import type { CommandCount } from './ssh-faults.ts';

export interface SessionParts {
  readonly machine: RouterMachine;
  readonly session: Session;
  readonly socket: Duplex;
  /** SSH_CONNECTION: address and port of both ends. */
  readonly comesFrom: string;
  readonly count: CommandCount;
  readonly timeline: Timeline;
}

/** An SSH session channel: exec or a shell without a terminal; sftp and other subsystems are refused. */
export function serveSession(parts: SessionParts): void {
  const { session } = parts;
  const controller = new AbortController();
  const end = (signal: number): void => controller.abort(killedBy(signal));
  session.on('pty', (accept) => accept?.());
  session.on('env', (accept) => accept?.());
  session.on('window-change', (accept) => accept?.());
  session.on('signal', (accept, _reject, info) => {
    accept?.();
    end(signalNumber(info.name) ?? signals.TERM);
  });
  session.on('exec', (accept, _reject, { command }) => {
    if (command === 'exec sh') return serveShell(parts, accept(), controller, 'sh');
    const dies = parts.count.begin(parts.socket);
    if (parts.count.hung) return;
    serveChannel(parts, accept(), controller, dies, async (state, io) => {
      // A lone command is run in the shell's own place; with anything else beside it the shell stays, and `ps` shows it.
      if (!/[;&|<>$`(){}\n]/.test(command)) return runScript(state, command, io);
      return asProcess(state, `ash -c ${command}`, controller, () => runScript(state, command, io));
    });
  });
  session.on('shell', (accept) => serveShell(parts, accept(), controller, '-ash'));
  session.once('close', () => end(signals.HUP));
}

/** A shell that reads its commands from the channel; each of them counts as one of the connection's. */
function serveShell(
  parts: SessionParts,
  channel: ServerChannel,
  controller: AbortController,
  name: string,
): void {
  const { count, machine, socket } = parts;
  if (count.hung) return;
  const begins = (): boolean => {
    if (count.begin(socket)) machine.clock.after(1, () => socket.destroy());
    return !count.hung;
  };
  serveChannel(parts, channel, controller, false, (state, io) =>
    asProcess(state, name, controller, () => runSession(state, io, begins)),
  );
}

/** Runs a shell with its place in the process table, where it can be killed. */
async function asProcess(
  state: ShellState,
  command: string,
  controller: AbortController,
  body: () => Promise<number>,
): Promise<number> {
  const { processes } = state.machine;
  const kill = (signal: number): void => controller.abort(killedBy(signal));
  processes.add({ pid: state.pid, command, user: 'root', vsz: 1_220, kill });
  try {
    return await body();
  } finally {
    processes.remove(state.pid);
  }
}

function serveChannel(
  { machine, socket, comesFrom, timeline, count }: SessionParts,
  channel: ServerChannel,
  controller: AbortController,
  dies: boolean,
  body: (state: ShellState, io: Io) => Promise<number>,
): void {
  const stdin = createPipe();
  channel.on('data', (data: Buffer) => stdin.write(data));
  channel.once('end', () => stdin.end());
  channel.once('close', () => {
    controller.abort(killedBy(signals.HUP));
    stdin.end();
  });
  channel.on('error', () => undefined); // the connection under it broke; `close` follows
  let open = true;
  const io: Io = {
    stdin: stdin.input,
    outs: [
      undefined,
      (data) => {
        if (open && channel.writable) channel.write(data);
      },
      (data) => {
        if (open && channel.writable) channel.stderr.write(data);
      },
    ],
    signal: controller.signal,
  };
  const finish = (status: number): void => {
    open = false;
    if (dies) socket.destroy();
    else if (channel.writable && !count.hung) {
      channel.exit(status);
      channel.end();
    }
  };
  // The connection dies with the command half done: what it wrote so far may arrive, its status never does.
  if (dies) machine.clock.after(1, () => socket.destroy());
  body(createShellState(machine, { env: loginEnvironment({ SSH_CONNECTION: comesFrom }) }), io).then(
    finish,
    (error: unknown) => {
      timeline.add('ssh', 'simulator-error', { message: messageOf(error) });
      io.outs[2]?.(`ash: the simulator failed: ${messageOf(error)}\n`);
      finish(255);
    },
  );
}
