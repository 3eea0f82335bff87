import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { createAtModem } from '../drivers/modem/at-modem.ts';
import { familyOf } from '../drivers/modem/families/index.ts';
import { createOpenwrtRouter } from '../drivers/openwrt/router.ts';
import { isSilence } from '../procedures/boot.ts';
import type { Capability } from '../rig/capability.ts';
import type { Connection, Rig } from '../rig/rig.ts';
import type { Fault } from '../sim/faults.ts';
import { connectSsh, type SshConnection, type SshTarget } from '../transport/ssh.ts';
import type { RigFile } from './rig-file.ts';

/** What holds for every rig that is reached over SSH and asked over AT; the rest depends on what is wired. */
export const COMMON: readonly Capability[] = ['modem.at', 'modem.ppp', 'router.firewall'];

/** The modes that the router has a handler for and the model a function. */
export function networkModes(protocols: readonly string[], model: string): readonly Capability[] {
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
export async function assemble(
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

/** What a rig with an emulated modem throws when it is closed and these planned faults have not bitten. */
export function neverFired(faults: readonly Fault[]): HarnessError {
  const kinds = faults.map(({ kind }) => kind).join(', ');
  return new HarnessError(`planned and never happened: ${kinds}`, {
    code: 'fault.never-fired',
    blame: 'test',
    effect: 'none',
    hint: 'its moment did not come in this test, or nothing was there that it could bite: see `when` in the rig file',
    data: faults,
  });
}
