import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import type { Ctx } from '../core/ctx.ts';
import { isHarnessError, messageOf } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { connectSsh, type SshTarget } from '../transport/ssh.ts';
import { fingerprintOf } from '../transport/ssh/host-key.ts';
import { SETUP_HINT, virtualError } from './errors.ts';
import type { Guest } from './guest.ts';
import { panicked } from './qemu/console.ts';
import type { BootSource, MachineSpec } from './qemu/arguments.ts';
import { createMachineFolder } from './qemu/folder.ts';
import { startMachine, type Machine } from './qemu/machine.ts';
import { findProgram, QEMU } from './requirements.ts';

/** A user's own OpenWrt for x86-64. */
export interface OpenwrtImage {
  /** A combined disk image; with a kernel also the root file system alone. `.gz` is unpacked. */
  readonly image: string;
  readonly kernel?: string;
  /** For a kernel whose driver of the disk is a module; its /init mounts `root=` and goes on there. */
  readonly initrd?: string;
}

const MEMORY_MB = 256;
/** Without KVM, on a machine that has other work, procd alone takes minutes. */
const BOOT_LIMIT: Ms = 900_000;

/**
 * Mitigations of processor faults cost a guest without KVM much of its boot, and protect nothing here. On a busy machine
 * the kernel's trial of its timer sees none of its ticks, and panics (Linux check_timer in io_apic.c).
 */
const KERNEL_PARAMETERS = 'rootwait console=ttyS0 mitigations=off no_timer_check';

/**
 * Boots an OpenWrt image with a modem's socket on its USB. It is a cold boot, of a copy: nothing is kept. The image has
 * to have its first network card on the LAN at 192.168.1.1, root without a password and a shell on the first serial
 * port, all as it comes from downloads.openwrt.org, and for the modem kmod-usb3, kmod-usb-net-qmi-wwan, uqmi … added.
 * @throws HarnessError `virtual.no-image-file`, `virtual.damaged-image`, `virtual.not-bootable`, `virtual.openwrt-not-booted` with the console's last lines, as soon as its
 * kernel panics or root's empty password is refused
 */
export async function startOpenwrt(ctx: Ctx, name: string, image: OpenwrtImage): Promise<Guest> {
  const qemu = findProgram(QEMU);
  if (qemu === undefined) throw virtualError('not-installed', `${QEMU} is not installed`, SETUP_HINT);
  const folder = createMachineFolder();
  const disk = join(folder, 'disk.img');
  const root = prepareDisk(image, disk, folder);
  const machine = await startMachine(ctx, openwrtMachine(qemu, { ...image, image: disk }, root), folder);
  try {
    const login = await reach(ctx, machine, name);
    const { usbSocket, logSocket } = machine;
    return { login, usbSocket, logSocket, machine, close: () => machine.close() };
  } catch (error) {
    await machine.close();
    throw isHarnessError(error) && error.code.startsWith('virtual.qemu') ? error : notBooted(machine, error);
  }
}

