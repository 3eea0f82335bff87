import { statSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { HarnessError, messageOf } from '../core/errors.ts';
import type { Channel } from './channel.ts';
import { channelOver, formatSocketAddress, optionsOf, type SocketAddress } from './socket.ts';

export interface Listener {
  /** With the port that the system chose, where 0 was asked for. */
  readonly address: SocketAddress;
  /** Stops listening and removes the socket's file; connections that are open stay. */
  close(): Promise<void>;
}

/**
 * Listens on a stream socket; `accept` gets each connection, and the address of its other end. The file of a unix socket that nobody serves any more is
 * replaced.
 * @throws HarnessError `socket.in-use`, `socket.not-a-socket`, `socket.cannot-listen`
 */
export async function listenSocket(
  address: SocketAddress,
  accept: (channel: Channel, from: string) => void,
): Promise<Listener> {
  if (address.kind === 'unix') await removeStale(address.path);
  const server = createServer();
  let count = 0;
  server.on('connection', (socket) => {
    const name = `${formatSocketAddress(bound(server, address))} #${++count}`;
    accept(channelOver(socket, name), socket.remoteAddress ?? '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(address, cause)));
    server.listen(optionsOf(address), () => resolve());
  });
  return {
    address: bound(server, address),
    close: () => new Promise((resolve) => closeServer(server, resolve)),
  };
}

function closeServer(server: Server, done: () => void): void {
  // It calls back only when the last connection has gone too, which is not waited for.
  server.close();
  done();
}

function bound(server: Server, address: SocketAddress): SocketAddress {
  const actual = server.address();
  if (address.kind === 'unix' || actual === null || typeof actual === 'string') return address;
  return { ...address, port: actual.port };
}

/** A process that was killed leaves its socket's file behind, and bind(2) fails on it. */
async function removeStale(path: string): Promise<void> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isSocket()) {
    throw socketError('socket.not-a-socket', `${path} exists and is no socket`, 'choose another path');
  }
  if (await isServed(path)) throw inUse(`unix:${path}`);
  unlinkSync(path);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    const answer = (served: boolean) => () => {
      socket.destroy();
      resolve(served);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
  });
}

function cannotListen(address: SocketAddress, cause: Error): HarnessError {
  const name = formatSocketAddress(address);
  if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') return inUse(name);
  const text = `cannot listen at ${name}: ${messageOf(cause)}`;
  return socketError('socket.cannot-listen', text, address.kind === 'unix' ? FOLDER_HINT : hintFor(cause));
}

const FOLDER_HINT = 'does the folder exist, and may this user write to it?';

function hintFor({ code }: NodeJS.ErrnoException): string {
  if (code === 'EACCES') return 'ports below 1024 are for root: choose a higher one';
  return 'is the address one of this machine? `ip address` shows them';
}

function inUse(name: string): HarnessError {
  return socketError(
    'socket.in-use',
    `${name} is in use by another program`,
    'choose another address, or stop it',
  );
}

function socketError(code: `socket.${string}`, message: string, hint: string): HarnessError {
  return new HarnessError(message, { code, blame: 'rig', effect: 'none', hint });
}
