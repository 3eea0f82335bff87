import type { Ctx } from '../../../harness/core/ctx.ts';
import { interfaceStatus } from '../../../harness/procedures/dial.ts';
import type { DataMode } from '../../../harness/rig/modem.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import type { LogBook } from './log-book.ts';
import { normalText } from './normal.ts';
import type { Observed, Plain } from './plain.ts';

/** The link in one mode: down, dialled, up, used, reloaded under, taken down. netifd has its protocol already. */
export async function observeLink(ctx: Ctx, rig: Rig, log: LogBook, mode: DataMode): Promise<Observed> {
  const { router, connection } = rig;
  const name = connection.interfaceName;
  // Addresses are on an interface of their own, except for those of pppd and of a lease of its own.
  const child = mode === 'ppp' || mode === 'ecm' ? name : `${name}_4`;
  const status = (): Promise<Plain> => statusOf(ctx, rig, name);
  const down = await status();
  let pending: Plain;
  const dialled = await log.during(
    async () => {
      // In one line: by a second question it may be up.
      const { stdout } = await router.shell(ctx, `ifup ${name}; ifstatus ${name}`);
      pending = normalValues(JSON.parse(stdout) as Plain);
    },
    `Interface '${child}' is now up`,
    `due to ifup of ${child} `,
  );
  const resolver = await router.shell(ctx, 'cat /tmp/resolv.conf.d/resolv.conf.auto');
  const route = await router.shell(ctx, 'ip route show default');
  return {
    [`${mode}.down`]: down,
    [`${mode}.dial.log`]: dialled,
    [`${mode}.pending`]: pending,
    [`${mode}.up`]: await status(),
    [`${mode}.up.child`]: await statusOf(ctx, rig, `${name}_4`),
    [`${mode}.up.whole`]: normalValues({ ...(await interfaceStatus(ctx, rig)) } as Plain),
    [`${mode}.resolver`]: normalText(resolver.stdout),
    // busybox puts two blanks where iproute2 has one.
    [`${mode}.route`]: normalText(route.stdout).replace(/ +/g, ' '),
    [`${mode}.ping`]: { ...(await router.ping(ctx, connection.probeHost, 2)) },
    [`${mode}.reload.log`]: await log.during(() => router.reloadFirewall(ctx)),
    [`${mode}.hangup.log`]: await log.during(
      () => router.ifdown(ctx, name),
      `Interface '${name}' ${mode === 'ecm' ? 'has link connectivity loss' : 'is now down'}`,
    ),
    [`${mode}.after`]: await status(),
  };
}

/** A dial over a device that is not there. */
export async function observeNoDevice(ctx: Ctx, rig: Rig, log: LogBook, proto: string): Promise<Observed> {
  const name = rig.connection.interfaceName;
  const section = `network.${name}`;
  await rig.router.uciSet(ctx, { [`${section}.proto`]: proto, [`${section}.device`]: '/dev/nosuch' });
  await rig.router.reloadNetwork(ctx);
  const lines = await log.during(() => rig.router.ifup(ctx, name), `Interface '${name}' is now down`);
  return { [`${proto}.no-device.log`]: lines, [`${proto}.no-device`]: await statusOf(ctx, rig, name) };
}

/** `ifstatus`, all of it. */
async function statusOf(ctx: Ctx, { router }: Rig, name: string): Promise<Plain> {
  const { stdout, stderr, exitCode } = await router.exec(ctx, ['ifstatus', name]);
  if (exitCode !== 0) return { exitCode, stdout, stderr };
  return normalValues(JSON.parse(stdout) as Plain);
}

/** Values without what a session chooses; of times, that they are numbers. */
function normalValues(value: Plain, name = ''): Plain {
  if (typeof value === 'string') return normalText(value);
  if (typeof value === 'number' && /^(?:uptime|leasetime)/.test(name)) return 'a number';
  if (Array.isArray(value)) return value.map((item: Plain) => normalValues(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, normalValues(item as Plain, key)]),
  );
}
