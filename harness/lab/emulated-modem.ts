import type { Ctx } from '../core/ctx.ts';
import { holds, type Fault } from '../sim/faults.ts';
import { createInjector, type Injector } from '../sim/inject.ts';
import { profileById } from '../sim/modem/profiles/index.ts';
import { createModem, type EmulatedModem } from '../sim/modem/modem.ts';
import type { ModemProfile } from '../sim/modem/profile.ts';
import { createNetwork } from '../sim/network/mobile-network.ts';
import { healthyPath, type PathQuality } from '../sim/network/internet/path.ts';
import { tMobileUs, type Operator } from '../sim/network/operators.ts';
import type { SimCard } from '../sim/modem/sim-card.ts';
import type { Unfired } from '../sim/unfired.ts';
import { blockCard, cardFor, inMode } from './modem-options.ts';
import type { SimRigFile, VirtualRigFile } from './rig-file.ts';

/** A modem as a rig file describes it, with its network and what is to go wrong; switched on. */
export interface EmulatedModemParts {
  readonly modem: EmulatedModem;
  readonly injector: Injector;
  readonly faults: readonly Fault[];
  /** Deeds, and what has a `when`, that never bit. */
  unfired(): readonly Unfired[];
}

type Described = Pick<SimRigFile | VirtualRigFile, 'modem' | 'network' | 'faults'>;

export function createEmulatedModem(ctx: Ctx, file: Described): EmulatedModemParts {
  const { clock, rng, timeline } = ctx;
  const injector = createInjector({ clock, rng: rng.fork('faults'), timeline, plan: file.faults });
  const faults = injector.inForce;
  const network = createNetwork({
    clock,
    rng: rng.fork('network'),
    timeline,
    operator: operatorOf(file),
    subscription: { apns: file.network.apns },
    faults,
    path: pathOf(file),
  });
  const modem = createModem({
    clock,
    rng: rng.fork('modem'),
    timeline,
    profile: profileOf(file),
    network,
    faults,
    ...cardOf(file),
  });
  if (file.modem.sim?.blocked) blockCard(modem);
  injector.start(modem, network);
  return {
    modem,
    injector,
    faults,
    // A condition that stands from the start is what the rig is like: not every suite has to meet it.
    unfired: () => injector.unfired().filter(({ fault }) => fault.when || !holds(fault)),
  };
}

function profileOf({ modem: { model, mode } }: Described): ModemProfile {
  const profile = profileById(model);
  return mode === undefined ? profile : inMode(profile, mode);
}

function cardOf({ modem: { sim } }: Described): { sim?: Partial<SimCard> | 'none' } {
  if (sim?.pin !== undefined) return { sim: cardFor({ kind: 'pin', pin: sim.pin }) };
  return sim?.blocked ? { sim: cardFor({ kind: 'puk' }) } : {};
}

function operatorOf({ network }: Described): Operator {
  return {
    ...tMobileUs,
    cell: { ...tMobileUs.cell, operator: network.operator },
    accessPoints: accessPointsOf(network),
  };
}

function accessPointsOf({
  apns,
  authentication,
}: Described['network']): NonNullable<Operator['accessPoints']> {
  if (!authentication) return {};
  const { username: user, password, method } = authentication;
  return Object.fromEntries(apns.map((apn) => [apn, { credentials: { user, password, method } }]));
}

function pathOf({ network: { rttMs, loss } }: Described): PathQuality {
  return {
    ...healthyPath,
    ...(rttMs === undefined ? {} : { minRttMs: rttMs, maxRttMs: 1.5 * rttMs }),
    ...(loss === undefined ? {} : { loss, maxLossesInARow: Infinity }),
  };
}
