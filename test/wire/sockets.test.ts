import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../harness/transport/channel.ts';
import { listenSocket } from '../../harness/transport/listen.ts';
import { connectSocket } from '../../harness/transport/socket.ts';
import { wwanlab } from '../support/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wwanlab-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unixAt = (name: string): { readonly kind: 'unix'; readonly path: string } => ({
  kind: 'unix',
  path: join(folder, name),
});

describe('stream sockets', () => {
  it('carry bytes both ways, say when the other end is gone, and leave no file', async () => {
    const accepted: Channel[] = [];
    const listener = await listenSocket(unixAt('s'), (channel) => {
      accepted.push(channel);
      channel.onBytes((bytes) => channel.write(bytes));
    });
    const channel = await connectSocket(unixAt('s'));
    const echoed = new Promise<Uint8Array>((resolve) => channel.onBytes(resolve));
    channel.write(Uint8Array.of(1, 2));
    channel.write(Uint8Array.of(3));
    const bytes = await echoed;
    expect([...bytes]).toEqual([1, 2, 3]);
    // A view into it would change with it: a Buffer's slice is one, that of any other array is a copy.
    expect(Buffer.isBuffer(bytes)).toBe(false);
    const gone = new Promise<unknown>((resolve) => channel.onClose(resolve));
    accepted[0]?.close();
    expect(await gone).toBeUndefined();
    await listener.close();
    expect(existsSync(unixAt('s').path)).toBe(false);
  });

  it('tell the port that the system chose', async () => {
    const listener = await listenSocket({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (channel) =>
      channel.close(),
    );
    expect(listener.address).toEqual({ kind: 'tcp', host: '127.0.0.1', port: expect.any(Number) });
    expect(listener.address).not.toMatchObject({ port: 0 });
    await listener.close();
  });

  it('replace the file of a server that was killed, but neither a live one nor something else', async () => {
    const script = `require('net').createServer().listen(${JSON.stringify(unixAt('dead').path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(existsSync(unixAt('dead').path)).toBe(true);
    const listener = await listenSocket(unixAt('dead'), (channel) => channel.close());
    await expect(listenSocket(unixAt('dead'), () => undefined)).rejects.toMatchObject({
      code: 'socket.in-use',
    });
    await listener.close();
    writeFileSync(unixAt('file').path, 'mine');
    await expect(listenSocket(unixAt('file'), () => undefined)).rejects.toMatchObject({
      code: 'socket.not-a-socket',
    });
    expect(existsSync(unixAt('file').path)).toBe(true);
    await expect(connectSocket(unixAt('none'))).rejects.toMatchObject({ code: 'socket.unreachable' });
  });

  it('that another program serves: modem serve says how a QEMU that listens there gets the modem', async () => {
    const listener = await listenSocket(unixAt('qemu'), (channel) => channel.close());
    const usb = `unix:${unixAt('qemu').path}`;
    const refused = await wwanlab(['modem', 'serve', '--model', 'mc7455', '--usbredir', usb]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('is in use by another program');
    expect(refused.stderr).toContain('add --connect');
    await listener.close();
  });

  it('read no more from a peer that only asks, until it takes the answers', async () => {
    const ANSWER = new Uint8Array(65_536);
    const QUESTIONS = 4_000;
    let heard = 0;
    const listener = await listenSocket(unixAt('greedy'), (channel) => {
      channel.onBytes((bytes) => {
        heard += bytes.length;
        for (let n = 0; n < bytes.length; n++) channel.write(ANSWER);
      });
    });
    const peer: Socket = createConnection(unixAt('greedy'));
    await once(peer, 'connect');
    peer.pause();
    // One byte a piece, each in a turn of its own, for as long as the other side goes on reading.
    for (let n = 0; n < QUESTIONS && n - heard < 20; n++) {
      peer.write('?');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(heard).toBeLessThan(QUESTIONS / 10);
    let taken = 0;
    peer.on('data', (bytes: Buffer) => (taken += bytes.length));
    peer.resume();
    const asked = peer.bytesWritten;
    while (taken < asked * ANSWER.length) await once(peer, 'data');
    expect(heard).toBe(asked);
    peer.destroy();
    await listener.close();
  });
});
