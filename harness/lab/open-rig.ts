import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { createCtx, type Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError, messageOf } from '../core/errors.ts';
import { createAtModem } from '../drivers/modem/at-modem.ts';
import { familyOf } from '../drivers/modem/families/index.ts';
import { createOpenwrtRouter } from '../drivers/openwrt/router.ts';
import { isSilence } from '../procedures/boot.ts';
import type { Capability } from '../rig/capability.ts';
import type { Connection, Rig } from '../rig/rig.ts';
import type { Fault } from '../sim/faults.ts';
import { connectSsh, type SshConnection, type SshTarget } from '../transport/ssh.ts';
import type { PowerSwitch } from '../rig/power.ts';
import { secretFrom } from './environment.ts';
import { bringBack, type Means } from './leases/bring-back.ts';
import { fenceConnection, fenceConsole, fencePower } from './leases/fence.ts';
import { journaledModem, journaledPower, journaledRouter } from './leases/journaled.ts';
import { leaseRig, type LeaseOptions, type RigLease } from './leases/lease-rig.ts';
import type { PowerValues } from './power-schema.ts';
import { openConsolePort } from './open-console.ts';
import { openPower, powerSecrets } from './open-power.ts';
import type { LabRigFile, RigFile, VirtualRigFile } from './rig-file.ts';
import { createSimRig } from './sim-rig.ts';
import { bootGuest, createVirtualRig, type StartedGuest } from './virtual-rig.ts';

/** What holds for every rig that is reached over SSH and asked over AT; the rest depends on what is wired. */
const COMMON: readonly Capability[] = ['modem.at', 'modem.ppp', 'router.firewall'];

/** How a lab rig is opened; others are everybody's own. */
export interface OpenOptions extends Partial<LeaseOptions> {
  /** Open it also where its router does not answer, and leave undone what is to be undone: it is to be brought back. */
  readonly maybeSilent?: boolean;
}

/**
 * Builds a rig from its file and connects to its router: the one place where a Rig is made.
 * @throws HarnessError `ssh.…` where the router can't be reached or shows another key
 */
export async function openRig(ctx: Ctx, file: RigFile, options: OpenOptions = {}): Promise<Rig> {
  switch (file.kind) {
    case 'sim':
      return openSimRig(ctx, file);
    case 'virtual':
      return openVirtualRig(ctx, file);
    case 'lab':
      return openLabRig(ctx, file, options);
  }
}

async function openSimRig(ctx: Ctx, file: Extract<RigFile, { kind: 'sim' }>): Promise<Rig> {
  const sim = createSimRig(ctx, file);
  const login = {
    name: file.id,
    user: file.router.user,
    password: file.router.password ?? '',
    hostKey: file.router.hostKey ?? sim.hostKeyFingerprint,
  };
  const rig = await assemble(ctx, file, () => ({ ...login, socket: sim.connect() }), {
    interfaceName: sim.interfaceName,
    has: [...COMMON, ...networkModes(sim.protocols, file.modem.model), 'power', 'clock.virtual'],
  });
  return {
    ...rig,
    power: sim.power,
    close: async () => {
      await rig.close();
      const unfired = sim.unfired();
      sim.close();
      if (unfired.length > 0) throw neverFired(unfired);
    },
  };
}

async function openVirtualRig(ctx: Ctx, file: VirtualRigFile): Promise<Rig> {
  const guest = await bootGuest(ctx, file);
  try {
    const rig = await openRigIn(ctx, file, guest);
    return {
      ...rig,
      close: async () => {
        try {
          await rig.close();
        } finally {
          await guest.close();
        }
      },
    };
  } catch (error) {
    await guest.close();
    throw error;
  }
}

/** A rig in a guest that runs and has no modem: closing it unplugs its modem, and leaves the guest to its owner. */
export async function openRigIn(ctx: Ctx, file: VirtualRigFile, guest: StartedGuest): Promise<Rig> {
  const virtual = createVirtualRig(ctx, file, guest);
  try {
    const interfaceName = file.connection.interface ?? 'wwan';
    const wired: readonly Capability[] = virtual.wiring ? ['console', 'power', 'router.flash'] : [];
    const rig = await assemble(ctx, file, () => virtual.login, {
      interfaceName,
      has: [...COMMON, ...networkModes(virtual.protocols, file.modem.model), ...wired],
    });
    await configure(ctx, rig, file, virtual.pppDevice);
    virtual.plug();
    await modemAppears(ctx, rig);
    return {
      ...rig,
      ...virtual.wiring,
      close: async () => {
        await rig.close();
        const unfired = virtual.unfired();
        await virtual.close();
        if (unfired.length > 0) throw neverFired(unfired);
      },
    };
  } catch (error) {
    await virtual.close();
    throw error;
  }
}

