import { describe, expect, it } from '@jest/globals';

import type { Session } from '../../../../../harness/sim/network/network.ts';
import { openTcp, type TcpClient, type TcpClientOptions } from '../../../../support/tcp-client.ts';
import { online, onPackets } from '../online.ts';

function connect(session: Session, port: number, more: Partial<TcpClientOptions> = {}): TcpClient {
  const client = openTcp({ session, to: '203.0.113.10', port, ...more });
  onPackets(session, (packet) => client.take(packet));
  return client;
}

function textOf(client: TcpClient): string {
  return Buffer.concat(client.received).toString('latin1');
}

const get = (path: string): Uint8Array => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: example.com\r\n\r\n`);

describe('TCP to the little internet', () => {
  it.each(['203.0.113.10', '2001:db8:113::a'])('serves a page at %s and closes after it', async (to) => {
    const { clock, session } = online();
    await clock.drive('page', async () => {
      const data = await session();
      const client = connect(data, 80, { to });
      await clock.sleep(30);
      expect(client.established).toBe(true);
      expect(client.segments[0]).toMatchObject({ mss: to.includes('.') ? 1_460 : 1_440, windowScale: 7 });
      client.write(get('/'));
      await clock.sleep(100);
      expect(textOf(client)).toMatch(
        /^HTTP\/1\.1 200 OK\r\n.*Content-Length: (\d+)\r\n.*\r\n\r\n<!doctype html>/s,
      );
      expect(client.ended).toBe(true);
    });
  });

  it.each([
    ['/generate_204', /^HTTP\/1\.1 204 No Content\r\n/, 0],
    ['/bytes/100000', /^HTTP\/1\.1 200 OK\r\n/, 100_000],
    ['/nowhere', /^HTTP\/1\.1 404 /, 14],
  ])('answers %s', async (path, head, length) => {
    const { clock, session } = online();
    await clock.drive('get', async () => {
      const client = connect(await session(), 80);
      await clock.sleep(30);
      client.write(get(path));
      await clock.sleep(1_000);
      const text = textOf(client);
      expect(text).toMatch(head);
      expect(text.split('\r\n\r\n').slice(1).join('\r\n\r\n')).toHaveLength(length);
      expect(client.ended).toBe(true);
    });
  });

  it('gets everything through a path that loses every twentieth packet', async () => {
    const { clock, session } = online({ loss: 0.05, maxLossesInARow: Infinity });
    await clock.drive('lossy', async () => {
      const client = connect(await session(), 80);
      while (!client.established) {
        await clock.sleep(1_000);
        if (!client.established) client.send({ seq: 1_000, flags: 2, ack: 0, mss: 1_400, windowScale: 8 });
      }
      while (textOf(client) === '') {
        client.send({ seq: 1_001, payload: get('/bytes/400000') });
        await clock.sleep(1_000);
      }
      await clock.sleep(120_000);
      expect(textOf(client).split('\r\n\r\n')[1]).toBeDefined();
      expect(client.total).toBeGreaterThan(400_000);
      expect(client.ended).toBe(true);
      const sent = client.segments.filter(({ payload }) => payload.length > 0).length;
      expect(sent).toBeGreaterThan(400_000 / 1_400);
      const body = Buffer.concat(client.received).subarray(-400_000);
      expect(body.every((octet) => octet === 13 || octet === 10 || (octet >= 33 && octet < 127))).toBe(true);
    });
  });

  it('gives back what it gets, in order, whatever the order on the way', async () => {
    const { clock, session } = online();
    await clock.drive('echo', async () => {
      const client = connect(await session(), 7);
      await clock.sleep(30);
      const part = (text: string, at: number): void =>
        client.send({ seq: 1_001 + at, payload: Buffer.from(text) });
      part('world', 6);
      part('hello ', 0);
      part('hello world', 0);
      await clock.sleep(100);
      expect(textOf(client)).toBe('hello world');
      expect(client.segments.at(-1)?.ack).toBe(1_012);
    });
  });

  it('stops its sources while nobody reads, and goes on when somebody does', async () => {
    const { clock, session } = online();
    await clock.drive('backpressure', async () => {
      const data = await session();
      const client = connect(data, 19);
      client.keep = false;
      await clock.sleep(30);
      data.onReadable(undefined); // from now on the modem's host takes nothing
      await clock.sleep(5_000);
      const before = client.total;
      let waiting = 0;
      for (let packet = data.receive(); packet; packet = data.receive()) {
        waiting += packet.length;
        client.take(packet);
      }
      expect(waiting).toBeLessThan(800_000);
      onPackets(data, (packet) => client.take(packet));
      await clock.sleep(1_000);
      expect(client.total - before).toBeGreaterThan(5_000_000);
    });
  });

  it('heeds a shut window and finds out that it has opened, without the update', async () => {
    const { clock, session } = online();
    await clock.drive('window', async () => {
      const client = connect(await session(), 19, { window: 20_000 });
      await clock.sleep(30);
      client.stopped = true;
      await clock.sleep(3_000);
      const { total } = client;
      await clock.sleep(3_000);
      expect(client.total).toBe(total);
      client.stopped = false;
      // The timer doubles: it has looked 0.2, 0.6 … 6.2 s after the window was shut.
      await clock.sleep(7_000);
      expect(client.total).toBeGreaterThan(total);
    });
  });

  it('waits for a reader that stops for an hour, and goes on where it was', async () => {
    const { clock, session } = online({}, { tcpIdleMs: 7_200_000 });
    await clock.drive('pause', async () => {
      const client = connect(await session(), 19, { window: 20_000 });
      await clock.sleep(30);
      client.stopped = true;
      await clock.sleep(3_600_000);
      const { total } = client;
      client.stopped = false;
      client.acknowledge();
      await clock.sleep(1_000);
      expect(client.total).toBeGreaterThan(total);
      expect(client.reset).toBe(false);
    });
  });

  it('gives up a client that is gone, and knows nothing of it when it is back', async () => {
    const { clock, session } = online({}, { tcpIdleMs: 7_200_000 });
    await clock.drive('gone', async () => {
      const data = await session();
      const client = connect(data, 19, { window: 20_000 });
      await clock.sleep(30);
      const { take } = client;
      client.take = () => undefined; // it hears nothing, and so says nothing
      await clock.sleep(600_000);
      client.take = take;
      const { total } = client;
      client.acknowledge();
      await clock.sleep(1_000);
      expect(client).toMatchObject({ total, reset: true });
    });
  });

  it('resets what nobody listens to, and forgets what was silent for too long', async () => {
    const { clock, session } = online({}, { tcpIdleMs: 60_000 });
    await clock.drive('closed', async () => {
      const data = await session();
      const closed = connect(data, 81);
      await clock.sleep(30);
      expect(closed).toMatchObject({ reset: true, established: false });
      const idle = connect(data, 7, { sourcePort: 40_001 });
      await clock.sleep(30);
      await clock.sleep(61_000);
      const { length } = idle.segments;
      idle.write(Buffer.from('still there?'));
      await clock.sleep(1_000);
      expect(idle.segments).toHaveLength(length);
    });
  });

  it('is as fast as the path, and follows when that changes', async () => {
    const { clock, network, session } = online({ downlinkBitsPerS: 10e6 });
    await clock.drive('rate', async () => {
      const client = connect(await session(), 19);
      client.keep = false;
      await clock.sleep(1_000);
      let before = client.total;
      await clock.sleep(2_000);
      expect((client.total - before) * 4).toBeGreaterThan(9e6);
      expect((client.total - before) * 4).toBeLessThan(10e6);
      network.path = { ...network.path, downlinkBitsPerS: 1e6 };
      await clock.sleep(5_000);
      before = client.total;
      await clock.sleep(2_000);
      expect((client.total - before) * 4).toBeLessThan(1e6);
      expect((client.total - before) * 4).toBeGreaterThan(0.9e6);
    });
  });
});
