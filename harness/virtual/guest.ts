import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import { connectSsh, type SshTarget } from '../transport/ssh.ts';
import { imageFiles } from './image/build-image.ts';
import type { Machine } from './qemu/machine.ts';
import { findRequirements } from './requirements.ts';
import { needImage } from './setup.ts';
import { imageLogin, resumeSnapshot } from './snapshot.ts';

/** A router in a virtual machine that runs and lets us in. */
export interface Guest {
  /** How to log in: address, port, key and pinned host key. */
  readonly login: SshTarget;
  /** Where a modem is plugged in, over usbredir; nothing is plugged in yet. */
  readonly usbSocket: string;
  /** What it sends to its syslog server comes out there. */
  readonly logSocket: string;
  readonly machine: Machine;
  /** The user's private key, where there is one. */
  readonly keyFile?: string;
  close(): Promise<void>;
}

/** Less than two seconds on a quiet machine. */
const WAKE_LIMIT: Ms = 120_000;

/**
 * Resumes our own guest from its snapshot, sets its clock and waits until SSH answers.
 * @param name how it is called in messages
 * @throws HarnessError `virtual.not-installed`, `virtual.no-image` before a setup, `virtual.…` for what QEMU says
 */
export async function startGuest(ctx: Ctx, name: string): Promise<Guest> {
  const found = findRequirements();
  const image = needImage(found);
  const machine = await resumeSnapshot(ctx, image.folder, found);
  try {
    const login = imageLogin(image.folder, name, await machine.sshPort());
    await wake(ctx, login);
    const keyFile = join(image.folder, imageFiles.userKey);
    const { usbSocket, logSocket } = machine;
    return { login, usbSocket, logSocket, machine, keyFile, close: () => machine.close() };
  } catch (error) {
    await machine.close();
    throw error;
  }
}

/**
 * A guest that goes on from its snapshot believes that no time has passed, and has the randomness of all others that do
 * so; QEMU's vmgenid device tells its kernel to take fresh one, which this adds to.
 */
async function wake(ctx: Ctx, login: SshTarget): Promise<void> {
  const ssh = await connectSsh(ctx, login, { limit: WAKE_LIMIT, pauses: [100, 200, 400] });
  const seconds = Math.floor(ctx.clock.wall().getTime() / 1_000);
  await ssh.exec(ctx, `date -s @${seconds} >/dev/null; cat >/dev/urandom`, {
    limit: WAKE_LIMIT,
    stdin: randomBytes(64),
  });
  await ssh.close();
}
