import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { packageRoot } from '../../harness/lab/places.ts';

export const projectRoot = packageRoot();

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every .ts file below a folder of the project. */
export function sourcesBelow(folder: string): SourceFile[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: relative(projectRoot, path), text: readFileSync(path, 'utf8') };
    })
    .toSorted((a, b) => a.path.localeCompare(b.path));
}

/** Relative imports of a file, type-only ones too, as paths from the project's root. */
export function importsOf(file: SourceFile): string[] {
  const specifiers = file.text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...specifiers].map((match) =>
    relative(projectRoot, resolve(projectRoot, dirname(file.path), match[1] as string)),
  );
}
