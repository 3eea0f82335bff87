import { createConnection, type Socket } from 'node:net';
import { HarnessError } from '../core/errors.ts';
import type { Channel } from './channel.ts';

/** Where a stream socket is: a path in the file system, or a TCP port. */
export type SocketAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** `sun_path` of unix(7) has 108 bytes, the last of them zero. */
const MAX_PATH_BYTES = 107;

/**
 * `unix:PATH` or `tcp:HOST:PORT` (`tcp:[::1]:4000` for IPv6).
 * @throws HarnessError `socket.bad-address`
 */
export function parseSocketAddress(text: string): SocketAddress {
  const path = /^unix:(.+)$/s.exec(text)?.[1];
  if (path !== undefined) {
    const length = Buffer.byteLength(path);
    if (length <= MAX_PATH_BYTES) return { kind: 'unix', path };
    throw badAddress(`the path of a unix socket has at most ${MAX_PATH_BYTES} bytes, this one has ${length}`);
  }
  const [, bracketed, plain, digits] = /^tcp:(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { kind: 'tcp', host, port };
  throw badAddress(`"${text}" is neither unix:PATH nor tcp:HOST:PORT`);
}

/** As it is written on a command line. */
export function formatSocketAddress(address: SocketAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  const { host, port } = address;
  return `tcp:${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function badAddress(message: string): HarnessError {
  return new HarnessError(message, {
    code: 'socket.bad-address',
    blame: 'test',
    effect: 'none',
    hint: 'for example unix:/tmp/modem.sock or tcp:127.0.0.1:4000',
  });
}

/**
 * Connects to a stream socket.
 * @throws HarnessError `socket.unreachable`
 */
export function connectSocket(address: SocketAddress): Promise<Channel> {
  const name = formatSocketAddress(address);
  return new Promise((resolve, reject) => {
    const socket = createConnection(optionsOf(address));
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(unreachable(name, cause));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(channelOver(socket, name));
    });
  });
}

export function optionsOf(
  address: SocketAddress,
): { readonly path: string } | { readonly host: string; readonly port: number } {
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

/**
 * A connected socket as a channel. What is written in one turn of the event loop leaves in one piece. While the other
 * side does not take what was written, nothing more is read from it: a peer that only asks can't fill the memory.
 */
export function channelOver(socket: Socket, name: string): Channel {
  socket.setNoDelay(true);
  // Nothing is read before somebody listens.
  socket.pause();
  let corked = false;
  let closed = false;
  let end: { readonly error: HarnessError | undefined } | undefined;
  let failure: Error | undefined;
  let onClose: ((error?: HarnessError) => void) | undefined;
  let listening = false;

  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('drain', () => {
    if (listening) socket.resume();
  });
  socket.on('close', () => {
    end = { error: failure && !closed ? broken(name, failure) : undefined };
    onClose?.(end.error);
  });
  const uncork = (): void => {
    corked = false;
    socket.uncork();
    if (socket.writableNeedDrain) socket.pause();
  };

  return {
    name,
    onBytes: (f) => {
      listening = true;
      socket.removeAllListeners('data');
      // Not as a Buffer: its `slice` gives a view where that of every other array of bytes gives a copy.
      socket.on('data', ({ buffer, byteOffset, length }: Buffer) =>
        f(new Uint8Array(buffer, byteOffset, length)),
      );
      socket.resume();
    },
    onClose: (f) => {
      onClose = f;
      if (end) f(end.error);
    },
    write: (bytes) => {
      if (closed || socket.destroyed) return;
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      socket.write(bytes);
    },
    close: () => {
      if (closed) return;
      closed = true;
      // What was written still gets out; a peer that does not close its end is not waited for.
      socket.end(() => socket.destroy());
    },
  };
}

function unreachable(name: string, cause: Error): HarnessError {
  return new HarnessError(`nobody listens at ${name}`, {
    code: 'socket.unreachable',
    blame: 'rig',
    effect: 'none',
    hint: 'start the other side first, or let this one listen',
    cause,
  });
}

function broken(name: string, cause: Error): HarnessError {
  return new HarnessError(`the connection of ${name} broke`, {
    code: 'socket.broken',
    blame: 'rig',
    effect: 'unknown',
    cause,
  });
}
