import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { raceAbort, throwIfAborted, type Ctx } from '../core/ctx.ts';
import { isHarnessError, messageOf } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { connectSsh, type SshTarget } from '../transport/ssh.ts';
import { virtualError } from './errors.ts';
import { KERNEL_PARAMETERS, readyLine } from './guest/contents.ts';
import { imageFiles } from './image/build-image.ts';
import type { MachineSpec } from './qemu/arguments.ts';
import { createMachineFolder } from './qemu/folder.ts';
import { startMachine, type Machine } from './qemu/machine.ts';
import type { Found } from './requirements.ts';

export const MEMORY_MB = 224;

/** A slow machine without KVM, with others at work on it, takes 20 s. */
const BOOT_LIMIT: Ms = 180_000;
const SAVE_LIMIT: Ms = 60_000;

/** The machine of an image, cold. It has no flash: what it changes is forgotten. */
export function imageMachine(image: string, found: Found): MachineSpec {
  return {
    qemu: found.qemu,
    accelerator: found.accelerator,
    memoryMb: MEMORY_MB,
    boot: {
      kind: 'kernel',
      kernel: join(image, imageFiles.kernel),
      initrd: join(image, imageFiles.initrd),
      append: KERNEL_PARAMETERS,
    },
    drives: [],
    incoming: false,
  };
}

/** How to log in to the guest of an image. */
export function imageLogin(image: string, name: string, port: number): SshTarget {
  return {
    name,
    host: '127.0.0.1',
    port,
    user: 'root',
    privateKey: readFileSync(join(image, imageFiles.userKey), 'utf8'),
    hostKey: readFileSync(join(image, imageFiles.hostKey), 'utf8').trim(),
  };
}

/** Waits until a guest that boots has started its services and lets us in. */
export async function waitForBoot(
  ctx: Ctx,
  machine: Machine,
  login: (port: number) => SshTarget,
): Promise<void> {
  const booted = machine.console.waitFor(ctx, readyLine, BOOT_LIMIT);
  booted.catch(() => undefined);
  try {
    await Promise.race([booted, machine.failed]);
    const ssh = await connectSsh(ctx, login(await machine.sshPort()), { limit: 30_000 });
    await ssh.exec(ctx, 'sync', { limit: 30_000 });
    await ssh.close();
  } catch (error) {
    throwIfAborted(ctx.signal);
    if (isHarnessError(error) && error.code.startsWith('virtual.qemu')) throw error;
    throw notBooted(machine, error);
  }
}

function notBooted(machine: Machine, cause: unknown): Error {
  const tail = machine.console.lines.slice(-15).join('\n');
  return virtualError(
    'not-booted',
    `the guest did not boot: ${messageOf(cause)}\nits console ended with:\n${tail || '(nothing)'}`,
    'type: wwanlab virtual setup --rebuild',
    { cause },
  );
}

/** What a guest needs to settle after its last service has started. */
const SETTLE: Ms = 1_000;

/**
 * Boots the image once, without a modem, and leaves what it has become beside it. The memory is a file that the guest
 * writes to directly; machines that resume map it privately, so that they start at once and never change it
 * (QEMU's migration capability x-ignore-shared).
 */
export async function makeSnapshot(ctx: Ctx, image: string, found: Found): Promise<void> {
  const folder = createMachineFolder();
  const cold = imageMachine(image, found);
  const spec = { ...cold, memoryFile: { path: join(image, imageFiles.memory), shared: true } };
  const machine = await startMachine(ctx, spec, folder);
  try {
    await waitForBoot(ctx, machine, (port) => imageLogin(image, 'the guest', port));
    await ctx.clock.sleep(SETTLE, ctx.signal);
    await machine.qmp.execute('stop');
    await ignoreShared(machine);
    const state = join(image, imageFiles.state);
    const saved = migrationEnd(ctx, machine, 'the snapshot is written');
    await machine.qmp.execute('migrate', { uri: `exec:cat >${quote(state)}` });
    await saved;
  } finally {
    await machine.close();
  }
}

/** Resumes the snapshot of an image; the guest runs when this returns, at the time of its snapshot. */
export async function resumeSnapshot(ctx: Ctx, image: string, found: Found): Promise<Machine> {
  const folder = createMachineFolder();
  const memoryFile = { path: join(image, imageFiles.memory), shared: false };
  const spec = { ...imageMachine(image, found), memoryFile, incoming: true };
  const machine = await startMachine(ctx, spec, folder);
  try {
    await ignoreShared(machine);
    const loaded = migrationEnd(ctx, machine, 'the snapshot is read');
    const uri = `exec:cat ${quote(join(image, imageFiles.state))}`;
    await machine.qmp.execute('migrate-incoming', { uri });
    await loaded;
    await machine.qmp.execute('cont');
    return machine;
  } catch (error) {
    await machine.close();
    throw error;
  }
}

async function ignoreShared({ qmp }: Machine): Promise<void> {
  const capabilities = ['x-ignore-shared', 'events'].map((capability) => ({ capability, state: true }));
  await qmp.execute('migrate-set-capabilities', { capabilities });
}

/** Settles with the end of a migration that starts after this call. */
function migrationEnd(ctx: Ctx, { qmp, failed }: Machine, because: string): Promise<void> {
  const end = new Promise<void>((resolve, reject) =>
    qmp.onEvent((event, data) => {
      if (event !== 'MIGRATION') return;
      const { status } = data as { readonly status?: string };
      if (status === 'completed') resolve();
      if (status === 'failed') {
        reject(
          virtualError(
            'snapshot-failed',
            `QEMU failed before ${because}`,
            'is the disk full? see: df -h ~/.cache',
          ),
        );
      }
    }),
  );
  const done = ctx.within(SAVE_LIMIT, because, ({ signal }) =>
    raceAbort(Promise.race([end, failed]), signal),
  );
  done.catch(() => undefined);
  return done;
}

const quote = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
