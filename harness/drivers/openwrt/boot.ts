import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError } from '../../core/errors.ts';
import { minutes, type Ms } from '../../core/units.ts';
import type { Boot, Router } from '../../rig/router.ts';
import { unexpectedOutput } from './errors.ts';

export const bootCommand = 'cat /proc/sys/kernel/random/boot_id /proc/uptime';

/** Reads the output of `bootCommand`. Source: Linux random.rst, proc(5) uptime. */
export function parseBoot(text: string): Boot {
  const found = /^([0-9a-f-]{36})\n(\d+(?:\.\d+)?) /.exec(text);
  if (!found) throw unexpectedOutput(bootCommand, text, 'a boot id and an uptime');
  return { bootId: found[1] as string, uptimeMs: Math.round(Number(found[2]) * 1_000) };
}

/** What a router that is on its way down or up does to a connection. A wrong host key or password is not among it. */
const rebooting = new Set<string>([
  'ssh.unreachable',
  'ssh.handshake-failed',
  'ssh.closed',
  'ssh.hung',
  'ssh.timeout',
  'ssh.exec-refused',
  'ssh.no-exit-status',
]);

/**
 * Waits until the router answers with another boot id than before: answering alone would also be true of a router that
 * has not gone down yet.
 * @throws `expectation.unmet` after `limit`
 */
export function awaitBoot(
  ctx: Ctx,
  router: Pick<Router, 'boot'>,
  previousBootId: string,
  limit: Ms = minutes(5),
): Promise<Boot> {
  const probe = async (inner: Ctx): Promise<Boot | undefined> => {
    try {
      const boot = await router.boot(inner);
      return boot.bootId === previousBootId ? undefined : boot;
    } catch (error) {
      if (isHarnessError(error) && rebooting.has(error.code)) return undefined;
      throw error;
    }
  };
  return ctx.expect('the router has booted again', probe, limit, 2_000);
}
