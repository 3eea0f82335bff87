import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import { minutes, type Ms } from '../core/units.ts';
import type { KnownRouter, MetAgain } from '../rig/known-router.ts';
import type { Rig } from '../rig/rig.ts';
import type { Boot, Router } from '../rig/router.ts';
import { promptAt } from './console.ts';

/** What a router that is on its way down or up does to a connection. A wrong host key or password is not among it. */
const silent = new Set<string>([
  'ssh.unreachable',
  'ssh.handshake-failed',
  'ssh.closed',
  'ssh.hung',
  'ssh.timeout',
  'ssh.exec-refused',
  'ssh.no-exit-status',
]);

/** Did the router not answer at all, other than by a refusal that has to be looked into? */
export const isSilence = (error: unknown): boolean => isHarnessError(error) && silent.has(error.code);

/** It did not answer within the time that it was given. */
export const isDeadline = (error: unknown): boolean =>
  isHarnessError(error) && error.code === 'deadline.exceeded';

/**
 * Waits until the router answers with another boot id than before: answering alone would also be true of a router that
 * has not gone down yet. Where the id of before is not known, because it was silent, an answer is enough.
 * @throws `expectation.unmet` after `limit`
 */
export function awaitBoot(
  ctx: Ctx,
  router: Pick<Router, 'boot'>,
  previousBootId: string | undefined,
  limit: Ms = minutes(5),
): Promise<Boot> {
  const probe = async (inner: Ctx): Promise<Boot | undefined> => {
    try {
      const boot = await router.boot(inner);
      return boot.bootId === previousBootId ? undefined : boot;
    } catch (error) {
      if (isSilence(error)) return undefined;
      throw error;
    }
  };
  return ctx.expect('the router has booted again', probe, limit, 250);
}

/**
 * Waits for a boot, unless the console shows that there will be none.
 * @throws HarnessError `rescue.no-system` when the boot loader ends at its prompt; `expectation.unmet` after `limit`
 */
export function awaitSystem(
  ctx: Ctx,
  { console, router }: Pick<Rig, 'console' | 'router'>,
  previousBootId: string | undefined,
  limit: Ms = minutes(5),
): Promise<Boot> {
  const before = console?.recent();
  const probe = {
    boot: async (c: Ctx): Promise<Boot> => {
      const shown = console?.recent() ?? '';
      if (shown !== before && promptAt(shown) === 'bootloader') throw noSystem();
      return router.boot(c);
    },
  };
  return awaitBoot(ctx, probe, previousBootId, limit);
}

/** A router that has booted, and what proved that it is the one that was meant, where it has another host key since. */
export interface SameSystem {
  readonly boot: Boot;
  readonly metAgain?: MetAgain;
}

/**
 * Waits for a boot after which the router may show another host key, because its settings are gone: then it has to prove
 * first that it is this router. @param known what is known of it, where it could be asked before
 * @throws HarnessError what awaitSystem throws; `ssh.host-key-mismatch` where no key is pinned in a file of ours,
 * `rig.stranger`
 */
export async function awaitSameSystem(
  ctx: Ctx,
  rig: Rig,
  previousBootId: string | undefined,
  limit: Ms,
  known: KnownRouter = { boardName: rig.boardName ?? 'router', macAddresses: [] },
): Promise<SameSystem> {
  try {
    return { boot: await awaitSystem(ctx, rig, previousBootId, limit) };
  } catch (error) {
    const newKey = isHarnessError(error) && error.code === 'ssh.host-key-mismatch';
    if (!newKey || !rig.meetAgain) throw error;
    const metAgain = await rig.meetAgain(ctx, known);
    return { boot: await awaitSystem(ctx, rig, previousBootId, limit), metAgain };
  }
}

const noSystem = (): HarnessError =>
  new HarnessError('the boot loader found nothing to start, and waits at its prompt', {
    code: 'rescue.no-system',
    blame: 'dut',
    effect: 'done',
  });
