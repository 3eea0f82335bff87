import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import type { Rig } from '../rig/rig.ts';
import type { InterfaceStatus } from '../rig/router.ts';
import { whyUnknown } from './modem-interface.ts';

/** How a dial went: the last state that netifd showed, and how long it took. */
export interface Dial {
  readonly up: boolean;
  readonly status: InterfaceStatus;
  readonly tookMs: Ms;
}

/** What of a rig its link needs. */
type LinkRig = Pick<Rig, 'name' | 'router' | 'connection'>;

/**
 * Takes the modem's interface down and waits until netifd calls it so. Its handler may hang up for seconds more (`pending` is
 * of a dial alone, netifd ubus.c; pppd holds its port then): who needs the port waits for that.
 */
export async function hangUp(ctx: Ctx, rig: LinkRig): Promise<void> {
  const name = rig.connection.interfaceName;
  await interfaceStatus(ctx, rig);
  await rig.router.ifdown(ctx, name);
  await ctx.expect(
    `interface ${name} is down`,
    async (c) => {
      const status = await interfaceStatus(c, rig);
      return !status.up && !status.pending ? status : undefined;
    },
    20_000,
  );
}

/** Brings the modem's interface up and waits for an address; a dial that fails is data, not an error. */
export async function dial(ctx: Ctx, rig: Rig, limit: Ms): Promise<Dial> {
  const start = ctx.clock.now();
  await rig.router.ifup(ctx, rig.connection.interfaceName);
  return awaitUp(ctx, rig, limit, start);
}

/** Waits until the interface is up with an address, netifd's own re-dials included. */
export async function awaitUp(ctx: Ctx, rig: Rig, limit: Ms, start: Ms = ctx.clock.now()): Promise<Dial> {
  for (;;) {
    const status = await interfaceStatus(ctx, rig);
    const tookMs = ctx.clock.now() - start;
    const up = status.up && hasFamilyOf(rig.connection.probeHost, status);
    const stopped = !status.up && !status.pending && status.errors.length > 0;
    if (up || stopped || tookMs >= limit) return { up, status, tookMs };
    await ctx.clock.sleep(1_000, ctx.signal);
  }
}

/** Does anybody behind the link answer? */
export async function answersPing(ctx: Ctx, { router, connection }: LinkRig): Promise<boolean> {
  return (await router.ping(ctx, connection.probeHost, 3)).received > 0;
}

/** Has it an address of the family that the probe host has? The other one may come seconds earlier. */
function hasFamilyOf(host: string, { addresses }: InterfaceStatus): boolean {
  return addresses.some((address) => address.includes(':') === host.includes(':'));
}

/**
 * `ifstatus` of the modem's interface; that it exists is the rig file's word. Where the protocol hands its addresses
 * to interfaces of its own (`wwan_4`, `wwan_6`: the qmi and mbim handlers), theirs count as its own.
 * @throws HarnessError `rig.no-interface`, `rig.interface-not-loaded`
 */
export async function interfaceStatus(ctx: Ctx, rig: LinkRig): Promise<InterfaceStatus> {
  const name = rig.connection.interfaceName;
  const status = await rig.router.interfaceStatus(ctx, name);
  if (status) return status.up && status.addresses.length === 0 ? withChildren(ctx, rig, status) : status;
  throw await whyUnknown(ctx, rig);
}

async function withChildren(ctx: Ctx, rig: LinkRig, parent: InterfaceStatus): Promise<InterfaceStatus> {
  let status = parent;
  for (const family of ['4', '6']) {
    const child = await rig.router.interfaceStatus(ctx, `${parent.name}_${family}`);
    if (!child?.up) continue;
    status = {
      ...status,
      addresses: [...status.addresses, ...child.addresses],
      dnsServers: [...status.dnsServers, ...child.dnsServers],
      hasDefaultRoute: status.hasDefaultRoute || child.hasDefaultRoute,
    };
  }
  return status;
}
