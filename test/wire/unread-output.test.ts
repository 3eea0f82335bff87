import { afterEach, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { hangUpOn, startWwanlab, temporaryFolder } from '../support/cli.ts';
import { itWith } from '../support/it-with.ts';

/** More words about unknown faults than a socket between two processes holds (some 210 KB on Linux). */
const MANY = 'no.such.fault\n'.repeat(8_000);

// Not at the end of the test: where it waits in vain, that is never reached.
let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

it('modem serve ends when it is asked to, though nobody reads what it writes', async () => {
  child = startWwanlab(
    'modem serve --model mc7455 --control - --usbredir tcp:127.0.0.1:0 --listen'.split(' '),
  );
  const { stdout, stdin } = child;
  // Once it has begun, what it says stays unread: its words on the first half alone fill the socket.
  let said = '';
  await new Promise<void>((resolve) => {
    stdout?.on('data', (bytes) => {
      said += String(bytes);
      if (!said.includes('is on')) return;
      stdout?.pause();
      resolve();
    });
  });
  stdin?.write(MANY);
  await new Promise((resolve) => stdin?.write(MANY, resolve));
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

it('a command whose output can not be written says so, and has failed', async () => {
  const full = openSync('/dev/full', 'w');
  child = startWwanlab(['rigs', 'list', '--json'], full);
  let told = '';
  child.stderr?.on('data', (bytes) => (told += String(bytes)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  closeSync(full);
  expect({ exitCode, told }).toEqual({
    exitCode: 2,
    told: expect.stringMatching(/^wwanlab: the disk is full/),
  });
});

itWith('python3')(
  'a command whose terminal is closed still ends in order, as it does after Ctrl-C',
  async () => {
    const folder = temporaryFolder();
    const socket = join(folder.path, 'modem.sock');
    const serve = ['modem', 'serve', '--model', 'mc7455', '--listen', '--usbredir', `unix:${socket}`];
    expect(await hangUpOn(serve, 'is on')).toBe(-1);
    expect(existsSync(socket)).toBe(false);
    folder.remove();
  },
);
