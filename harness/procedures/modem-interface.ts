import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import type { Rig } from '../rig/rig.ts';
import type { Router } from '../rig/router.ts';

/** netifd's own: they ask for an address where others dial. */
const ASKS = new Set(['dhcp', 'none']);

/**
 * netifd's name of the interface that the modem is behind, where nobody has named it; undefined: there is none.
 * @throws HarnessError `rig.many-modem-interfaces`
 */
export async function findModemInterface(
  ctx: Ctx,
  router: Pick<Router, 'modemInterfaces'>,
): Promise<string | undefined> {
  const found = await router.modemInterfaces(ctx);
  const dialling = found.filter(({ proto, disabled }) => !disabled && !ASKS.has(proto));
  if (dialling.length > 1) throw many(dialling.map(({ name, proto }) => `${name} (${proto})`));
  return found[0]?.name;
}

const many = (names: readonly string[]): HarnessError =>
  new HarnessError(`more than one interface dials a modem: ${names.join(', ')}`, {
    code: 'rig.many-modem-interfaces',
    blame: 'rig',
    effect: 'none',
    hint: 'name the one that is meant in the rig file: connection.interface',
  });

/** Why netifd does not know the modem's interface, by what its configuration says. */
export async function whyUnknown(
  ctx: Ctx,
  { name: rigName, router, connection }: Pick<Rig, 'name' | 'router' | 'connection'>,
): Promise<HarnessError> {
  const name = connection.interfaceName;
  const sections = (await router.uciSections(ctx, 'network')) ?? [];
  const interfaces = sections.filter(({ type }) => type === 'interface');
  const configured = interfaces.find(({ path }) => path === name);
  if (!configured) {
    return noInterface(
      rigName,
      name,
      interfaces.map(({ path }) => path),
    );
  }
  return configured.options['disabled'] === '1' ? switchedOff(rigName, name) : notLoaded(rigName, name);
}

const APPLY = 'uci commit network; /etc/init.d/network reload';

/** As a fresh OpenWrt has none for a modem. */
function noInterface(rigName: string, name: string, there: readonly string[]): HarnessError {
  const make = `uci set network.${name}=interface; uci set network.${name}.proto=none; uci set network.${name}.auto=0; ${APPLY}`;
  return new HarnessError(
    `the router has no interface "${name}"; it has ${there.join(', ') || 'none at all'}`,
    {
      code: 'rig.no-interface',
      blame: 'rig',
      effect: 'none',
      hint: `name the modem's own in the rig file (connection.interface); or make this one: wwanlab shell ${rigName} "${make}", then: wwanlab mode ${rigName} ppp (or qmi, mbim)`,
    },
  );
}

const switchedOff = (rigName: string, name: string): HarnessError =>
  new HarnessError(`interface "${name}" is disabled in /etc/config/network`, {
    code: 'rig.no-interface',
    blame: 'rig',
    effect: 'none',
    hint: `wwanlab shell ${rigName} "uci delete network.${name}.disabled; ${APPLY}"`,
  });

/** Somebody wrote the file and did not reload, or netifd has not come up yet. */
const notLoaded = (rigName: string, name: string): HarnessError =>
  new HarnessError(`netifd does not know interface "${name}", which /etc/config/network has`, {
    code: 'rig.interface-not-loaded',
    blame: 'rig',
    effect: 'none',
    hint: `wwanlab shell ${rigName} "/etc/init.d/network reload"; what netifd says of it: wwanlab shell ${rigName} "logread -e netifd"`,
  });
