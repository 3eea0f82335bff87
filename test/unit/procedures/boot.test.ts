import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../../harness/core/ctx.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import { awaitBoot, awaitSameSystem } from '../../../harness/procedures/boot.ts';
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
          boot() {
            const answer = answers[asked++] ?? 'new';
            if (answer === 'ssh.closed' || answer === 'ssh.unreachable') return Promise.reject(lost(answer));
            return Promise.resolve({ bootId: answer, uptimeMs: 1_000 });
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
      await expect(awaitBoot(ctx, router, 'old')).rejects.toMatchObject({ code: 'ssh.host-key-mismatch' });
    });
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
    const found = await drive((ctx) => awaitSameSystem(ctx, rig, 'a', 60_000));
    expect(found).toMatchObject({ boot: { bootId: 'b' }, metAgain: { hostKey: 'SHA256:new' } });
    expect(known).toEqual([{ boardName: 'x750', macAddresses: [] }]);
  });

  it('is not believed where nobody can ask', async () => {
    const { drive } = testCtx();
    const refused = drive((ctx) => awaitSameSystem(ctx, reset(false).rig, 'a', 60_000));
    await expect(refused).rejects.toMatchObject({ code: 'ssh.host-key-mismatch' });
  });
});
