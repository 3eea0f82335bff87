import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createRng } from '../../../../harness/core/chance.ts';
import type { Holder, HostClock } from '../../../../harness/lab/leases/host.ts';
import {
  openLeaseStore,
  stateFolder,
  type Grant,
  type LeaseStore,
} from '../../../../harness/lab/leases/store.ts';
import { temporaryFolder } from '../../../support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
let host: { bootId: string; now: () => number };
let now = 0;
const stores: LeaseStore[] = [];
const open = (clock: HostClock = host): LeaseStore => {
  const store = openLeaseStore(folder.path, clock);
  stores.push(store);
  return store;
};
const holder = (pid: number): Holder => ({ who: 'anna@lab', pid, startedAt: String(pid) });
const ask = (
  store: LeaseStore,
  pid: number,
  keys = ['router a:22'],
  isGone: (grant: Grant) => boolean = () => true,
) => store.grant({ rig: 'shelf', keys, holder: holder(pid), reason: 'test', ttl: 1_000, isGone });
const token = (answer: ReturnType<LeaseStore['grant']>): number => ('token' in answer ? answer.token : NaN);

beforeEach(() => {
  folder = temporaryFolder();
  now = 5_000;
  host = { bootId: 'first', now: () => now };
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  folder.remove();
});

describe('leases', () => {
  it('are for one holder, seen from every process, and go to the next one with a higher token', () => {
    const [a, b] = [open(), open()];
    const first = token(ask(a, 1));
    expect(ask(b, 2)).toMatchObject({ held: { holder: { pid: 1 }, token: first } });
    expect(b.standing(first)).toEqual({ kind: 'held' });
    a.release(first);
    expect(token(ask(b, 2))).toBe(first + 1);
    expect(a.standing(first)).toEqual({ kind: 'lost' });
  });

  it('give all keys or none', () => {
    const store = open();
    ask(store, 1, ['console tty0']);
    expect(ask(store, 2, ['router a:22', 'console tty0'])).toMatchObject({ held: { key: 'console tty0' } });
    expect(store.list().map(({ key }) => key)).toEqual(['console tty0']);
  });

  it('end when nobody renews them, and only if their holder is gone', () => {
    const store = open();
    const first = token(ask(store, 1));
    now += 999;
    expect(store.renew(first, 1_000)).toEqual({ kind: 'held' });
    now += 1_000;
    expect(store.standing(first)).toEqual({ kind: 'lost' });
    expect(store.renew(first, 1_000)).toEqual({ kind: 'lost' }); // never alive again
    expect(ask(store, 2, undefined, () => false)).toMatchObject({ held: { holder: { pid: 1 } } });
    expect(token(ask(store, 2))).toBe(first + 1);
  });

  it('can be taken away: the holder is told why, and may not act', () => {
    const store = open();
    const first = token(ask(store, 1));
    expect(store.revoke(first, 'release gate')).toBe(true);
    expect(store.standing(first)).toEqual({ kind: 'revoked', reason: 'release gate' });
    expect(store.renew(first, 1_000)).toEqual({ kind: 'revoked', reason: 'release gate' });
    expect(token(ask(store, 2))).toBe(first + 1);
    expect(store.revoke(first, 'again')).toBe(false);
  });

  it('outlive the process, and end with the boot of the machine; tokens go on rising', () => {
    const first = token(ask(open(), 1));
    expect(ask(open(), 2)).toMatchObject({ held: { token: first } });
    const rebooted = open({ bootId: 'second', now: () => 10 });
    expect(rebooted.standing(first)).toEqual({ kind: 'lost' });
    expect(token(ask(rebooted, 2, undefined, () => false))).toBe(first + 1);
  });

  it('say so where their file is no database, or may not be written', () => {
    writeFileSync(
      join(folder.path, 'leases.db'),
      'this is no database, it is a text that is longer than a header',
    );
    expect(() => open()).toThrow(expect.objectContaining({ code: 'lease.no-store', blame: 'rig' }));
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    expect(() => openLeaseStore(file, host)).toThrow(expect.objectContaining({ code: 'lease.no-store' }));
  });

  it('stand where the user keeps state', () => {
    expect(stateFolder({ WWANLAB_STATE: '/s' })).toBe('/s');
    expect(stateFolder({ XDG_STATE_HOME: '/x' })).toBe('/x/wwanlab');
  });
});

/*
 * Holders that are killed, stopped, woken up and robbed at random, each with a stale idea of the world. The device
 * refuses nobody: only the check before an operation stands between it and a holder without a right.
 */
describe('a thousand schedules', () => {
  interface Actor {
    readonly pid: number;
    token: number | undefined;
    stopped: boolean;
    dead: boolean;
  }

  function schedule(seed: number, store: LeaseStore): { accepted: number; stale: number; stuck: boolean } {
    const rng = createRng(`leases/${seed}`);
    const key = [`router ${seed}:22`];
    let actors: Actor[] = [];
    let pid = seed * 1_000;
    let newest = 0;
    let accepted = 0;
    let stale = 0;
    const spawn = (): void => void actors.push({ pid: ++pid, token: undefined, stopped: false, dead: false });
    const isGone = ({ holder: { pid: whose } }: Grant): boolean => {
      const actor = actors.find((one) => one.pid === whose);
      if (actor) actor.dead = true; // the taker kills it
      actors = actors.filter(({ dead }) => !dead);
      return true;
    };
    for (let n = 0; n < 4; n++) spawn();
    for (let step = 0; step < 40; step++) {
      now += rng.integer(1, 400);
      const actor = actors[rng.integer(0, actors.length - 1)] as Actor;
      const what = rng.integer(0, 9);
      if (what === 0)
        actors = actors.filter((one) => one !== actor); // kill -9
      else if (what === 1) actor.stopped = true;
      else if (what === 2) actor.stopped = false;
      else if (what === 3 && newest > 0) store.revoke(newest, 'taken');
      else if (actor.stopped) continue;
      else if (actor.token === undefined) {
        actor.token = token(ask(store, actor.pid, key, isGone)) || undefined;
        newest = Math.max(newest, actor.token ?? 0);
      } else if (what < 6) store.renew(actor.token, 1_000);
      else if (what === 6) {
        store.release(actor.token);
        actor.token = undefined;
      } else if (store.standing(actor.token).kind === 'held') {
        accepted++;
        if (actor.token !== newest) stale++;
      }
      while (actors.length < 3) spawn();
    }
    now += 1_001; // nobody renews any more
    return { accepted, stale, stuck: !(token(ask(store, ++pid, key, isGone)) > newest) };
  }

  it('accept no operation with a stale token, and leave no rig stuck', () => {
    const store = open();
    let accepted = 0;
    for (let seed = 1; seed <= 1_000; seed++) {
      const { stale, stuck, accepted: more } = schedule(seed, store);
      if (stale > 0 || stuck) throw new Error(`seed ${seed}: ${stale} stale operations, stuck: ${stuck}`);
      accepted += more;
    }
    expect(accepted).toBeGreaterThan(1_000); // the schedules do reach the device
  }, 60_000);
});
