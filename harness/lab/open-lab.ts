import { createCtx, type Ctx } from '../core/ctx.ts';
import { createRemoteLog } from '../drivers/openwrt/remote-log.ts';
import type { Console } from '../rig/console.ts';
import type { MeetAgain } from '../rig/known-router.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { Rig } from '../rig/rig.ts';
import { openSerial } from '../transport/serial.ts';
import { assemble, modemCapabilities } from './assemble.ts';
import { bringBack, type Means } from './leases/bring-back.ts';
import { fenceConnection, fenceConsole, fencePower } from './leases/fence.ts';
import { journaledModem, journaledPower, journaledRouter } from './leases/journaled.ts';
import { leaseRig, type LeaseOptions, type RigLease } from './leases/lease-rig.ts';
import { openBootloader } from './open-bootloader.ts';
import { openConsolePort } from './open-console.ts';
import { openPower } from './open-power.ts';
import { openSyslogPort } from './open-syslog.ts';
import type { PowerValues } from './power-schema.ts';
import { meetAgain } from './meet-again.ts';
import { pinHostKey } from './pin-host-key.ts';
import type { LabRigFile } from './rig-file.ts';
import { createRouterAccess, type RouterAccess } from './router-access.ts';

/** How a lab rig is opened; others are everybody's own. */
export interface OpenOptions extends Partial<LeaseOptions> {
  /** Open it also where its router does not answer, and leave undone what is to be undone: it is to be brought back. */
  readonly maybeSilent?: boolean;
}

/**
 * Real hardware is leased before anything of it is touched, and every operation asks whether the lease holds. What
 * somebody left behind is undone first; what this process changes and does not keep is undone when the rig is closed.
 */
export async function openLabRig(ctx: Ctx, file: LabRigFile, options: OpenOptions): Promise<Rig> {
  const { maybeSilent = false } = options;
  const { board } = file.router;
  const access = createRouterAccess(file);
  const lease = await leaseRig(ctx, file, { reason: 'a run', ...options });
  const close: (() => Promise<void>)[] = [() => lease.release()];
  try {
    // Before the router: where it does not answer, the console tells why.
    const console = file.console ? await openConsolePort(ctx, file.console) : undefined;
    if (console) close.push(() => console.close());
    const outlets = openOutlets(file, lease);
    const { power } = outlets;
    const rig = await assemble(ctx, file, access.connect, {
      interfaceName: file.connection.interface,
      has: [
        'router.firewall',
        // What it lacks for a mode is an error that says how to get it.
        ...modemCapabilities(['at', '3g', 'qmi', 'mbim', 'dhcp'], file.modem.model),
        ...(console ? (['console'] as const) : []),
        ...(power ? (['power'] as const) : []),
      ],
      fence: (connection) => fenceConnection(connection, lease),
      journal: lease.journal,
      ...openerOf(file.modem.at),
      maybeSilent,
      prepare: async (bare) => {
        close.push(() => bare.close());
        if (!maybeSilent) await bringBack(ctx, file, lease, { ...bare, ...outlets });
      },
    });
    const { journal } = lease;
    const remoteLog =
      file.syslog && createRemoteLog({ router: rig.router, port: openSyslogPort(file.syslog), journal });
    if (remoteLog) close.push(() => remoteLog.close());
    if (!maybeSilent) close.push(() => undoChanges(ctx, file, lease, { ...rig, ...outlets }));
    return {
      ...rig,
      router: journaledRouter(rig.router, journal),
      modem: journaledModem(rig.modem, journal),
      ...(board === undefined ? {} : { boardName: board }),
      ...(console ? { console: fenceConsole(console, lease) } : {}),
      ...(file.bootloader ? { tftpRescue: openBootloader(ctx, file.bootloader) } : {}),
      ...(remoteLog ? { remoteLog } : {}),
      ...journaledOutlets(outlets, lease),
      undo: journal,
      meetAgain: introduced(file, lease, console, access),
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

function openerOf(at: LabRigFile['modem']['at']): {
  readonly openAt?: (ctx: Ctx) => ReturnType<typeof openSerial>;
} {
  return at ? { openAt: (ctx) => openSerial(ctx, { path: at.serial, baudRate: at.baud }) } : {};
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

/** How the router is met again that shows another key: asked without a secret, and pinned here and in its file. */
function introduced(
  file: LabRigFile,
  lease: RigLease,
  console: Console | undefined,
  access: RouterAccess,
): MeetAgain {
  const introduction = {
    name: file.id,
    connect: async (ctx: Ctx, hostKey: string | undefined) =>
      fenceConnection(await access.meet(ctx, hostKey), lease),
    console: console && fenceConsole(console, lease),
    pin: (hostKey: string) => {
      access.believe(hostKey);
      pinHostKey(file.path, hostKey);
    },
  };
  return (ctx, known) => meetAgain(ctx, introduction, known);
}
