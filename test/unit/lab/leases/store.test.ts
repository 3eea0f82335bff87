import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Holder, HostClock } from '../../../../harness/lab/leases/host.ts';
import {
  openLeaseStore,
  stateFolder,
  type Grant,
  type LeaseStore,
} from '../../../../harness/lab/leases/store.ts';
import type { Undo } from '../../../../harness/rig/undo.ts';
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
    const hint = expect.stringContaining(`rm ${join(folder.path, 'leases.db')}*`);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'lease.no-store', blame: 'rig', hint }));
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    expect(() => openLeaseStore(file, host)).toThrow(expect.objectContaining({ code: 'lease.no-store' }));
  });

  it('are not touched where a newer wwanlab has made them', () => {
    open();
    const db = new Database(join(folder.path, 'leases.db'));
    db.pragma('user_version = 2');
    db.close();
    expect(() => open()).toThrow(
      expect.objectContaining({ code: 'lease.newer-store', message: expect.stringContaining('version 2') }),
    );
  });

  it('stand where the user keeps state', () => {
    expect(stateFolder({ WWANLAB_STATE: '/s' })).toBe('/s');
    expect(stateFolder({ XDG_STATE_HOME: '/x' })).toBe('/x/wwanlab');
  });
});

describe('undo notes', () => {
  const key = 'router a:22';
  const undo = (line: string): Undo => ({ kind: 'shell', line });

  it('outlive their writer and the boot, keep the first word about a thing, and come in the order of the changes', () => {
    const store = open();
    const first = token(ask(store, 1));
    store.journal.note(first, key, 'a', undo('a was this'));
    store.journal.note(first, key, 'b', undo('b was this'));
    store.journal.note(first, key, 'a', undo('a was that later'));
    const rebooted = open({ bootId: 'second', now: () => 10 });
    expect(rebooted.journal.pending(key)).toMatchObject([
      { thing: 'a', undo: undo('a was this'), who: 'anna@lab', pid: 1, reason: 'test', rig: 'shelf' },
      { thing: 'b', undo: undo('b was this') },
    ]);
    expect(rebooted.journal.pending('router b:22')).toEqual([]);
    const next = token(ask(rebooted, 2));
    expect(rebooted.journal.done(next, key, 'a')).toEqual({ kind: 'held' });
    expect(rebooted.journal.pending().map(({ thing }) => thing)).toEqual(['b']);
    rebooted.journal.note(next, key, 'c', undo('c was this'));
    rebooted.journal.note(next, key, 'd', { kind: 'configuration', name: 'network', content: 'x' });
    rebooted.journal.forget(next, key, 'configuration');
    expect(rebooted.journal.pending().map(({ thing }) => thing)).toEqual(['b', 'c']);
    rebooted.journal.keep(next);
    expect(rebooted.journal.pending().map(({ thing }) => thing)).toEqual(['b']); // somebody else's
  });

  it('can be written and struck out by nobody whose lease has ended', () => {
    const store = open();
    const first = token(ask(store, 1));
    store.journal.note(first, key, 'a', undo('x'));
    store.revoke(first, 'release gate');
    expect(store.journal.note(first, key, 'b', undo('y'))).toEqual({
      kind: 'revoked',
      reason: 'release gate',
    });
    expect(store.journal.done(first, key, 'a')).toEqual({ kind: 'revoked', reason: 'release gate' });
    now += 2_000;
    ask(store, 2);
    expect(store.journal.keep(first)).toEqual({ kind: 'lost' });
    expect(store.journal.pending(key).map(({ thing }) => thing)).toEqual(['a']);
  });
});

describe('quarantine', () => {
  it('keeps its first reason until it is lifted, also across processes', () => {
    const entry = {
      key: 'router a:22',
      rig: 'shelf',
      who: 'anna@lab',
      reason: 'no boot',
      since: '2026-01-01',
    };
    open().quarantine.impose(entry);
    open().quarantine.impose({ ...entry, reason: 'later' });
    const store = open();
    expect(store.quarantine.list()).toEqual([entry]);
    expect(store.quarantine.of('router b:22')).toBeUndefined();
    expect(store.quarantine.lift(entry.key)).toBe(true);
    expect(open().quarantine.of(entry.key)).toBeUndefined();
    expect(store.quarantine.lift(entry.key)).toBe(false);
  });
});
