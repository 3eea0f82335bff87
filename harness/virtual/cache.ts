import { createHash, type Hash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

import { messageOf } from '../core/errors.ts';
import { makeFolders, userFolder } from '../local/folders.ts';
import { virtualError } from './errors.ts';
import { folders, links, modules as guestModules, packages } from './guest/contents.ts';
import { qemuArguments } from './qemu/arguments.ts';
import { findProgram, type Found } from './requirements.ts';
import { overlayEntries } from './image/tree.ts';
import { sharedLibraries } from './image/programs.ts';
import { guestRoot } from './places.ts';
import { isAlive } from './qemu/folder.ts';
import { imageMachine } from './snapshot.ts';

/** Raise it when the builder makes something else out of the same parts. */
const BUILDER = 2;

/** `$XDG_CACHE_HOME/wwanlab/virtual`, by default below ~/.cache. */
export function cacheFolder(): string {
  return join(userFolder('XDG_CACHE_HOME'), 'virtual');
}

/**
 * Names an image by everything that goes into it. What the system has installed counts by place, size and time of
 * change, which dpkg renews with every version; our own files count by content.
 */
export function imageKey(found: Found): string {
  const hash = createHash('sha256');
  const programs = packages.flatMap((item) => item.programs);
  addText(hash, `${BUILDER} ${found.kernel.release} ${found.accelerator} ${process.arch}`);
  const qemu = findProgram(found.qemu) ?? found.qemu;
  const { path, modules } = found.kernel;
  const files = [qemu, path, join(modules, 'modules.dep'), ...programs, ...sharedLibraries(programs)];
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    addText(hash, `${file} ${size} ${mtimeMs}`);
  }
  for (const entry of overlayEntries(guestRoot())) {
    addText(hash, `${entry.path} ${entry.mode}`);
    if (entry.data) hash.update(entry.data);
  }
  addText(hash, JSON.stringify([packages, guestModules, folders, links]));
  // A snapshot goes on only in the machine that it was made in.
  addText(hash, JSON.stringify(qemuArguments(imageMachine('', found), '')));
  return hash.digest('hex').slice(0, 16);
}

const addText = (hash: Hash, text: string): void => void hash.update(`${text}\n`);

/**
 * Builds something in a folder beside its place and puts it there whole. Of two builders at once, the first wins and
 * the other throws its own away.
 */
export async function buildInto(key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const base = cacheFolder();
  const place = join(base, key);
  let folder: string;
  try {
    makeFolders(base, 0o700);
    folder = mkdtempSync(join(base, `building-${process.pid}-`));
  } catch (error) {
    throw virtualError(
      'cache-not-writable',
      `cannot write to the cache ${base}: ${messageOf(error)}`,
      'make it writable, or name another: XDG_CACHE_HOME=/somewhere wwanlab virtual setup',
      { cause: error },
    );
  }
  try {
    await build(folder);
    if (!existsSync(place)) renameSync(folder, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return place;
}

/** Another process is building right now. */
export function isBeingBuilt(): boolean {
  return builders().some(({ pid }) => pid !== process.pid && isAlive(pid));
}

function builders(): { readonly name: string; readonly pid: number }[] {
  const base = cacheFolder();
  if (!existsSync(base)) return [];
  return readdirSync(base).flatMap((name) => {
    const pid = /^building-(\d+)-/.exec(name)?.[1];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });
}

/** Images that are kept beside the newest: somebody may go back and forth between two branches. */
const KEPT = 2;

/** Removes what builders left that are no more. @returns was there any? */
export function sweepCache(): boolean {
  const left = builders().filter(({ pid }) => !isAlive(pid));
  for (const { name } of left) remove(join(cacheFolder(), name));
  return left.length > 0;
}

/** Marks an image as used, and removes those that nobody used for longest, with what dead builders left. */
export function pruneCache(key: string, now: Date): void {
  const base = cacheFolder();
  utimesSync(join(base, key), now, now);
  sweepCache();
  const images = readdirSync(base)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => ({ name, used: statSync(join(base, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.used - a.used);
  for (const { name } of images.slice(KEPT)) remove(join(base, name));
}

/** A machine that runs from it keeps what it has open. */
const remove = (path: string): void => rmSync(path, { recursive: true, force: true });