/** A copy of the image to boot from; the folder is removed where there can be none. @returns where its root is */
export function prepareDisk({ image, kernel }: OpenwrtImage, disk: string, folder: string): string {
  try {
    copyImage(image, disk);
    const root = rootOn(disk);
    if (root === WHOLE && kernel === undefined) throw notBootable(image);
    return root;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const [WHOLE, PARTITION] = ['/dev/vda', '/dev/vda2'] as const;

/**
 * Where the root file system is: in the second partition where the disk has some, behind the kernel's, or the disk is it.
 * Source: OpenWrt target/linux/x86/image; the table's place: UEFI specification 5.2.1.
 */
export function rootOn(disk: string): typeof WHOLE | typeof PARTITION {
  const sector = Buffer.alloc(512);
  const file = openSync(disk, 'r');
  readSync(file, sector, 0, sector.length, 0);
  closeSync(file);
  const [first, second] = [sector.readUInt8(446 + 4), sector.readUInt8(446 + 16 + 4)];
  const parted = sector.readUInt16BE(510) === 0x55aa && (second !== 0 || first === GPT);
  return parted ? PARTITION : WHOLE;
}

/** The type of the one entry that a GPT leaves to old programs. */
const GPT = 0xee;

const notBootable = (image: string): Error =>
  virtualError(
    'not-bootable',
    `${image} has no partitions: it is a root file system, and no disk that boots by itself`,
    'name its kernel as well (kernel: in the rig file), or take the combined image',
  );

export function openwrtMachine(
  qemu: string,
  { image, kernel, initrd }: OpenwrtImage,
  root: string = WHOLE,
): MachineSpec {
  const append = `root=${root} ${KERNEL_PARAMETERS}`;
  const boot: BootSource =
    kernel === undefined
      ? { kind: 'disk' }
      : { kind: 'kernel', kernel, ...(initrd === undefined ? {} : { initrd }), append };
  return {
    qemu,
    accelerator: 'tcg',
    memoryMb: MEMORY_MB,
    boot,
    drives: [{ file: image, id: 'disk' }],
    incoming: false,
  };
}

/** Copies an image to where it may be written to. OpenWrt's .gz have a signature behind the data, which is skipped. */
export function copyImage(from: string, to: string): void {
  if (!existsSync(from)) {
    throw virtualError(
      'no-image-file',
      `there is no OpenWrt image ${from}`,
      'image: in the rig file is a path from the folder of that file',
    );
  }
  if (from.endsWith('.gz')) writeFileSync(to, unzip(from), { mode: 0o600 });
  else copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

function unzip(from: string): Uint8Array {
  try {
    return gunzipSync(readFileSync(from));
  } catch (error) {
    throw virtualError(
      'damaged-image',
      `${from} can't be unpacked: ${messageOf(error)}`,
      'get it again, and compare its SHA-256 with the one that was published',
      { cause: error },
    );
  }
}

const PAUSE: Ms = 2_000;
/** dropbear has Ed25519 since 2020.79, OpenWrt 21.02. */
const SHOW_KEYS = 'for k in ed25519 rsa; do dropbearkey -y -f /etc/dropbear/dropbear_${k}_host_key; done';

/**
 * Asks on the console for the key that the first boot made, then logs in with it pinned. The console is ours alone, so
 * what it says can be believed.
 * @throws HarnessError `virtual.kernel-panic`, `ssh.auth-failed` as soon as that is seen
 */
export async function reach(
  ctx: Ctx,
  machine: Pick<Machine, 'sshPort' | 'console' | 'failed'>,
  name: string,
): Promise<SshTarget> {
  const port = await machine.sshPort();
  let offered = false;
  return ctx.within(BOOT_LIMIT, 'OpenWrt lets root in over SSH', async (fenced) => {
    for (;;) {
      offered ||= offersShell(machine.console.lines); // old lines are forgotten
      if (offered) machine.console.write(`\n${SHOW_KEYS}\n`);
      await Promise.race([fenced.clock.sleep(PAUSE, fenced.signal), machine.failed]);
      throwIfPanicked(machine.console.lines);
      const hostKey = hostKeyOf(machine.console.lines);
      if (hostKey === undefined) continue;
      const login = { name, host: '127.0.0.1', port, user: 'root', password: '', hostKey };
      if (await letsIn(fenced, login)) return login;
    }
  });
}

/**
 * Is a shell to be had there? Before, keys do harm: `e` in GRUB's menu edits an entry instead of booting it.
 * Source: procd utils/askfirst.c.
 */
export const offersShell = (lines: readonly string[]): boolean =>
  lines.some((line) => line.includes('Please press Enter to activate this console'));

/** An image that has no driver for the disk restarts for ever (OpenWrt's kernels have a panic timeout of seconds). */
function throwIfPanicked(lines: readonly string[]): void {
  const line = lines.find((one) => one.includes('Kernel panic'));
  if (line !== undefined)
    throw panicked(
      line,
      'its kernel has to have drivers for a virtio disk and what is on it, or an initrd with them',
    );
}

/** The fingerprint of the key that dropbear will show, of those that dropbearkey printed last. */
export function hostKeyOf(lines: readonly string[]): string | undefined {
  const printed = (type: string) =>
    lines.flatMap((line) => new RegExp(`^${type} ([A-Za-z0-9+/]{68,}=*)`).exec(line)?.[1] ?? []);
  const key = printed('ssh-ed25519').at(-1) ?? printed('ssh-rsa').at(-1);
  return key === undefined ? undefined : fingerprintOf(Buffer.from(key, 'base64'));
}

async function letsIn(ctx: Ctx, login: SshTarget): Promise<boolean> {
  try {
    await (await connectSsh(ctx, login, { limit: 10_000, pauses: [] })).close();
    return true;
  } catch (error) {
    const notYet = isHarnessError(error) && error.code.startsWith('ssh.') && error.code !== 'ssh.auth-failed';
    if (notYet) return false;
    throw error;
  }
}

const hintOf = (cause: unknown): string =>
  (isHarnessError(cause) && cause.code === 'virtual.kernel-panic' ? cause.hint : undefined) ??
  'it has to be an x86-64 image with its LAN at 192.168.1.1 and root without a password';

function notBooted(machine: Machine, cause: unknown): Error {
  const tail = machine.console.lines.slice(-15).join('\n') || '(nothing)';
  return virtualError(
    'openwrt-not-booted',
    `the OpenWrt image cannot be reached: ${messageOf(cause)}\nits console ended with:\n${tail}`,
    hintOf(cause),
    { cause },
  );
}