/** Sets the guest's connection as the rig file has it, before there is a modem to dial with. */
async function configure(
  ctx: Ctx,
  { router, connection }: Rig,
  file: VirtualRigFile,
  device: string,
): Promise<void> {
  const { apn, username, password, pincode, keepalive } = file.connection;
  const section = `network.${connection.interfaceName}`;
  const options = { apn, username, password, pincode, keepalive: keepalive?.replace(',', ' ') };
  const entries = Object.entries(options).map(([name, value]) => [`${section}.${name}`, value] as const);
  await router.uciSet(ctx, {
    [section]: 'interface',
    [`${section}.proto`]: '3g',
    [`${section}.device`]: device,
    ...Object.fromEntries(entries),
  });
  await router.reloadNetwork(ctx);
}

/** A rig is whole when the guest's drivers have the modem. A modem that is dead on purpose stays away: a test says so. */
async function modemAppears(ctx: Ctx, { router, modem }: Rig): Promise<void> {
  await ctx
    .expect(
      "the modem's drivers are bound",
      async () => {
        const ids = modem.usbIds.application;
        const found = (await router.usbDevices(ctx)).find(({ vendorId, productId }) =>
          ids.includes(`${vendorId}:${productId}`),
        );
        return found?.interfaces.every(({ driver }) => driver !== undefined) ? found : undefined;
      },
      5_000,
      100,
    )
    .catch((error: unknown) => {
      if (isHarnessError(error) && error.code === 'expectation.unmet') return;
      throw error;
    });
}

function neverFired(faults: readonly Fault[]): HarnessError {
  const kinds = faults.map(({ kind }) => kind).join(', ');
  return new HarnessError(`planned and never happened: ${kinds}`, {
    code: 'fault.never-fired',
    blame: 'test',
    effect: 'none',
    hint: 'its moment did not come in this test, or nothing was there that it could bite: see `when` in the rig file',
    data: faults,
  });
}

/**
 * Real hardware is leased before anything of it is touched, and every operation asks whether the lease holds. What
 * somebody left behind is undone first; what this process changes and does not keep is undone when the rig is closed.
 */
async function openLabRig(ctx: Ctx, file: LabRigFile, options: OpenOptions): Promise<Rig> {
  const { maybeSilent = false } = options;
  const { host, port, user, hostKey, board } = file.router;
  const target = { name: file.id, host, port, user, hostKey, ...credentials(file) };
  const lease = await leaseRig(ctx, file, { reason: 'a run', ...options });
  const close: (() => Promise<void>)[] = [() => lease.release()];
  try {
    // Before the router: where it does not answer, the console tells why.
    const console = file.console ? await openConsolePort(ctx, file.console) : undefined;
    if (console) close.push(() => console.close());
    const outlets = openOutlets(file, lease);
    const { power } = outlets;
    const rig = await assemble(ctx, file, () => target, {
      interfaceName: file.connection.interface ?? 'wwan',
      has: [...COMMON, ...(console ? (['console'] as const) : []), ...(power ? (['power'] as const) : [])],
      fence: (connection) => fenceConnection(connection, lease),
      maybeSilent,
      prepare: async (bare) => {
        close.push(() => bare.close());
        if (!maybeSilent) await bringBack(ctx, file, lease, { ...bare, ...outlets });
      },
    });
    if (!maybeSilent) close.push(() => undoChanges(ctx, file, lease, { ...rig, ...outlets }));
    return {
      ...rig,
      router: journaledRouter(rig.router, lease.journal),
      modem: journaledModem(rig.modem, lease.journal),
      ...(board === undefined ? {} : { boardName: board }),
      ...(console ? { console: fenceConsole(console, lease) } : {}),
      ...journaledOutlets(outlets, lease),
      undo: lease.journal,
      lost: lease.lost,
      close: () => closeAll(close),
    };
  } catch (error) {
    await closeAll(close);
    throw error;
  }
}

