import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { virtualError } from '../errors.ts';
import { fileType, type CpioEntry } from './cpio.ts';

/** Programs and the shared libraries that they need, each at its own path. */
export function programEntries(programs: readonly string[]): CpioEntry[] {
  const libraries = sharedLibraries(programs);
  return [...programs, ...libraries].map((path) => ({
    path: path.slice(1),
    mode: fileType.file | 0o755,
    data: readFileSync(path),
  }));
}

/** What the loader would load, as ldd tells: paths, the loader itself too. Static programs need nothing. */
export function sharedLibraries(programs: readonly string[]): string[] {
  const { stdout, error } = spawnSync('ldd', [...programs], { encoding: 'utf8' });
  if (error) throw virtualError('no-ldd', 'the program ldd is missing', 'type: apt-get install libc-bin');
  return librariesOf(stdout);
}

/** Reads ldd's `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
export function librariesOf(text: string): string[] {
  const missing = /^\s*(\S+) => not found/m.exec(text)?.[1];
  if (missing !== undefined) {
    throw virtualError(
      'no-library',
      `a program of the guest needs the library ${missing}, which is not installed`,
      'type: apt-get install --fix-broken',
    );
  }
  const paths = [...text.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm)].map(
    ([, path]) => path as string,
  );
  return [...new Set(paths)].sort();
}

/** Paths of busybox's links: `bin/ls`, `usr/bin/awk` … */
export function busyboxLinks(busybox: string): string[] {
  const { stdout, status } = spawnSync(busybox, ['--list-full'], { encoding: 'utf8' });
  if (status !== 0) {
    throw virtualError(
      'bad-busybox',
      `${busybox} does not run`,
      'type: apt-get install --reinstall busybox-static',
    );
  }
  return stdout.split('\n').filter((line) => line !== '');
}
