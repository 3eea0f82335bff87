import type { FileSystem, UciStore } from '../machine.ts';
import { applyChange, type Change } from './change.ts';
import { formatUci, parseUci, type Section } from './text.ts';

/** uci's own view: it can be changed, and the changes are kept beside the files until they are committed. */
export interface UciDatabase extends UciStore {
  /** Why the file can't be read: `unterminated ' at line 3, byte 0`. */
  parseError(packageName: string): string | undefined;
  change(packageName: string, change: Change): void;
  changes(packageName: string): readonly Change[];
  /** Drops the changes for which `which` says yes. */
  revert(packageName: string, which: (change: Change) => boolean): void;
  /** Writes the file. */
  commit(packageName: string): void;
}

interface Package {
  text: string | undefined;
  committed: Section[] | undefined;
  error: string | undefined;
  changes: Change[];
  view: Section[] | undefined;
}

/**
 * Files are the truth: a package is read again whenever its text is not what was parsed last, so `cat >` works as
 * `uci commit` does.
 */
export function createUciDatabase(files: FileSystem, directory = '/etc/config'): UciDatabase {
  const packages = new Map<string, Package>();

  const load = (name: string): Package => {
    const entry = packages.get(name) ?? {
      text: undefined,
      committed: undefined,
      error: undefined,
      changes: [],
      view: undefined,
    };
    packages.set(name, entry);
    const text = name === '' ? undefined : files.readText(`${directory}/${name}`);
    if (text === entry.text) return entry;
    entry.text = text;
    entry.view = undefined;
    const parsed = text === undefined ? undefined : parseUci(text);
    entry.committed = parsed && 'sections' in parsed ? parsed.sections : undefined;
    entry.error = parsed && 'error' in parsed ? parsed.error : undefined;
    return entry;
  };

  const view = (name: string): Section[] | undefined => {
    const entry = load(name);
    if (!entry.committed || entry.changes.length === 0) return entry.committed;
    if (!entry.view) {
      entry.view = copy(entry.committed);
      for (const change of entry.changes) applyChange(entry.view, change);
    }
    return entry.view;
  };

  return {
    packages: () => files.list(directory) ?? [],
    sections: (name) => view(name),
    committed: (name) => load(name).committed,
    parseError: (name) => load(name).error,
    change: (name, change) => {
      const entry = load(name);
      entry.changes.push(change);
      if (entry.view) applyChange(entry.view, change);
    },
    changes: (name) => load(name).changes,
    revert: (name, which) => {
      const entry = load(name);
      entry.changes = entry.changes.filter((change) => !which(change));
      entry.view = undefined;
    },
    commit: (name) => {
      const entry = load(name);
      const sections = view(name);
      if (!sections || entry.changes.length === 0) return;
      entry.changes = [];
      entry.view = undefined;
      files.write(`${directory}/${name}`, formatUci(sections));
    },
  };
}

function copy(sections: readonly Section[]): Section[] {
  return sections.map((section) => ({ ...section, options: new Map(section.options) }));
}
