import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that a reader, and a kill -9, sees the old one or the new one, never half of it. */
export function writeWhole(path: string, text: string): void {
  const partial = `${path}.part`;
  writeFileSync(partial, text);
  renameSync(partial, path);
}

export function writeJson(path: string, value: unknown): void {
  writeWhole(path, JSON.stringify(value, null, 2) + '\n');
}
