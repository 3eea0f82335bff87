import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { factoryFirmware, releaseFiles } from '../firmware/release.ts';
import { folders, links, modules, packages } from '../guest/contents.ts';
import { fileType, type CpioEntry } from './cpio.ts';
import type { GuestKeys } from './keys.ts';
import type { Kernel } from './kernel.ts';
import { moduleEntries } from './modules.ts';
import { busyboxLinks, programEntries } from './programs.ts';

/** All of the guest's first root file system, folders before what lies in them. */
export function guestTree(root: string, kernel: Kernel, keys: GuestKeys): CpioEntry[] {
  const tree = new Map<string, CpioEntry>();
  const put = (entries: readonly CpioEntry[]): void => {
    for (const entry of entries) tree.set(entry.path, entry);
  };
  const overlay = overlayEntries(root);
  const programs = programEntries(packages.flatMap((item) => item.programs));
  put(moduleEntries(kernel.modules, kernel.release, modules));
  put(accounts());
  put(programs);
  put(Object.entries(links).map(([path, target]) => link(path.slice(1), target)));
  put(overlay);
  put(releaseFiles(factoryFirmware));
  put(serviceLinks(overlay));
  put(keyEntries(keys));
  put(appletLinks([...tree.keys()]));
  const entries = [...tree.values()];
  return [...directories(entries), device, ...entries.filter((entry) => !isDirectory(entry))];
}

/** The files below `root`, as they are. Whatever starts with `#!` can be run: packages of npm don't keep modes. */
export function overlayEntries(root: string, below = ''): CpioEntry[] {
  return readdirSync(join(root, below))
    .sort()
    .flatMap((name): CpioEntry[] => {
      const path = join(below, name);
      const full = join(root, path);
      const stat = lstatSync(full);
      if (stat.isDirectory())
        return [{ path, mode: fileType.directory | 0o755 }, ...overlayEntries(root, path)];
      if (stat.isSymbolicLink()) return [link(path, readlinkSync(full))];
      const data = readFileSync(full);
      const isScript = data.toString('latin1', 0, 2) === '#!';
      return [{ path, mode: fileType.file | (isScript ? 0o755 : 0o644), data }];
    });
}

const INIT_SCRIPT = /^etc\/init\.d\/([^/]+)$/;

/** `/etc/rc.d/S19dropbear -> ../init.d/dropbear`, as OpenWrt's image builder enables the services of an image. */
export function serviceLinks(overlay: readonly CpioEntry[]): CpioEntry[] {
  return overlay.flatMap(({ path, data }) => {
    const name = INIT_SCRIPT.exec(path)?.[1];
    if (name === undefined || !data) return [];
    const text = Buffer.from(data).toString('utf8');
    const places = [...text.matchAll(/^(START|STOP)=(\d\d)$/gm)];
    return places.map(([, what, place = '']) =>
      link(`etc/rc.d/${what === 'START' ? 'S' : 'K'}${place}${name}`, `../init.d/${name}`),
    );
  });
}

/** Links to busybox, where neither the overlay nor a program has one of that name: `ifup` is the overlay's. */
function appletLinks(taken: readonly string[]): CpioEntry[] {
  const names = new Set(
    taken.filter((path) => /(^|\/)s?bin\//.test(path)).map((path) => path.replace(/^.*\//, '')),
  );
  const free = busyboxLinks('/bin/busybox').filter((path) => !names.has(path.replace(/^.*\//, '')));
  return free.map((path) => link(path, '/bin/busybox'));
}

const link = (path: string, target: string): CpioEntry => ({
  path,
  mode: fileType.link | 0o777,
  data: Buffer.from(target),
});

const file = (path: string, mode: number, data: string | Uint8Array): CpioEntry => ({
  path,
  mode: fileType.file | mode,
  data: Buffer.from(data),
});

/** root, with a shell that login programs know. The overlay may have its own. */
const accounts = (): CpioEntry[] => [
  file('etc/passwd', 0o644, 'root:x:0:0:root:/root:/bin/ash\nnobody:*:65534:65534:nobody:/var:/bin/false\n'),
  file('etc/group', 0o644, 'root:x:0:\ndialout:x:20:\nnogroup:x:65534:\n'),
  file('etc/shadow', 0o600, 'root::0:0:99999:7:::\n'),
  file('etc/shells', 0o644, '/bin/ash\n/bin/sh\n'),
];

const keyEntries = (keys: GuestKeys): CpioEntry[] => [
  file('etc/dropbear/dropbear_ed25519_host_key', 0o600, keys.host),
  file('etc/dropbear/authorized_keys', 0o600, keys.authorized),
  { path: 'root/.ssh', mode: fileType.directory | 0o700 },
  file('root/.ssh/authorized_keys', 0o600, keys.authorized),
];

/** The first process has no output without it: the kernel opens it before anything is mounted. */
const device: CpioEntry = { path: 'dev/console', mode: fileType.character | 0o600, device: [5, 1] };

const isDirectory = ({ mode }: CpioEntry): boolean => (mode & 0o170000) === fileType.directory;

/** Every folder that something lies in, and those that are always there; the kernel makes none by itself. */
function directories(entries: readonly CpioEntry[]): CpioEntry[] {
  const given = new Map(entries.filter(isDirectory).map((entry) => [entry.path, entry.mode]));
  const always = folders.map((folder) => folder.slice(1));
  const paths = new Set([...always, ...given.keys()]);
  for (const path of [...entries.map((entry) => entry.path), ...always]) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      paths.add(path.slice(0, end));
    }
  }
  // Sorted, a folder comes before what it holds.
  const wanted = [...paths].sort().filter((path) => links[`/${path}`] === undefined);
  const mode = (path: string): number => (path === 'tmp' ? 0o1777 : path === 'root' ? 0o700 : 0o755);
  return wanted.map((path) => ({ path, mode: given.get(path) ?? fileType.directory | mode(path) }));
}
