import { describe, expect, it } from '@jest/globals';

import { HarnessError } from '../../../harness/core/errors.ts';
import { awaitBoot } from '../../../harness/procedures/boot.ts';
import { testCtx } from '../../support/ctx.ts';

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
