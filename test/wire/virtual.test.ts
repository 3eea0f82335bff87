import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect } from '@jest/globals';

import { connectSsh } from '../../harness/transport/ssh.ts';
import { startGuest } from '../../harness/virtual/guest.ts';
import { findRequirements } from '../../harness/virtual/requirements.ts';
import { findImage } from '../../harness/virtual/setup.ts';
import { startWwanlab, temporaryFolder, wwanlab } from '../support/cli.ts';
import { ensureGuest, itInGuest } from '../support/guest.ts';
import { end, printed, processesWith } from '../support/programs.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';

const SECOND = 1_000;

const ctx = realCtx();

beforeAll(ensureGuest);

describe('the virtual guest', () => {
  itInGuest(
    'goes on from its snapshot, with the time of today and a modem socket, and leaves nothing behind',
    async () => {
      const guest = await startGuest(ctx, 'guest');
      const folder = dirname(guest.usbSocket);
      try {
        const ssh = await connectSsh(patientCtx(), guest.login);
        const { stdout } = await ssh.exec(ctx, 'uname -s; date +%s; echo 1 >/etc/mine');
        await ssh.close();
        const [system, seconds] = stdout.split('\n');
        expect(system).toBe('Linux');
        expect(Math.abs(Number(seconds) - ctx.clock.wall().getTime() / SECOND)).toBeLessThan(30);
        expect(statSync(folder).mode & 0o777).toBe(0o700);
        expect(processesWith(folder).length).toBeGreaterThan(0);
      } finally {
        await guest.close();
      }
      expect(existsSync(folder)).toBe(false);
      expect(processesWith(folder)).toEqual([]);
    },
  );

  itInGuest('does not change the snapshot that the next one starts from', async () => {
    const image = findImage(findRequirements());
    const changed = (): number => statSync(join(image?.folder ?? '', 'memory')).mtimeMs;
    const before = changed();
    for (let round = 0; round < 2; round++) {
      const guest = await startGuest(ctx, 'guest');
      const ssh = await connectSsh(patientCtx(), guest.login);
      const { exitCode } = await ssh.exec(ctx, 'test ! -e /etc/mine && echo 1 >/etc/mine && sync');
      await ssh.close();
      await guest.close();
      expect(exitCode).toBe(0);
    }
    expect(changed()).toBe(before);
  });

  itInGuest('dies with the process that started it, also after kill -9', async () => {
    const child = startWwanlab(['virtual', 'boot']);
    const [, socket = ''] = await printed(child, /unix:(\S+)/);
    const folder = dirname(socket);
    expect(existsSync(socket)).toBe(true);
    await end(child, 'SIGKILL');
    await ctx.expect(
      'neither a process nor a folder is left',
      async () => (processesWith(folder).length === 0 && !existsSync(folder) ? true : undefined),
      60 * SECOND,
      20,
    );
  });
});

describe('virtual setup', () => {
  itInGuest('that is interrupted says so, and leaves nothing in the cache', async () => {
    const cache = temporaryFolder();
    const outside = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = cache.path;
    const setup = startWwanlab(['virtual', 'setup']);
    if (outside === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = outside;
    let said = '';
    setup.stderr?.on('data', (bytes) => (said += String(bytes)));
    const ended = once(setup, 'close');
    await printed(setup, /Builds the guest/);
    setup.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(said).toMatch(
      /^wwanlab: virtual setup was interrupted: .+ is removed\n {2}it begins anew with: wwan/,
    );
    expect(readdirSync(join(cache.path, 'wwanlab/virtual'))).toEqual([]);
    cache.remove();
  });
});

describe('the virtual rig', () => {
  itInGuest('gets online over PPP, QMI and MBIM, with unmodified drivers and tools', async () => {
    const reports = temporaryFolder();
    const suites = ['ppp', 'qmi', 'mbim'].flatMap((mode) => ['--suite', `connect/${mode}`]);
    const ran = await wwanlab(['run', '--rig', 'virtual-mc7455', ...suites, '--out', reports.path]);
    reports.remove();
    expect(ran.stdout + ran.stderr).toContain('3 tests: 3 pass');
    expect(ran.exitCode).toBe(0);
  });
});
