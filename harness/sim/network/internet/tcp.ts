import type { Rng } from '../../../core/chance.ts';
import type { Ms } from '../../../core/units.ts';
import { decodeTcp, encodeTcp, tcpFlag, type TcpSegment } from '../../../protocols/ip/tcp.ts';
import type { PacketView } from '../../../protocols/ip/packet.ts';
import { SERVER_TTL } from './path.ts';
import { TcpConnection, type TcpPath } from './tcp-connection.ts';
import { tcpServiceAt } from './tcp-services.ts';

/** Connections of one session; the one that was silent longest makes room for a new one. */
const MAX_CONNECTIONS = 512;

/** Everything TCP between one session and the servers. */
export interface TcpHosts {
  /** @throws HarnessError as decodeTcp */
  receive(view: PacketView, isDnsServer: boolean): void;
  close(): void;
}

/** @param idleMs after so long a silence the operator's NAT forgets a connection: what comes then goes nowhere */
export function createTcpHosts(path: TcpPath, rng: Rng, idleMs: Ms): TcpHosts {
  const connections = new Map<string, TcpConnection>();

  const open = (key: string, segment: TcpSegment, isDnsServer: boolean): void => {
    const service = tcpServiceAt(segment.destinationPort, isDnsServer);
    if (!service) return refuse(path, segment);
    if (connections.size >= MAX_CONNECTIONS) evict(connections);
    connections.set(key, new TcpConnection(path, segment, service, rng.integer(0, 0xffffffff)));
    return undefined;
  };

  const forgotten = (connection: TcpConnection): boolean => path.clock.now() - connection.lastHeard > idleMs;

  return {
    receive: (view, isDnsServer) => {
      const segment = decodeTcp(view);
      if (!segment) return;
      const key = keyOf(view);
      const connection = connections.get(key);
      const opens = (segment.flags & (tcpFlag.syn | tcpFlag.ack | tcpFlag.rst)) === tcpFlag.syn;
      if (connection && forgotten(connection) && !connection.closed) connection.close();
      if (opens && (!connection || connection.closed)) open(key, segment, isDnsServer);
      else if (!connection || connection.abandoned) refuse(path, segment);
      else if (!forgotten(connection)) connection.receive(segment);
    },
    close: () => {
      for (const connection of connections.values()) connection.close();
      connections.clear();
    },
  };
}

/** Both addresses and both ports, as they stand in the packet. */
function keyOf({ bytes, family, start }: PacketView): string {
  const addresses = family === 4 ? bytes.subarray(12, 20) : bytes.subarray(8, 40);
  return String.fromCharCode(...addresses, ...bytes.subarray(start, start + 4));
}

/** Nobody is there: a reset, but never about a reset (RFC 9293 section 3.5.2). */
function refuse(path: TcpPath, segment: TcpSegment): void {
  const { rst, ack, syn, fin } = tcpFlag;
  if ((segment.flags & rst) !== 0) return;
  const hasAck = (segment.flags & ack) !== 0;
  const length = segment.payload.length + ((segment.flags & (syn | fin)) === 0 ? 0 : 1);
  path.send(
    encodeTcp({
      source: segment.destination,
      destination: segment.source,
      sourcePort: segment.destinationPort,
      destinationPort: segment.sourcePort,
      hopLimit: SERVER_TTL,
      seq: hasAck ? segment.ack : 0,
      ack: hasAck ? 0 : (segment.seq + length) >>> 0,
      flags: hasAck ? rst : rst | ack,
      window: 0,
      payload: new Uint8Array(0),
    }),
  );
}

function evict(connections: Map<string, TcpConnection>): void {
  let oldest: string | undefined;
  let heard = Infinity;
  for (const [key, connection] of connections) {
    const at = connection.closed ? -1 : connection.lastHeard;
    if (at < heard) [oldest, heard] = [key, at];
  }
  if (oldest === undefined) return;
  connections.get(oldest)?.close();
  connections.delete(oldest);
}
