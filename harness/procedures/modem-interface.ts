import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import type { Router } from '../rig/router.ts';

/** netifd's own: they ask for an address where others dial. */
const ASKS = new Set(['dhcp', 'none']);

/**
 * netifd's name of the interface that the modem is behind, where nobody has named it.
 * @throws HarnessError `rig.no-modem-interface`, `rig.many-modem-interfaces`
 */
export async function findModemInterface(
  ctx: Ctx,
  router: Pick<Router, 'modemInterfaces' | 'uciSections'>,
): Promise<string> {
  const found = await router.modemInterfaces(ctx);
  const dialling = found.filter(({ proto, disabled }) => !disabled && !ASKS.has(proto));
  if (dialling.length > 1) throw many(dialling.map(({ name, proto }) => `${name} (${proto})`));
  const [first] = found;
  if (first) return first.name;
  const sections = (await router.uciSections(ctx, 'network')) ?? [];
  throw none(sections.filter(({ type }) => type === 'interface').map(({ path }) => path));
}

const none = (there: readonly string[]): HarnessError =>
  new HarnessError(
    `no interface in /etc/config/network has a modem behind it; there are ${there.join(', ') || 'none at all'}`,
    {
      code: 'rig.no-modem-interface',
      blame: 'rig',
      effect: 'none',
      hint: 'name it in the rig file (connection.interface), or make one on the router: uci set network.wwan=interface; uci set network.wwan.proto=3g; uci commit network',
    },
  );

const many = (names: readonly string[]): HarnessError =>
  new HarnessError(`more than one interface dials a modem: ${names.join(', ')}`, {
    code: 'rig.many-modem-interfaces',
    blame: 'rig',
    effect: 'none',
    hint: 'name the one that is meant in the rig file: connection.interface',
  });
