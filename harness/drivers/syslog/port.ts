import { networkInterfaces } from 'node:os';

import type { Channel } from '../../transport/channel.ts';
import { listenDatagrams } from '../../transport/datagrams.ts';
import { listenSocket } from '../../transport/listen.ts';

export type SyslogProtocol = 'udp' | 'tcp';

/** Who comes: a datagram, or a connection on which messages follow one another. */
export interface SyslogArrivals {
  datagram(bytes: Uint8Array, from: string): void;
  connection(channel: Channel, from: string): void;
}

/** Where a router can send its log. */
export interface SyslogPort {
  readonly protocol: SyslogProtocol;
  /** How the router has to name this machine; left out: as it sees us over SSH. */
  readonly host?: string;
  listen(arrivals: SyslogArrivals): Promise<SyslogListener>;
}

export interface SyslogListener {
  /** As the router has to name it. */
  readonly port: number;
  /** Messages that were lost on this side, as far as it can be told. */
  dropped(): number | undefined;
  close(): Promise<void>;
}

/** A port of this machine. @param options `port` 0: the system chooses */
export function networkPort(options: {
  readonly protocol: SyslogProtocol;
  readonly host?: string | undefined;
  readonly port: number;
}): SyslogPort {
  const { protocol, host, port } = options;
  return {
    protocol,
    ...(host === undefined ? {} : { host }),
    listen: (arrivals) => (protocol === 'udp' ? listenUdp(port, arrivals) : listenTcp(port, arrivals)),
  };
}

/** All of this machine's addresses, of both families where it has both. */
function anyAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.some((address) => address?.family === 'IPv6') ? '::' : '0.0.0.0';
}

function listenUdp(port: number, { datagram }: SyslogArrivals): Promise<SyslogListener> {
  return listenDatagrams(anyAddress(), port, (bytes, from) => datagram(bytes, from.address));
}

async function listenTcp(port: number, { connection }: SyslogArrivals): Promise<SyslogListener> {
  const open = new Set<Channel>();
  const listener = await listenSocket({ kind: 'tcp', host: anyAddress(), port }, (channel, from) => {
    open.add(channel);
    connection(channel, from);
  });
  return {
    port: listener.address.kind === 'tcp' ? listener.address.port : port,
    dropped: () => 0,
    close: async () => {
      await listener.close();
      for (const channel of open) channel.close();
    },
  };
}
