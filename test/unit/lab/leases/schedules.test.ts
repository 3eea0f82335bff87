import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createRng, type Rng } from '../../../../harness/core/chance.ts';
import { openLeaseStore, type Grant, type LeaseStore } from '../../../../harness/lab/leases/store.ts';
import { temporaryFolder } from '../../../support/cli.ts';

const TTL = 1_000;
/** `WWANLAB_LEASE_SCHEDULES=1000` for a long look. */
const SCHEDULES = Number(process.env['WWANLAB_LEASE_SCHEDULES'] ?? 100);
const GOOD: Readonly<Record<string, string>> = { network: '3g', composition: 'qmi', power: 'on' };
const THINGS = Object.keys(GOOD);

let folder: ReturnType<typeof temporaryFolder>;
let store: LeaseStore;
let now = 5_000;
beforeAll(() => {
  folder = temporaryFolder();
  store = openLeaseStore(folder.path, { bootId: 'b', now: () => now });
});
afterAll(() => {
  store.close();
  folder.remove();
});

/** The device refuses nobody: only the check before an operation stands between it and a holder without a right. */
interface Device {
  state: Record<string, string>;
  newest: number;
  accepted: number;
  stale: number;
  /** Work that began on a rig that was not in its known good state. */
  dirty: number;
}

interface Actor {
  readonly pid: number;
  stopped: boolean;
  /** One step of its life each: a kill between any two of them is possible. */
  readonly life: Generator<undefined, void, undefined>;
}

const pick = <T>(rng: Rng, items: readonly T[]): T => items[rng.integer(0, items.length - 1)] as T;

/** What a holder does, as `bringBack` and the journaled rig do it: yields between any two things that are not atomic. */
function* live(pid: number, key: string, device: Device, rng: Rng, isGone: (grant: Grant) => boolean) {
  const { journal } = store;
  for (;;) {
    const holder = { who: 'anna@lab', pid, startedAt: String(pid) };
    const answer = store.grant({ rig: 'shelf', keys: [key], holder, reason: 'test', ttl: TTL, isGone });
    if ('token' in answer) device.newest = answer.token;
    yield;
    if (!('token' in answer)) continue;
    const { token } = answer;
    const touch = (thing: string, value: string): boolean => {
      if (store.standing(token).kind !== 'held') return false;
      device.accepted++;
      if (token !== device.newest) device.stale++;
      device.state[thing] = value;
      return true;
    };
    const undoAll = function* (): Generator<undefined, boolean> {
      for (const { thing, undo } of journal.pending(key).toReversed()) {
        if (undo.kind !== 'shell' || !touch(thing, undo.line)) return false;
        yield;
        if (journal.done(token, key, thing).kind !== 'held') return false;
        yield;
      }
      return true;
    };
    if (!(yield* undoAll())) continue;
    if (
      store.standing(token).kind === 'held' &&
      THINGS.some((thing) => device.state[thing] !== GOOD[thing])
    ) {
      device.dirty++;
    }
    for (let n = rng.integer(1, 6); n > 0; n--) {
      const thing = pick(rng, THINGS);
      const before = { kind: 'shell', line: device.state[thing] as string } as const;
      if (journal.note(token, key, thing, before).kind !== 'held') break;
      yield;
      if (!touch(thing, `changed by ${token}`)) break;
      yield;
      store.renew(token, TTL);
    }
    if (rng.integer(0, 1) === 0 && !(yield* undoAll())) continue; // others leave without a word
    store.release(token);
    yield;
  }
}

function schedule(seed: number): Device & { readonly stuck: boolean } {
  const rng = createRng(`leases/${seed}`);
  const key = `router ${seed}:22`;
  const device: Device = { state: { ...GOOD }, newest: 0, accepted: 0, stale: 0, dirty: 0 };
  let actors: Actor[] = [];
  let pid = seed * 1_000;
  // In every other one the taker fails to kill it: the token alone has to keep it from acting.
  const isGone = ({ holder }: Grant): boolean => {
    if (seed % 2 === 0) actors = actors.filter((actor) => actor.pid !== holder.pid);
    return true;
  };
  const spawn = (): void => {
    pid++;
    actors.push({ pid, stopped: false, life: live(pid, key, device, rng.fork(`${pid}`), isGone) });
  };
  while (actors.length < 4) spawn();
  for (let step = 0; step < 120; step++) {
    now += rng.integer(0, 150);
    const actor = pick(rng, actors);
    const what = rng.integer(0, 19);
    if (what === 0)
      actors = actors.filter((one) => one !== actor); // kill -9
    else if (what === 1) actor.stopped = true;
    else if (what === 2)
      now += rng.integer(0, 3 * TTL); // everybody stood still
    else if (what <= 4) actor.stopped = false;
    else if (what === 5 && device.newest > 0) store.revoke(device.newest, 'taken');
    else if (!actor.stopped) actor.life.next();
    while (actors.length < 3) spawn();
  }
  now += TTL + 1; // nobody renews any more
  const last = live(++pid, key, device, rng.fork('last'), isGone);
  last.next();
  const stuck = !store.list().some((grant) => grant.key === key && grant.holder.pid === pid);
  for (let n = 0; n < 20 && store.journal.pending(key).length > 0; n++) last.next();
  return { ...device, stuck };
}

describe('schedules of holders that are killed, stopped, woken up and robbed at any step', () => {
  it('accept no operation with a stale token, leave no rig stuck, and begin no work on a rig that was left changed', () => {
    let accepted = 0;
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const { state, stale, dirty, stuck, accepted: more } = schedule(seed);
      expect({ seed, stale, dirty, stuck, state }).toEqual({
        seed,
        stale: 0,
        dirty: 0,
        stuck: false,
        state: GOOD,
      });
      accepted += more;
    }
    expect(accepted).toBeGreaterThan(5 * SCHEDULES); // the schedules do reach the device
  });
});
