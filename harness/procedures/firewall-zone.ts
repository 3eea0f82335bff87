import type { Ctx } from '../core/ctx.ts';
import type { Router } from '../rig/router.ts';
import type { UciSection, UciValue } from '../rig/uci.ts';

/** `option network 'wan wan6'` until 19.07, a list since. */
const words = (value: UciValue | undefined): readonly string[] =>
  value === undefined ? [] : (typeof value === 'string' ? [value] : value).flatMap((one) => one.split(/\s+/));

const zonesOf = async (ctx: Ctx, router: Router): Promise<readonly UciSection[]> =>
  ((await router.uciSections(ctx, 'firewall')) ?? []).filter(({ type }) => type === 'zone');

/**
 * Is the interface in a zone of the firewall? One that is in none is not masqueraded, so nobody in the LAN gets through, and
 * neither its ifup reloads the firewall nor a reload has to do with it (OpenWrt firewall4 hotplug.d/iface/20-firewall).
 * Undefined where that can't be told: no firewall, or zones of devices and subnets.
 */
export async function isInZone(
  ctx: Ctx,
  router: Router,
  interfaceName: string,
): Promise<boolean | undefined> {
  return isIn(await zonesOf(ctx, router), interfaceName);
}

function isIn(zones: readonly UciSection[], interfaceName: string): boolean | undefined {
  if (zones.some(({ options }) => words(options['network']).includes(interfaceName))) return true;
  const other = zones.some(
    ({ options }) => options['device'] !== undefined || options['subnet'] !== undefined,
  );
  return zones.length === 0 || other ? undefined : false;
}

/** Puts the interface into the zone that leads out, where there is one and it is in none. */
export async function joinWanZone(ctx: Ctx, router: Router, interfaceName: string): Promise<void> {
  const zones = await zonesOf(ctx, router);
  if (isIn(zones, interfaceName) !== false) return;
  const wan = zones.find(({ options }) => options['name'] === 'wan');
  if (!wan) return;
  const members = [...words(wan.options['network']), interfaceName];
  await router.uciSet(ctx, { [`firewall.${wan.path}.network`]: members });
  await router.reloadFirewall(ctx);
}
