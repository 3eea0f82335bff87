import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';

import { HarnessError, messageOf } from '../core/errors.ts';

/** Who sent a datagram, or is to get one. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

export interface DatagramListener {
  /** The one that the system chose, where 0 was asked for. */
  readonly port: number;
  /** What can't be sent is lost, as any datagram may be. */
  send(bytes: Uint8Array, to: Peer): void;
  /** Datagrams that this machine has dropped because nobody read them in time; undefined where it does not tell. */
  dropped(): number | undefined;
  close(): Promise<void>;
}

/** A burst of 50,000 lines within half a second loses two thirds in Linux' default buffer (measured). */
const BUFFER_BYTES = 8 << 20;

/**
 * Listens for UDP; `accept` gets each datagram, and whom it came from.
 * @param host an address of this machine, or `0.0.0.0`, or `::`, which takes both families
 * @throws HarnessError `socket.in-use`, `socket.cannot-listen`
 */
export async function listenDatagrams(
  host: string,
  port: number,
  accept: (bytes: Uint8Array, from: Peer) => void,
): Promise<DatagramListener> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: BUFFER_BYTES });
  socket.on('message', (bytes, { address, port: from }) => accept(bytes, { address, port: from }));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(cannotListen(host, port, cause)));
    socket.bind(port, host, () => resolve());
  });
  socket.removeAllListeners('error').on('error', () => undefined); // an ICMP error of the past concerns nobody
  const bound = socket.address().port;
  return {
    port: bound,
    send: (bytes, to) => socket.send(bytes, to.port, to.address),
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

function cannotListen(host: string, port: number, cause: Error): HarnessError {
  const { code } = cause as NodeJS.ErrnoException;
  return new HarnessError(`cannot listen at UDP port ${port} of ${host}: ${messageOf(cause)}`, {
    code: code === 'EADDRINUSE' ? 'socket.in-use' : 'socket.cannot-listen',
    blame: 'rig',
    effect: 'none',
    hint: HINTS[code ?? ''] ?? 'see: ip address',
  });
}

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program of this machine has it (`ss -ulpn` shows which): name another port, or none',
  EACCES:
    'ports below 1024 are for root: `sudo sysctl net.ipv4.ip_unprivileged_port_start=69` opens them to all',
  EADDRNOTAVAIL: 'no network interface of this machine has this address: see `ip address`',
};
