import type { Ctx } from '../core/ctx.ts';
import { isHarnessError } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { createRemoteLog } from '../drivers/openwrt/remote-log.ts';
import { protocols } from '../procedures/dial-needs.ts';
import { joinWanZone } from '../procedures/firewall-zone.ts';
import { dataDevice } from '../procedures/mode.ts';
import { checkInterface, findModem } from '../procedures/modem-rungs.ts';
import type { Capability } from '../rig/capability.ts';
import { dataModes, type DataMode } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import { neverFired } from '../sim/unfired.ts';
import { connectSsh } from '../transport/ssh.ts';
import { askModemCapabilities, assemble, type EmulatedRig } from './assemble.ts';
import type { VirtualRigFile } from './rig-file.ts';
import { bootGuest, createVirtualRig, type StartedGuest } from './virtual-rig.ts';

/** A guest of its own for the rig, which ends with it. */
export async function openVirtualRig(ctx: Ctx, file: VirtualRigFile): Promise<Rig> {
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
export async function openRigIn(ctx: Ctx, file: VirtualRigFile, guest: StartedGuest): Promise<EmulatedRig> {
  const virtual = createVirtualRig(ctx, file, guest);
  try {
    const interfaceName = file.connection.interface ?? 'wwan';
    const wired: readonly Capability[] = virtual.wiring ? ['console', 'power', 'router.flash'] : [];
    // A guest that is there answers late on a busy machine; one that boots is rather asked again.
    const patience = virtual.wiring ? {} : { limit: AWAKE_MS };
    const rig = await assemble(ctx, file, (c) => connectSsh(c, virtual.login, patience), {
      interfaceName,
      has: ['router.firewall', ...wired],
    });
    const able = await askModemCapabilities(ctx, rig, file.modem.model);
    const mode = dataModes.find((one) => able.includes(`modem.${one}`)) ?? 'ppp';
    const remoteLog = file.syslog && createRemoteLog({ router: rig.router, port: virtual.syslogPort });
    const guess = mode === 'ppp' ? virtual.pppDevice : '/dev/cdc-wdm0';
    await configure(ctx, rig, file, { proto: protocols[mode], device: guess });
    virtual.plug();
    const modem = await modemAppears(ctx, rig, mode);
    if (modem) await correctPort(ctx, rig, dataDevice(rig, mode, modem), guess);
    return {
      ...rig,
      has: new Set([...rig.has, ...able]),
      ...virtual.wiring,
      ...(remoteLog ? { remoteLog } : {}),
      inject: virtual.inject,
      close: async () => {
        await remoteLog?.close();
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

const AWAKE_MS: Ms = 30_000;

/** Sets the guest's connection as the rig file has it, before there is a modem to dial with. */
async function configure(
  ctx: Ctx,
  { router, connection }: Rig,
  file: VirtualRigFile,
  dialled: { readonly proto: string; readonly device: string },
): Promise<void> {
  const { apn, username, password, pincode, keepalive } = file.connection;
  const section = `network.${connection.interfaceName}`;
  const options = { apn, username, password, pincode, keepalive: keepalive?.replace(',', ' ') };
  const entries = Object.entries(options).map(([name, value]) => [`${section}.${name}`, value] as const);
  await router.uciSet(ctx, {
    [section]: 'interface',
    [`${section}.proto`]: dialled.proto,
    [`${section}.device`]: dialled.device,
    ...Object.fromEntries(entries),
  });
  await router.reloadNetwork(ctx);
  if (file.guest === 'openwrt') await joinWanZone(ctx, router, connection.interfaceName);
}

/** Half a second in our own guest on a quiet machine; procd makes the nodes from a queue, many seconds later where it is busy. */
const BOUND_MS: Ms = 60_000;

/**
 * A rig is whole when the guest's drivers have the modem and its ports are there. A modem that is dead on purpose stays
 * away: a test says so.
 */
async function modemAppears(
  ctx: Ctx,
  { router, modem }: Rig,
  mode: DataMode,
): Promise<UsbDevice | undefined> {
  return ctx
    .expect(
      "the modem's drivers are bound",
      async () => {
        const found = findModem({ modem }, await router.usbDevices(ctx));
        // A guest without a serial driver leaves the serial ports alone.
        const all = mode !== 'ppp' || found?.interfaces.every(({ driver }) => driver !== undefined);
        const ports = (modem.modes[mode] ?? []).every((port) => checkInterface(found, port).ok);
        return all && ports ? found : undefined;
      },
      BOUND_MS,
      100,
    )
    .catch((error: unknown) => {
      if (isHarnessError(error) && error.code === 'expectation.unmet') return undefined;
      throw error;
    });
}

/** Before there was a modem its port could only be guessed; the guest may have other serial ports that count as well. */
async function correctPort(ctx: Ctx, rig: Rig, device: string, guess: string): Promise<void> {
  if (device === guess) return;
  await rig.router.uciSet(ctx, { [`network.${rig.connection.interfaceName}.device`]: device });
  await rig.router.reloadNetwork(ctx);
}
