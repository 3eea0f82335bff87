import type { Ctx } from '../../core/ctx.ts';
import type { Service, ServiceAction } from '../../rig/service.ts';
import { mustSucceed } from './errors.ts';
import { isObject, objectsIn, type JsonObject } from './json.ts';
import { quoteWord } from './quote.ts';
import { callUbus, isNoObject } from './ubus.ts';
import type { Shell } from './upload.ts';

/** Our own exit status: there is no such script. */
const NONE = 90;

/**
 * A service of /etc/init.d; undefined where there is none. procd knows whether it runs, of those that it started;
 * `running` in a script is not older than 19.07. Source: OpenWrt rc.common, procd service/service.c.
 */
export async function readService(ctx: Ctx, shell: Shell, name: string): Promise<Service | undefined> {
  const script = scriptOf(name);
  const { exitCode } = await shell(ctx, `[ -x ${script} ] || exit ${NONE}; ${script} enabled`);
  if (exitCode === NONE) return undefined;
  const running = await isRunning(ctx, shell, name);
  return { name, enabled: exitCode === 0, ...(running === undefined ? {} : { running }) };
}

async function isRunning(ctx: Ctx, shell: Shell, name: string): Promise<boolean | undefined> {
  const list = await callUbus(ctx, shell, 'service', 'list', { name }).catch((error: unknown) => {
    if (isNoObject(error)) return {} as JsonObject;
    throw error;
  });
  const service = list[name];
  const instances = isObject(service) ? service['instances'] : undefined;
  if (!isObject(instances)) return undefined; // it started nothing that procd keeps: firewall, system …
  return objectsIn(instances).some((instance) => instance['running'] === true);
}

/** @throws HarnessError `openwrt.command-failed` */
export async function controlService(
  ctx: Ctx,
  shell: Shell,
  name: string,
  action: ServiceAction,
): Promise<void> {
  mustSucceed(await shell(ctx, `${scriptOf(name)} ${action}`, { limit: 60_000 }));
}

const scriptOf = (name: string): string => quoteWord(`/etc/init.d/${name}`);
