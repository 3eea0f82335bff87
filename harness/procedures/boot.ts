import type { Ctx } from '../core/ctx.ts';
import { isHarnessError } from '../core/errors.ts';
import { minutes, type Ms } from '../core/units.ts';
import type { Boot, Router } from '../rig/router.ts';

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
  return ctx.expect('the router has booted again', probe, limit, 2_000);
}
