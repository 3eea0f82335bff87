import { describe, expect, it } from '@jest/globals';
import { createPausedUsers } from '../../../../harness/drivers/modem/port-users.ts';
import type { Undo, UndoJournal } from '../../../../harness/rig/undo.ts';
import { testCtx } from '../../../support/ctx.ts';
import { fakeRouter, resultOf } from '../../../support/fake-router.ts';

/** Everything that was done, in order. */
function bench(refuses = false): {
  readonly done: string[];
  readonly paused: ReturnType<typeof createPausedUsers>;
} {
  const done: string[] = [];
  const journal: UndoJournal = {
    note: (_thing: string, undo: Undo) => {
      if (refuses) throw new Error('the lease is gone');
      done.push(`noted: ${undo.kind === 'shell' ? undo.line : undo.kind}`);
    },
    noted: () => undefined,
    done: () => void done.push('struck out'),
    forget: () => undefined,
    keep: () => undefined,
  };
  const router = fakeRouter({
    shell: (_ctx, line) => {
      done.push(line);
      return Promise.resolve(resultOf(line, 0));
    },
  });
  return { done, paused: createPausedUsers(router, journal) };
}

const { drive } = testCtx();
const modemManager = { pid: 338, command: '/usr/sbin/ModemManager' };

describe('a program that is paused for our questions', () => {
  it('is noted with how it goes on before it stands still: a kill between the two leaves nothing behind', async () => {
    const { done, paused } = bench();
    expect(await drive((ctx) => paused.pause(ctx, [modemManager]))).toBe(true);
    await drive((ctx) => paused.resume(ctx));
    const goOn = 'kill -CONT 338 2>/dev/null || true';
    expect(done).toEqual([`noted: ${goOn}`, 'kill -STOP 338', goOn, 'struck out']);
  });

  it('is not paused where that cannot be noted, nor where nobody knows what it is', async () => {
    const lost = bench(true);
    await expect(drive((ctx) => lost.paused.pause(ctx, [modemManager]))).rejects.toThrow('the lease is gone');
    const { done, paused } = bench();
    expect(await drive((ctx) => paused.pause(ctx, [{ pid: 9, command: 'picocom /dev/ttyUSB2' }]))).toBe(
      false,
    );
    expect([...lost.done, ...done]).toEqual([]);
  });
});
