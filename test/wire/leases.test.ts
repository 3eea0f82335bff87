import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createRng } from '../../harness/core/chance.ts';
import { createHostClock } from '../../harness/lab/leases/host.ts';
import { acquireLease } from '../../harness/lab/leases/lease.ts';
import { openLeaseStore } from '../../harness/lab/leases/store.ts';
import { temporaryFolder } from '../support/cli.ts';
import { realCtx } from '../support/real-ctx.ts';
import { projectRoot } from '../support/sources.ts';

const HOLDER = join(projectRoot, 'dist/test/support/lease-holder.js');
const TTL = 300;
/** `WWANLAB_LEASE_ROUNDS=1000` for a long look. */
const ROUNDS = Number(process.env['WWANLAB_LEASE_ROUNDS'] ?? 60);

const ctx = realCtx();
let folder: ReturnType<typeof temporaryFolder>;
let holders: ChildProcess[] = [];
const device = (): string => join(folder.path, 'device');
const spawn = (): void =>
  void holders.push(fork(HOLDER, [folder.path, device(), String(TTL)], { execArgv: [], stdio: 'inherit' }));

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  folder.remove();
});

describe('holders that are killed, stopped and woken up', () => {
  it('never act with a token after a newer one has acted, and never leave the rig stuck', async () => {
    const rng = createRng('leases/processes');
    for (let n = 0; n < 4; n++) spawn();
    await ctx.expect('somebody works', () => Promise.resolve(existsSync(device()) || undefined), 20_000, 50);
    const store = openLeaseStore(folder.path, createHostClock());
    for (let round = 0; round < ROUNDS; round++) {
      await ctx.clock.sleep(rng.integer(10, 150));
      const victim = holders[rng.integer(0, holders.length - 1)] as ChildProcess;
      const what = rng.integer(0, 5);
      if (what === 0) victim.kill('SIGKILL');
      else if (what <= 2) victim.kill('SIGSTOP');
      else if (what <= 4) victim.kill('SIGCONT');
      else for (const { token } of store.list()) store.revoke(token, 'taken');
      if (what === 0) holders = holders.filter((one) => one !== victim);
      holders = holders.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      while (holders.length < 4) spawn();
    }
    for (const holder of holders) holder.kill('SIGSTOP');
    const lease = await acquireLease(ctx, store, createHostClock(), {
      rig: 'shelf',
      keys: ['router a:22'],
      reason: 'the end',
      wait: TTL + 7_000, // a revoked one has its grace
    });
    for (const holder of holders) holder.kill('SIGCONT');
    await ctx.clock.sleep(300);
    const tokens = readFileSync(device(), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split(' ')[0]));
    expect(tokens.filter((token, n) => n > 0 && token < (tokens[n - 1] as number))).toEqual([]);
    expect(tokens.at(-1)).toBeLessThan(lease.token);
    expect(new Set(tokens).size).toBeGreaterThan(5);
    lease.release();
    store.close();
  }, 600_000);
});
