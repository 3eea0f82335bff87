import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { virtualError } from '../errors.ts';
import { unpack } from './kernel.ts';
import type { CpioEntry } from './cpio.ts';
import { fileType } from './cpio.ts';

/** `usb_wwan` for `kernel/drivers/usb/serial/usb-wwan.ko.xz`: the kernel does not tell - from _ in names. */
export function moduleName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_');
}

/** A module's path below /lib/modules/RELEASE and the paths of those that it needs, directly or not. */
export type ModuleTable = ReadonlyMap<string, { readonly path: string; readonly needs: readonly string[] }>;

/** Reads `modules.dep` (kmod's depmod.d(5)): `path: needed needed`, the one needed first at the end. */
export function readModuleTable(text: string): ModuleTable {
  const lines = text.split('\n').flatMap((line) => {
    const [, path, needs = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, needs: needs.split(' ').filter((word) => word !== '') }];
  });
  return new Map(lines.map((line) => [moduleName(line.path), line]));
}

/**
 * Paths of these modules and of all they need, in the order in which insmod takes them.
 * @param builtin names of what is part of the kernel itself and has no file
 * @throws HarnessError `virtual.no-module` for one that the kernel does not have
 */
export function insertionOrder(
  names: readonly string[],
  table: ModuleTable,
  builtin: ReadonlySet<string>,
): string[] {
  const order = new Set<string>();
  for (const name of names) {
    const module = table.get(moduleName(name));
    if (!module) {
      if (builtin.has(moduleName(name))) continue;
      throw virtualError(
        'no-module',
        `the kernel has no module ${name}`,
        'the guest needs the kernel of Debian, not its cloud variant: apt-get install linux-image-amd64',
      );
    }
    for (const path of [...module.needs].reverse()) order.add(path);
    order.add(module.path);
  }
  return [...order];
}

/** The modules as files of the guest, with what modprobe and mdev read; paths as in `/lib/modules/RELEASE`. */
export function moduleEntries(folder: string, release: string, names: readonly string[]): CpioEntry[] {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const table = readModuleTable(read('modules.dep'));
  const builtin = read('modules.builtin');
  const order = insertionOrder(names, table, new Set(builtin.split('\n').map(moduleName)));
  const place = `lib/modules/${release}`;
  const plain = (path: string): string => path.replace(/\.ko\.\w+$/, '.ko');
  const text = (path: string, lines: readonly string[]): CpioEntry => ({
    path,
    mode: fileType.file | 0o644,
    data: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  });
  const chosen = new Set(order.map(moduleName));
  const aliases = read('modules.alias').split('\n');
  const needs = order.map((path) => table.get(moduleName(path))?.needs ?? []);
  return [
    ...order.map((path) => ({
      path: `${place}/${plain(path)}`,
      mode: fileType.file | 0o644,
      data: plainModule(join(folder, path)),
    })),
    text(
      `${place}/modules.dep`,
      order.map((path, i) => [`${plain(path)}:`, ...(needs[i] ?? []).map(plain)].join(' ')),
    ),
    text(
      `${place}/modules.alias`,
      aliases.filter((line) => chosen.has(moduleName(line.split(' ')[2] ?? ''))),
    ),
    text(`${place}/modules.builtin`, [builtin.trimEnd()]),
    text(
      'etc/wwanlab/modules',
      order.map((path) => `/${place}/${plain(path)}`),
    ),
  ];
}

/** Newer Debian packs them; the guest's insmod does not unpack. */
function plainModule(path: string): Uint8Array {
  const data = readFileSync(path);
  if (path.endsWith('.ko')) return data;
  const plain = unpack(data);
  if (plain) return plain;
  throw virtualError(
    'no-unpacker',
    `${path} cannot be unpacked`,
    'type: apt-get install xz-utils zstd, then wwanlab virtual setup',
  );
}
