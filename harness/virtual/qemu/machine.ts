import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import { raceAbort, type Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import { createConsole, type Console } from './console.ts';
import { forwardedPort, qemuArguments, sockets, type MachineSpec } from './arguments.ts';
import { virtualError } from '../errors.ts';
import { createQmp, type Qmp } from './qmp.ts';
import { supervise } from './supervisor.ts';
import { startFailed } from './start-failed.ts';

/** A QEMU process that runs, under a supervisor that ends it with us. */
export interface Machine {
  readonly qmp: Qmp;
  readonly folder: string;
  /** Where a modem is plugged in: QEMU listens there and speaks usbredir. */
  readonly usbSocket: string;
  /** What the guest sends to its syslog server comes out there. */
  readonly logSocket: string;
  readonly console: Console;
  /** The port on 127.0.0.1 that leads to the guest's SSH. */
  sshPort(): Promise<number>;
  /** Rejects as soon as QEMU ends by itself; never resolves. */
  readonly failed: Promise<never>;
  /** Ends it and waits until neither a process nor a file is left. */
  close(): Promise<void>;
}

/** For a machine that is busy: a QEMU that fails says so at once. */
const START_LIMIT: Ms = 120_000;

/**
 * Starts QEMU and waits for its control connection.
 * @param folder private to this machine; it is removed with it
 * @throws HarnessError `virtual.…` with what QEMU said where it does not start
 */
export async function startMachine(ctx: Ctx, spec: MachineSpec, folder: string): Promise<Machine> {
  const control = await listenOnce(join(folder, sockets.control));
  const console = await listenOnce(join(folder, sockets.console));
  const supervisor = supervise([spec.qemu, ...qemuArguments(spec, folder)], folder);
  const open: Socket[] = [];
  const failed = supervisor.ended.then(({ code, said }): never => {
    throw startFailed(code, said, log.lines);
  });
  failed.catch(() => undefined);
  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy();
    control.close();
    console.close();
    supervisor.end();
    await supervisor.gone;
  };
  const log = createConsole();
  console.connected.then(
    (socket) => {
      open.push(socket);
      log.attach(socket);
    },
    () => undefined,
  );
  try {
    const socket = await ctx.within(START_LIMIT, 'QEMU starts', ({ signal }) =>
      raceAbort(Promise.race([control.connected, failed]), signal),
    );
    open.push(socket);
    const qmp = createQmp(socket);
    const usbSocket = join(folder, sockets.usb);
    const logSocket = join(folder, sockets.log);
    return { qmp, folder, usbSocket, logSocket, console: log, sshPort: () => askPort(qmp), failed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function askPort(qmp: Qmp): Promise<number> {
  const text = await qmp.execute('human-monitor-command', { 'command-line': 'info usernet' });
  const port = forwardedPort(String(text));
  if (port !== undefined) return port;
  throw virtualError(
    'no-port',
    'QEMU forwards no port to the guest',
    'its user network is missing: type: wwanlab virtual setup --check',
    { data: { usernet: text } },
  );
}

interface Listener {
  readonly connected: Promise<Socket>;
  close(): void;
}

/** Listens before QEMU starts, so that it finds us at once and nobody has to try again and again. */
function listenOnce(path: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const connected = new Promise<Socket>((accept) => {
      server.once('connection', (socket) => {
        socket.on('error', () => undefined);
        server.close();
        accept(socket);
      });
    });
    server.once('error', (error) =>
      reject(
        virtualError(
          'no-socket',
          `cannot listen on ${path}: ${error.message}`,
          'set TMPDIR to another folder',
          {
            cause: error,
          },
        ),
      ),
    );
    server.listen(path, () => resolve({ connected, close: () => void server.close() }));
  });
}
