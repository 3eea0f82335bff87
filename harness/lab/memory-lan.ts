import type { Duplex } from 'node:stream';

import type { SyslogArrivals, SyslogPort, SyslogProtocol } from '../drivers/syslog/port.ts';
import type { Lan } from '../sim/router/remote-log.ts';
import type { Channel } from '../transport/channel.ts';
import { createDuplexPair } from '../transport/memory-duplex.ts';

/** The cable between a simulated router and us, in memory. */
export interface MemoryLan {
  /** The router's end. */
  readonly lan: Lan;
  /** Where it can send its log to. */
  syslogPort(protocol: SyslogProtocol): SyslogPort;
}

const FIRST_PORT = 40_000;

/** @param router the address that datagrams and connections come from */
export function createMemoryLan(router: string): MemoryLan {
  const listening = new Map<number, SyslogArrivals>();
  let connections = 0;
  let nextPort = FIRST_PORT;
  return {
    lan: {
      send: (_host, port, bytes) => process.nextTick(() => listening.get(port)?.datagram(bytes, router)),
      connect: (_host, port) => {
        const arrivals = listening.get(port);
        if (!arrivals) return undefined;
        const [theirs, ours] = createDuplexPair();
        arrivals.connection(channelOver(ours, `port ${port} #${++connections}`), router);
        return theirs;
      },
    },
    syslogPort: (protocol) => ({
      protocol,
      listen: async (arrivals) => {
        const port = nextPort++;
        const open = new Set<Channel>();
        listening.set(port, {
          datagram: (bytes, from) => arrivals.datagram(bytes, from),
          connection: (channel, from) => {
            open.add(channel);
            arrivals.connection(channel, from);
          },
        });
        return {
          port,
          dropped: () => 0,
          close: async () => {
            listening.delete(port);
            for (const channel of open) channel.close();
          },
        };
      },
    }),
  };
}

function channelOver(duplex: Duplex, name: string): Channel {
  duplex.on('error', () => undefined); // `close` follows
  return {
    name,
    onBytes: (f) => void duplex.on('data', f),
    onClose: (f) => void duplex.once('close', () => f()),
    write: (bytes) => void duplex.write(bytes),
    close: () => void duplex.destroy(),
  };
}
