import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';

import { HarnessError, messageOf } from '../core/errors.ts';

export interface DatagramListener {
  /** The one that the system chose, where 0 was asked for. */
  readonly port: number;
  /** Datagrams that this machine has dropped because nobody read them in time; undefined where it does not tell. */
  dropped(): number | undefined;
  close(): Promise<void>;
}

/** A burst of 50,000 lines within half a second loses two thirds in Linux' default buffer (measured). */
const BUFFER_BYTES = 8 << 20;

/**
 * Listens for UDP; `accept` gets each datagram, and the address that it came from.
 * @param host `0.0.0.0` or `::`, which takes both families
 * @throws HarnessError `socket.in-use`, `socket.cannot-listen`
 */
export async function listenDatagrams(
  host: string,
  port: number,
  accept: (bytes: Uint8Array, from: string) => void,
): Promise<DatagramListener> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: BUFFER_BYTES });
  socket.on('message', (bytes, { address }) => accept(bytes, address));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(cannotListen(port, cause)));
    socket.bind(port, host, () => resolve());
  });
  socket.removeAllListeners('error').on('error', () => undefined); // an ICMP error of the past concerns nobody
  const bound = socket.address().port;
  return {
    port: bound,
    dropped: () => droppedAt(bound),
    close: () => closed(socket),
  };
}

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));

/** The last column of /proc/net/udp and udp6. Source: Linux net/ipv4/udp.c, udp4_format_sock. */
function droppedAt(port: number): number | undefined {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['/proc/net/udp', '/proc/net/udp6'].flatMap(linesOf).map((row) => row.trim().split(/\s+/));
  const own = rows.find((columns) => columns[1]?.endsWith(local));
  return own && Number(own.at(-1));
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return []; // not Linux, or without this family
  }
}

function cannotListen(port: number, cause: Error): HarnessError {
  const inUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return new HarnessError(`cannot listen at UDP port ${port}: ${messageOf(cause)}`, {
    code: inUse ? 'socket.in-use' : 'socket.cannot-listen',
    blame: 'rig',
    effect: 'none',
    hint: inUse
      ? 'a syslog server of this machine may have it: name another port, or none'
      : 'ports below 1024 are for root',
  });
}
