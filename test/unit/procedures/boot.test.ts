import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../../harness/core/ctx.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import { awaitBoot, awaitSameSystem, FIRST_BOOT, RESTART } from '../../../harness/procedures/boot.ts';
import type { Console } from '../../../harness/rig/console.ts';
import type { KnownRouter } from '../../../harness/rig/known-router.ts';
import { testCtx } from '../../support/ctx.ts';
import { scriptedRig } from '../../support/scripted-rig.ts';

describe('waiting for a boot', () => {
  const lost = (code: `ssh.${string}`): HarnessError =>
    new HarnessError(code, { code, blame: 'rig', effect: 'unknown' });

  it('sees through a router that still answers and one that is away', async () => {
    const answers = ['old', 'ssh.closed', 'ssh.unreachable', 'new'] as const;
    let asked = 0;
    await testCtx().drive(async (ctx) => {
      const boot = await awaitBoot(
        ctx,
        {
          router: {
            boot() {
              const answer = answers[asked++] ?? 'new';
              if (answer === 'ssh.closed' || answer === 'ssh.unreachable')
                return Promise.reject(lost(answer));
              return Promise.resolve({ bootId: answer, uptimeMs: 1_000 });
            },
          },
        },
        'old',
      );
      expect(boot.bootId).toBe('new');
      expect(asked).toBe(4);
    });
  });

  it('gives up on a router with another host key at once', async () => {
    await testCtx().drive(async (ctx) => {
      const router = { boot: () => Promise.reject(lost('ssh.host-key-mismatch')) };
      await expect(awaitBoot(ctx, { router }, 'old')).rejects.toMatchObject({
        code: 'ssh.host-key-mismatch',
      });
    });
  });
});

const MINUTE = 60_000;

describe('the patience with a boot', () => {
  /** It answers once it has booted; until then as `now` says. */
  interface Sleeper {
    readonly bootedAfter: number;
    readonly answers?: 'nothing' | 'a refusal' | 'the old boot id';
    /** The console prints a line with each of these, and then no more. */
    readonly prints?: (now: number) => string;
  }

  const waitFor = ({ bootedAfter, answers = 'nothing', prints }: Sleeper, patience = RESTART) =>
    testCtx().drive(async (ctx) => {
      const start = ctx.clock.now();
      const boot = () => {
        if (ctx.clock.now() - start >= bootedAfter) return Promise.resolve({ bootId: 'new', uptimeMs: 1 });
        if (answers === 'the old boot id') return Promise.resolve({ bootId: 'old', uptimeMs: 1 });
        const data = { refused: answers === 'a refusal' };
        return Promise.reject(
          new HarnessError('no', { code: 'ssh.unreachable', blame: 'rig', effect: 'none', data }),
        );
      };
      const recent = () => prints?.(ctx.clock.now() - start) ?? '';
      const console = { recent } as unknown as Console;
      try {
        await awaitBoot(ctx, { router: { boot }, ...(prints ? { console } : {}) }, 'old', patience);
        return 'booted';
      } catch (error) {
        return `${(error as HarnessError).code}: ${(error as HarnessError).message}`;
      }
    });

  it.each<[string, Sleeper, typeof RESTART, string | RegExp]>([
    ['nobody hears of', { bootedAfter: 6 * MINUTE }, RESTART, /within 5 min, and gave no sign of life$/],
    ['has to be written first', { bootedAfter: 9 * MINUTE }, FIRST_BOOT, 'booted'],
    ['refuses meanwhile', { bootedAfter: 14 * MINUTE, answers: 'a refusal' }, RESTART, 'booted'],
    [
      'refuses for ever',
      { bootedAfter: 60 * MINUTE, answers: 'a refusal' },
      RESTART,
      /not-seen: .+ within 15 min; last, \d+ ms ago, it refused a connection/,
    ],
    [
      'prints meanwhile',
      { bootedAfter: 13 * MINUTE, prints: (now) => `jffs2 ${Math.floor(now / (4 * MINUTE))}` },
      RESTART,
      'booted',
    ],
    [
      'prints for a while and falls silent',
      { bootedAfter: 60 * MINUTE, prints: (now) => `U-Boot ${Math.min(3, Math.floor(now / MINUTE))}` },
      RESTART,
      /within 8 min; last, 5 min ago, its console printed/,
    ],
    [
      'never went down',
      { bootedAfter: 60 * MINUTE, answers: 'the old boot id' },
      RESTART,
      /^boot\.not-begun: .+ within 5 min: it answers as before/,
    ],
    [
      'ends at the prompt of its boot loader',
      { bootedAfter: 60 * MINUTE, prints: (now) => (now < MINUTE ? 'U-Boot' : 'bad CRC\n=> ') },
      RESTART,
      /^rescue\.no-system/,
    ],
  ])('of a router that %s', async (_what, sleeper, patience, found) => {
    const told = await waitFor(sleeper, patience);
    if (typeof found === 'string') expect(told).toBe(found);
    else expect(told).toMatch(found);
  });
});

describe('a router whose settings are gone', () => {
  const newKey = (): HarnessError =>
    new HarnessError('another host key', { code: 'ssh.host-key-mismatch', blame: 'rig', effect: 'none' });

  /** It shows another key until it was met again. */
  function reset(meets: boolean) {
    let met = false;
    const { rig } = scriptedRig();
    const boot = () => (met ? Promise.resolve({ bootId: 'b', uptimeMs: 9_000 }) : Promise.reject(newKey()));
    const known: KnownRouter[] = [];
    const meetAgain = (_ctx: Ctx, who: KnownRouter) => {
      known.push(who);
      met = true;
      return Promise.resolve({ hostKey: 'SHA256:new', proof: 'its console shows this key' });
    };
    const router = { ...rig.router, boot };
    return { rig: { ...rig, boardName: 'x750', router, ...(meets ? { meetAgain } : {}) }, known };
  }

  it('is believed once it has proven who it is, where that can be asked', async () => {
    const { drive } = testCtx();
    const { rig, known } = reset(true);
    const found = await drive((ctx) => awaitSameSystem(ctx, rig, 'a', RESTART));
    expect(found).toMatchObject({ boot: { bootId: 'b' }, metAgain: { hostKey: 'SHA256:new' } });
    expect(known).toEqual([{ boardName: 'x750', macAddresses: [] }]);
  });

  it('is not believed where nobody can ask', async () => {
    const { drive } = testCtx();
    const refused = drive((ctx) => awaitSameSystem(ctx, reset(false).rig, 'a', RESTART));
    await expect(refused).rejects.toMatchObject({ code: 'ssh.host-key-mismatch' });
  });
});
