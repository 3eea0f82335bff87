import { unfenced, type Ctx } from '../core/ctx.ts';
import { isHarnessError } from '../core/errors.ts';
import { familyOf } from '../drivers/modem/families/index.ts';
import { createModem } from '../drivers/modem/modem.ts';
import { createOpenwrtRouter } from '../drivers/openwrt/router.ts';
import { isSilence } from '../procedures/boot.ts';
import { atNeedsOf, needsOf, protocols } from '../procedures/dial-needs.ts';
import { findModemInterface } from '../procedures/modem-interface.ts';
import type { Capability } from '../rig/capability.ts';
import { dataModes } from '../rig/modem.ts';
import type { Connection, Rig } from '../rig/rig.ts';
import type { Router } from '../rig/router.ts';
import type { UndoJournal } from '../rig/undo.ts';
import type { Fault } from '../sim/faults.ts';
import type { Channel } from '../transport/channel.ts';
import type { SshConnection } from '../transport/ssh.ts';
import { nameRig } from './name-rig.ts';
import { nameOf } from './rig-catalogue.ts';
import type { RigFile } from './rig-file.ts';

/**
 * What a router can do with a model.
 * @param ways protocols of netifd that it can dial with (`3g`, `qmi`, `mbim`, `dhcp`), and `at`
 */
export function modemCapabilities(ways: readonly string[], model: string): readonly Capability[] {
  const { modes } = familyOf(model).model;
  const dialled = dataModes.filter((mode) => mode in modes && ways.includes(protocols[mode]));
  return [
    ...(ways.includes('at') ? (['modem.at'] as const) : []),
    ...dialled.map((mode) => `modem.${mode}` as const),
  ];
}

/** The same of a router that nobody has described: it is asked. */
export async function askModemCapabilities(
  ctx: Ctx,
  { router, modem }: Pick<Rig, 'router' | 'modem'>,
  model: string,
): Promise<readonly Capability[]> {
  const ways = ['dhcp']; // netifd's own
  // Drivers of network functions may be loaded when their function appears.
  const asked = [
    atNeedsOf({ modem }),
    needsOf({ modem }, 'ppp'),
    { protocol: 'qmi', drivers: [] },
    { protocol: 'mbim', drivers: [] },
  ];
  for (const needs of asked) {
    if (!(await router.lacking(ctx, needs))) ways.push(needs.protocol);
  }
  return modemCapabilities(ways, model);
}

interface Assembly {
  /** Where nobody has named it, it is looked for on the router. */
  readonly interfaceName: string | undefined;
  readonly has: readonly Capability[];
  /** Put around each connection to the router. */
  readonly fence?: (connection: SshConnection) => SshConnection;
  /** Where is noted what outlives this process. */
  readonly journal?: UndoJournal;
  /** The modem's AT port, where it is one of this machine. */
  readonly openAt?: (ctx: Ctx) => Promise<Channel>;
  readonly maybeSilent?: boolean;
  /** Called before the router has answered. */
  readonly prepare?: (rig: Rig) => Promise<void>;
}

/** Its name in most firmware, where a router has none for a modem, or can't be asked. */
const USUAL_INTERFACE = 'wwan';

const isAmbiguous = (error: unknown): boolean =>
  isHarnessError(error) && error.code === 'rig.many-modem-interfaces';

/** A router without an interface for its modem is none that can't be opened: it may be flashed, or given one. */
function connectionOf(file: RigFile, router: Router, named: string | undefined): Connection {
  const { apn, probeHost } = file.connection;
  const connection = { interfaceName: named ?? USUAL_INTERFACE, apn, probeHost };
  if (named !== undefined) return connection;
  const locate = async (ctx: Ctx): Promise<void> => {
    connection.interfaceName = (await findModemInterface(ctx, router)) ?? connection.interfaceName;
  };
  return Object.assign(connection, { locate });
}

/** Connects once before anything is promised, so that a rig that can't be reached says so at once. */
export async function assemble(
  ctx: Ctx,
  file: RigFile,
  login: (ctx: Ctx) => Promise<SshConnection>,
  {
    interfaceName,
    has,
    fence = (connection) => connection,
    journal,
    openAt,
    prepare,
    maybeSilent = false,
  }: Assembly,
): Promise<Rig> {
  const connect = async (c: Ctx): Promise<SshConnection> => fence(await login(c));
  const name = nameOf(file);
  const router = nameRig(createOpenwrtRouter({ name: file.id, connect }), name);
  const atModem = { ...(journal ? { journal } : {}), ...(openAt ? { open: openAt } : {}) };
  const modem = nameRig(createModem(router, file.modem.model, atModem), name);
  const connection = connectionOf(file, router, interfaceName);
  const { id, kind, title } = file;
  const rig: Rig = {
    id,
    name,
    kind,
    title,
    has: new Set(has),
    router,
    modem,
    fccUnlock: file.modem.fccUnlock,
    connection,
    close: async () => {
      // What ended the work does not keep others' programs from going on.
      await modem.release(unfenced(ctx));
      await router.close();
    },
  };
  if (prepare) {
    await connection.locate?.(ctx).catch(() => undefined); // it may be off, or without its settings, until it is prepared
    await prepare(rig);
  }
  try {
    await router.boot(ctx);
    await connection.locate?.(ctx);
  } catch (error) {
    if (!maybeSilent) throw error;
    if (!isSilence(error) && !isAmbiguous(error)) throw error;
  }
  return rig;
}

/** A rig whose modem is emulated. */
export interface EmulatedRig extends Rig {
  /** Does something to the modem or its network, now or at its moment. */
  inject(fault: Fault): void;
}
