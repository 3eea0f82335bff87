import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createDuplexPair } from '../../../harness/transport/memory-duplex.ts';

describe('a pair of streams in memory', () => {
  it('delivers both ways, in order, never inside the call that wrote', async () => {
    const [a, b] = createDuplexPair();
    const got: string[] = [];
    b.on('data', (bytes: Buffer) => got.push(bytes.toString()));
    a.write('one');
    a.write('two');
    expect(got).toEqual([]);
    a.end('three');
    await once(b, 'end');
    expect(got.join('')).toBe('onetwothree');

    const [c, d] = createDuplexPair();
    d.write('back');
    expect(String(await once(c, 'data'))).toBe('back');
  });

  it('holds a fast writer back until the other end reads', async () => {
    const [a, b] = createDuplexPair();
    const piece = Buffer.alloc(16_384, 7);
    let written = 0;
    while (a.write(piece) && written < 100) written++;
    await new Promise((resolve) => setImmediate(resolve));
    expect(a.writableNeedDrain).toBe(true);
    expect(written).toBeLessThan(100);
    let received = 0;
    b.on('data', (bytes: Buffer) => (received += bytes.length));
    await once(a, 'drain');
    expect(received).toBe((written + 1) * piece.length);
  });

  it('gives end of file to the other side and closes both', async () => {
    const [a, b] = createDuplexPair();
    b.resume();
    a.resume();
    a.end();
    await Promise.all([once(b, 'end'), once(a, 'close'), once(b, 'close')]);
  });

  it('delivers what was sent before a destroy, then ends', async () => {
    const [a, b] = createDuplexPair();
    a.write('last words');
    await new Promise((resolve) => setImmediate(resolve));
    a.destroy();
    const words: string[] = [];
    b.on('data', (bytes: Buffer) => words.push(bytes.toString()));
    await once(b, 'close');
    expect(words).toEqual(['last words']);
  });

  it('breaks the other side when one is destroyed with an error', async () => {
    const [a, b] = createDuplexPair();
    a.on('error', () => undefined);
    a.destroy(new Error('cable cut'));
    const [error] = (await once(b, 'error')) as [Error & { code?: string }];
    expect(error.code).toBe('ECONNRESET');
  });

  it('refuses a write after the other end is gone', async () => {
    const [a, b] = createDuplexPair();
    const failed = once(b, 'error') as Promise<[Error & { code?: string }]>;
    a.destroy();
    b.write('anyone there?');
    expect((await failed)[0].code).toBe('ECONNRESET');
  });
});
