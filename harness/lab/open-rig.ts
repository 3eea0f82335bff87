import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { Ctx } from '../core/ctx.ts';
import { HarnessError, messageOf } from '../core/errors.ts';
import { createAtModem } from '../drivers/modem/at-modem.ts';
import { createOpenwrtRouter } from '../drivers/openwrt/router.ts';
import type { Capability } from '../rig/capability.ts';
import type { Connection, Rig } from '../rig/rig.ts';
import { connectSsh, type SshTarget } from '../transport/ssh.ts';
import type { LabRigFile, RigFile } from './rig-file.ts';
import { createSimRig } from './sim-rig.ts';

/** What holds for every rig that is reached over SSH and asked over AT; the rest depends on what is wired. */
const COMMON: readonly Capability[] = ['modem.at', 'modem.ppp', 'router.firewall'];

/**
 * Builds a rig from its file and connects to its router: the one place where a Rig is made.
 * @throws HarnessError `ssh.…` where the router can't be reached or shows another key
 */
export async function openRig(ctx: Ctx, file: RigFile): Promise<Rig> {
  return file.kind === 'sim' ? openSimRig(ctx, file) : openLabRig(ctx, file);
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
    has: [...COMMON, 'clock.virtual'],
  });
  return {
    ...rig,
    close: async () => {
      await rig.close();
      sim.close();
    },
  };
}

async function openLabRig(ctx: Ctx, file: LabRigFile): Promise<Rig> {
  const { host, port, user, hostKey } = file.router;
  const target = { name: file.id, host, port, user, hostKey, ...credentials(file) };
  return assemble(ctx, file, () => target, {
    interfaceName: file.connection.interface ?? 'wwan',
    has: COMMON,
  });
}

/** Connects once before anything is promised, so that a rig that can't be reached says so at once. */
async function assemble(
  ctx: Ctx,
  file: RigFile,
  target: () => SshTarget,
  { interfaceName, has }: { readonly interfaceName: string; readonly has: readonly Capability[] },
): Promise<Rig> {
  const router = createOpenwrtRouter({ name: file.id, connect: (c) => connectSsh(c, target()) });
  const connection: Connection = {
    interfaceName,
    apn: file.connection.apn,
    probeHost: file.connection.probeHost,
  };
  const { id, kind, title } = file;
  await router.boot(ctx);
  return {
    id,
    kind,
    title,
    has: new Set(has),
    router,
    modem: createAtModem(router, file.modem.model),
    connection,
    close: () => router.close(),
  };
}

function credentials(file: LabRigFile): { password?: string; privateKey?: string } {
  const { password, passwordEnv, keyFile } = file.router;
  if (keyFile !== undefined) return { privateKey: readKey(resolve(dirname(file.path), keyFile)) };
  if (passwordEnv === undefined) return password === undefined ? { password: '' } : { password };
  const value = process.env[passwordEnv];
  if (value !== undefined) return { password: value };
  throw new HarnessError(`the environment variable ${passwordEnv} is not set`, {
    code: 'rig.no-password',
    blame: 'rig',
    effect: 'none',
    hint: `${file.path} takes the router's password from it`,
  });
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
  const router = file.router.password;
  const environment = file.kind === 'lab' ? process.env[file.router.passwordEnv ?? ''] : undefined;
  const pin = file.kind === 'sim' ? file.modem.sim?.pin : undefined;
  return [router, environment, pin, file.connection.password].filter((secret) => secret !== undefined);
}
