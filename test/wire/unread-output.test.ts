import { expect, it } from '@jest/globals';
import { once } from 'node:events';

import { startWwanlab } from '../support/cli.ts';

/** More words about unknown faults than a socket between two processes holds (some 210 KB on Linux). */
const MANY = 'no.such.fault\n'.repeat(8_000);

it('modem serve ends when it is asked to, though nobody reads what it writes', async () => {
  const child = startWwanlab(
    'modem serve --model mc7455 --control - --usbredir tcp:127.0.0.1:0 --listen'.split(' '),
  );
  try {
    // Once it has begun, what it says stays unread: its words on the first half alone fill the socket.
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (bytes) => {
        if (!String(bytes).includes('is on')) return;
        child.stdout?.pause();
        resolve();
      });
    });
    child.stdin?.write(MANY);
    await new Promise((resolve) => child.stdin?.write(MANY, resolve));
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
}, 60_000);
