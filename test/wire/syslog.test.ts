import { createSocket } from 'node:dgram';
import { createConnection } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { networkPort, type SyslogProtocol } from '../../harness/drivers/syslog/port.ts';
import { receiveSyslog } from '../../harness/drivers/syslog/receiver.ts';
import { frameCounted } from '../../harness/protocols/syslog/framing.ts';
import { realCtx } from '../support/real-ctx.ts';

const SENT = '<29>Nov 22 08:51:47 OpenWrt netifd: ';
const HEARD = 'Nov 22 08:51:47 daemon.notice netifd: ';

/** Hears until `count` lines have come. */
async function hear(protocol: SyslogProtocol, count: number, send: (port: number) => void) {
  const heard: string[] = [];
  const gaps: string[] = [];
  let enough: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (enough = resolve));
  const receiver = await receiveSyslog(realCtx(), networkPort({ protocol, port: 0 }), {
    line: (line, from) => {
      expect(from).toMatch(/127\.0\.0\.1$/);
      if (heard.push(line) >= count) enough();
    },
    connected: () => undefined,
    gap: (reason) => gaps.push(reason),
  });
  try {
    send(receiver.port);
    await all;
  } finally {
    await receiver.close();
  }
  return { heard, gaps };
}

describe('syslog over real sockets', () => {
  it('UDP: what is sent at once is heard in full, thousands of lines', async () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n}`);
    const { heard, gaps } = await hear('udp', lines.length, (port) => {
      const socket = createSocket('udp4');
      let left = lines.length;
      for (const line of lines)
        socket.send(`${SENT}${line}\n`, port, '127.0.0.1', () => --left === 0 && socket.close());
    });
    expect(heard).toEqual(lines.map((line) => HEARD + line));
    expect(gaps).toEqual([]);
  });

  it('TCP: counted messages and lines on one connection, and the end of the connection is told', async () => {
    const { heard, gaps } = await hear('tcp', 3, (port) => {
      const socket = createConnection({ host: '127.0.0.1', port });
      socket.write(Buffer.concat([frameCounted(Buffer.from(`${SENT}one`)), Buffer.from(`${SENT}two\n`)]));
      socket.end(`${SENT}three\n<13>ha`);
    });
    expect(heard).toEqual(['one', 'two', 'three'].map((line) => HEARD + line));
    expect(gaps.length).toBeLessThanOrEqual(1);
  });

  it('a port that is taken is told', async () => {
    const first = await networkPort({ protocol: 'udp', port: 0 }).listen({
      datagram: () => undefined,
      connection: () => undefined,
    });
    const again = networkPort({ protocol: 'udp', port: first.port });
    await expect(
      again.listen({ datagram: () => undefined, connection: () => undefined }),
    ).rejects.toMatchObject({ code: 'socket.in-use' });
    await first.close();
  });
});
