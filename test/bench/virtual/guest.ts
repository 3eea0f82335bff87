import { connect } from 'node:net';

import type { Ctx } from '../../../harness/core/ctx.ts';
import { connectSsh, type SshConnection } from '../../../harness/transport/ssh.ts';
import { startGuest, type Guest } from '../../../harness/virtual/guest.ts';
import { lan } from '../../../harness/virtual/qemu/arguments.ts';

const LIMIT_MS = 120_000;
/** Where the guest's sink listens. */
const SINK = 5_000;

const SINK_COMMAND = `nc -l -p ${SINK} >/dev/null &
  until netstat -ltn | grep -q :${SINK}; do usleep 20000; done; echo listens; wait; echo ended`;

/** A guest to measure in, and how to get its first network card's figure. */
export interface BenchGuest {
  readonly usbSocket: string;
  /** @throws Error where the command does not end with 0 */
  run(command: string): Promise<string>;
  /** Pushes so many bytes to a sink in the guest through QEMU's user network and virtio-net; Mbit/s. */
  pushOverVirtio(bytes: number): Promise<number>;
  close(): Promise<void>;
}

export async function startBenchGuest(ctx: Ctx): Promise<BenchGuest> {
  const guest = await startGuest(ctx, 'bench');
  const ssh = await connectSsh(ctx, guest.login);
  const port = await forwardSink(guest);
  const run = (command: string): Promise<string> => runIn(ctx, ssh, command);
  return {
    usbSocket: guest.usbSocket,
    run,
    pushOverVirtio: async (bytes) => {
      const took = await timeBetween(ctx, ssh, SINK_COMMAND, () => push(port, bytes));
      return megabitsPerS(bytes, took);
    },
    close: async () => {
      await ssh.close();
      await guest.close();
    },
  };
}

/**
 * Milliseconds between the two lines that a command prints.
 * @param act called at the first one
 */
export async function timeBetween(
  ctx: Ctx,
  ssh: SshConnection,
  command: string,
  act: () => void,
): Promise<number> {
  let from = NaN;
  let end: (took: number) => void;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const stream = await ssh.stream(ctx, command, () => {
    if (!Number.isNaN(from)) return end(performance.now() - from);
    from = performance.now();
    return act();
  });
  const took = await ended;
  await stream.stop();
  return took;
}

export function megabitsPerS(bytes: number, ms: number): number {
  return (bytes * 8) / ms / 1_000;
}

async function runIn(ctx: Ctx, ssh: SshConnection, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await ssh.exec(ctx, command, { limit: LIMIT_MS });
  if (exitCode !== 0) throw new Error(`in the guest: ${command}: ${exitCode}\n${stdout}${stderr}`);
  return stdout;
}

/** Another port of this machine that leads into the guest, as its SSH has one. */
async function forwardSink({ machine }: Guest): Promise<number> {
  const ask = async (line: string): Promise<string> =>
    String(await machine.qmp.execute('human-monitor-command', { 'command-line': line }));
  await ask(`hostfwd_add lan tcp:127.0.0.1:0-${lan.guest}:${SINK}`);
  const text = await ask('info usernet');
  const port = new RegExp(`HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+${SINK}\\s`).exec(
    text,
  );
  if (!port) throw new Error(`QEMU forwards no port to ${SINK}: ${text}`);
  return Number(port[1]);
}

function push(port: number, bytes: number): void {
  const socket = connect(port, '127.0.0.1');
  // The guest's end tells: it ends with an error where not all has come.
  socket.on('error', () => undefined);
  socket.end(Buffer.alloc(bytes, 'wwanlab'));
}
