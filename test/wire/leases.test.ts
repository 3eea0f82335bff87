import { fork, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createRng } from '../../harness/core/chance.ts';
import {
  leaseRig,
  listGrants,
  listQuarantined,
  listUndoNotes,
  revokeRig,
} from '../../harness/lab/leases/lease-rig.ts';
import { temporaryFolder } from '../support/cli.ts';
import {
  bringDeviceBack,
  contested,
  deviceOf,
  GOOD,
  names,
  readDeeds,
  stateAfter,
  type Deed,
} from '../support/device-log.ts';
import { end } from '../support/programs.ts';
import { realCtx } from '../support/real-ctx.ts';
import { projectRoot } from '../support/sources.ts';

const HOLDER = join(projectRoot, 'dist/test/support/lease-holder.js');
const TTL = 300;
/** What a holder that was robbed has to end by itself, and room for a slow machine. */
const GRACE = 5_000;
const SLACK = 30_000;
/** `WWANLAB_LEASE_SCHEDULES=1000` for a long look. */
const SCHEDULES = Number(process.env['WWANLAB_LEASE_SCHEDULES'] ?? 4);

const ctx = realCtx();
let folder: ReturnType<typeof temporaryFolder>;
let device: string;
let holders: ChildProcess[] = [];
const outside = process.env['WWANLAB_STATE'];

beforeEach(() => {
  folder = temporaryFolder();
  device = join(folder.path, 'device');
  writeFileSync(device, '');
  process.env['WWANLAB_STATE'] = folder.path;
});
afterEach(async () => {
  await Promise.all(holders.splice(0).map((holder) => end(holder, 'SIGKILL')));
  if (outside === undefined) delete process.env['WWANLAB_STATE'];
  else process.env['WWANLAB_STATE'] = outside;
  folder.remove();
});

function replaceTheDead(): void {
  holders = holders.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  while (holders.length < 3)
    holders.push(
      fork(HOLDER, [device, String(TTL)], { execArgv: [], stdio: 'inherit', env: { ...process.env } }),
    );
}

/** Waits until they have got to work this often: on a slow machine a holder starts for seconds. */
async function worked(times: number): Promise<void> {
  const works = async (): Promise<true | undefined> => audit(readDeeds(device)).works >= times || undefined;
  await ctx.expect('somebody works', works, 300_000, 20);
}

/** Eight blows at random, at random moments, at holders that work. */
async function harass(seed: number): Promise<void> {
  const rng = createRng(`leases/processes/${seed}`);
  const blows = ['SIGKILL', 'SIGSTOP', 'SIGSTOP', 'SIGCONT', 'SIGCONT', 'SIGUSR2', 'rob'] as const;
  replaceTheDead();
  await worked(2);
  for (let n = 0; n < 8; n++) {
    replaceTheDead();
    await ctx.clock.sleep(rng.integer(5, 120));
    const victim = holders[rng.integer(0, holders.length - 1)] as ChildProcess;
    const blow = blows[rng.integer(0, blows.length - 1)] as (typeof blows)[number];
    if (blow === 'rob') revokeRig(contested, 'taken');
    else victim.kill(blow);
  }
}

interface Seen {
  readonly deeds: number;
  readonly works: number;
  readonly stale: number;
  /** Work that began on a rig that was not as it should be. */
  readonly dirty: number;
}

function audit(deeds: readonly Deed[]): Seen {
  const isGood = (before: readonly Deed[]): boolean =>
    names.every((name) => stateAfter(before, name) === GOOD);
  const works = deeds.flatMap(({ what }, n) => (what === 'work' ? [n] : []));
  return {
    deeds: deeds.length,
    works: works.length,
    stale: deeds.filter(({ token }, n) => token < (deeds[n - 1]?.token ?? 0)).length,
    dirty: works.filter((n) => !isGood(deeds.slice(0, n))).length,
  };
}

/** Whoever comes after them, when they all stand still: gets the rig in time, and brings it back. */
async function inherit(): Promise<{ readonly seen: Seen; readonly left: number; readonly grantMs: number }> {
  for (const holder of holders) holder.kill('SIGSTOP');
  const start = ctx.clock.now();
  const lease = await leaseRig(ctx, contested, { reason: 'the end', wait: TTL + GRACE + SLACK, ttl: 60_000 });
  try {
    const grantMs = ctx.clock.now() - start;
    const left = listUndoNotes().length;
    const { rig } = deviceOf(device, lease, listGrants()[0]?.token ?? NaN);
    await bringDeviceBack(ctx, lease, rig);
    for (const holder of holders) holder.kill('SIGCONT');
    await ctx.clock.sleep(30); // those that woke up have their chance to act
    const deeds = readDeeds(device);
    const state = names.map((name) => stateAfter(deeds, name));
    expect({ state, notes: listUndoNotes(), quarantined: listQuarantined() }).toEqual({
      state: names.map(() => GOOD),
      notes: [],
      quarantined: [],
    });
    writeFileSync(device, '');
    return { seen: audit(deeds), left, grantMs };
  } finally {
    await lease.release();
  }
}

describe('holders that are killed, stopped, woken up, robbed, and whose wall clocks are stepped', () => {
  it(
    'never act with a stale token, never leave the rig stuck, and leave it to the next one as it was',
    async () => {
      const total = { deeds: 0, works: 0, leftChanged: 0, slowestMs: 0 };
      let seed = 0;
      // Whether a blow falls while something is changed is chance: until one did, nothing was tried.
      while (seed < SCHEDULES || total.leftChanged === 0) {
        seed++;
        await harass(seed);
        const { seen, left, grantMs } = await inherit();
        expect({ seed, stale: seen.stale, dirty: seen.dirty }).toEqual({ seed, stale: 0, dirty: 0 });
        total.deeds += seen.deeds;
        total.works += seen.works;
        total.leftChanged += left > 0 ? 1 : 0;
        total.slowestMs = Math.max(total.slowestMs, Math.round(grantMs));
      }
      if (SCHEDULES > 100) process.stdout.write(`${seed} schedules: ${JSON.stringify(total)}\n`);
      expect(total.works).toBeGreaterThan(SCHEDULES); // they do get to work
    },
    600_000 + SCHEDULES * 10_000,
  );
});