/** The last one first, and every one, whatever became of those before it. */
async function closeAll(close: (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const one of close.splice(0).reverse()) await one().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

type Outlets = Pick<Rig, 'power' | 'modemPower'>;

function openOutlets({ path, power, modemPower }: LabRigFile, lease: RigLease): Outlets {
  const open = (values: PowerValues): PowerSwitch => fencePower(openPower(path, values), lease);
  return {
    ...(power ? { power: open(power) } : {}),
    ...(modemPower ? { modemPower: open(modemPower) } : {}),
  };
}

function journaledOutlets({ power, modemPower }: Outlets, { journal }: RigLease): Outlets {
  return {
    ...(power ? { power: journaledPower(power, 'power', journal) } : {}),
    ...(modemPower ? { modemPower: journaledPower(modemPower, 'modemPower', journal) } : {}),
  };
}

/** Not with the signal that may have ended the work. What others do with a rig that was taken away is their business. */
async function undoChanges(ctx: Ctx, file: LabRigFile, lease: RigLease, rig: Means): Promise<void> {
  if (lease.lost.aborted) return;
  await bringBack(createCtx({ ...ctx, signal: lease.lost }), file, lease, rig);
}

/** The modes that the router has a handler for and the model a function. */
function networkModes(protocols: readonly string[], model: string): readonly Capability[] {
  const { modes } = familyOf(model).model;
  return (['qmi', 'mbim'] as const)
    .filter((mode) => protocols.includes(mode) && mode in modes)
    .map((mode): Capability => `modem.${mode}`);
}

interface Assembly {
  readonly interfaceName: string;
  readonly has: readonly Capability[];
  /** Put around each connection to the router. */
  readonly fence?: (connection: SshConnection) => SshConnection;
  readonly maybeSilent?: boolean;
  /** Called before the router has answered. */
  readonly prepare?: (rig: Rig) => Promise<void>;
}

/** Connects once before anything is promised, so that a rig that can't be reached says so at once. */
async function assemble(
  ctx: Ctx,
  file: RigFile,
  target: () => SshTarget,
  { interfaceName, has, fence = (connection) => connection, prepare, maybeSilent = false }: Assembly,
): Promise<Rig> {
  const connect = async (c: Ctx): Promise<SshConnection> => fence(await connectSsh(c, target()));
  const router = createOpenwrtRouter({ name: file.id, connect });
  const connection: Connection = {
    interfaceName,
    apn: file.connection.apn,
    probeHost: file.connection.probeHost,
  };
  const { id, kind, title } = file;
  const rig: Rig = {
    id,
    kind,
    title,
    has: new Set(has),
    router,
    modem: createAtModem(router, file.modem.model),
    connection,
    close: () => router.close(),
  };
  await prepare?.(rig);
  await router.boot(ctx).catch((error: unknown) => {
    if (!(maybeSilent && isSilence(error))) throw error;
  });
  return rig;
}

function credentials(file: LabRigFile): { password?: string; privateKey?: string } {
  const { password, passwordEnv, keyFile } = file.router;
  if (keyFile !== undefined) return { privateKey: readKey(resolve(dirname(file.path), keyFile)) };
  if (passwordEnv === undefined) return password === undefined ? { password: '' } : { password };
  return { password: secretFrom(file.path, passwordEnv) };
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new HarnessError(`the private key cannot be read: ${messageOf(error)}`, {
      code: 'rig.no-key',
      blame: 'rig',
      effect: 'none',
      cause: error,
    });
  }
}

/** Literal secrets of a rig, for the timeline's redactor. */
export function secretsOf(file: RigFile): string[] {
  const router = file.kind === 'virtual' ? undefined : file.router.password;
  const environment = file.kind === 'lab' ? process.env[file.router.passwordEnv ?? ''] : undefined;
  const emulated = file.kind === 'lab' ? undefined : file;
  const planted = [emulated?.modem.sim?.pin, emulated?.network.authentication?.password];
  const switches = file.kind === 'lab' ? [file.power, file.modemPower].flatMap(powerSecrets) : [];
  const { password, pincode } = file.connection;
  return [router, environment, password, pincode, ...planted, ...switches].filter(
    (secret) => secret !== undefined,
  );
}
