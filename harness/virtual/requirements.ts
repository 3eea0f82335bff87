import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { packages } from './guest/contents.ts';
import { SETUP_HINT, virtualError } from './errors.ts';
import { findKernel, type Kernel } from './image/kernel.ts';
import { UBOOT_PACKAGE, UBOOT_ROM } from './uboot/rom.ts';

/** What the virtual rig needs of this machine, found. */
export interface Found {
  readonly qemu: string;
  readonly socat: string;
  readonly kernel: Kernel;
  readonly accelerator: 'kvm' | 'tcg';
}

export interface Missing {
  /** The Debian package that has it. */
  readonly package: string;
  /** The program or file that was looked for. */
  readonly file: string;
}

export const QEMU = 'qemu-system-x86_64';
const QEMU_PACKAGE = 'qemu-system-x86';
const KERNEL_PACKAGE = 'linux-image-amd64';

/** Programs that build the image, or are the console's cable, with their packages. */
const TOOLS = [
  ['xz', 'xz-utils'],
  ['mke2fs', 'e2fsprogs'],
  ['socat', 'socat'],
] as const;

/** Programs, kernel and tools that are not there, with the package of each. */
export function missingRequirements(): Missing[] {
  const missing: Missing[] = [];
  if (findProgram(QEMU) === undefined) missing.push({ package: QEMU_PACKAGE, file: QEMU });
  if (!findKernel())
    missing.push({ package: KERNEL_PACKAGE, file: '/boot/vmlinuz-*-amd64 with its /lib/modules' });
  if (!existsSync(UBOOT_ROM)) missing.push({ package: UBOOT_PACKAGE, file: UBOOT_ROM });
  for (const [file, name] of TOOLS) {
    if (findProgram(file) === undefined) missing.push({ package: name, file });
  }
  for (const { name, programs } of packages) {
    missing.push(...programs.filter((file) => !existsSync(file)).map((file) => ({ package: name, file })));
  }
  return missing;
}

/** Names of the packages, each once. */
export const packagesOf = (missing: readonly Missing[]): string[] => [
  ...new Set(missing.map((item) => item.package)),
];

/**
 * Everything that is needed to build an image and to boot it.
 * @throws HarnessError `virtual.not-installed`, with all that is missing
 */
export function findRequirements(): Found {
  const missing = missingRequirements();
  const qemu = findProgram(QEMU);
  const socat = findProgram('socat');
  const kernel = findKernel();
  if (missing.length > 0 || qemu === undefined || socat === undefined || kernel === undefined) {
    const list = missing.map((item) => `${item.file} (package ${item.package})`).join(', ');
    throw virtualError('not-installed', `the virtual rig needs ${list}`, SETUP_HINT, { data: { missing } });
  }
  return { qemu, socat, kernel, accelerator: hasKvm() ? 'kvm' : 'tcg' };
}

/** The path of a program that can be run. Root's folders are looked into as well: users often lack them in PATH. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => isAllowed(path, constants.X_OK));
}

/** KVM is used where it is asked for only: a nested one can be there and not work. */
function hasKvm(): boolean {
  return (
    process.env['WWANLAB_ACCELERATOR'] === 'kvm' && isAllowed('/dev/kvm', constants.R_OK | constants.W_OK)
  );
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
