import type { FileSystem } from '../machine.ts';
import { characterClasses } from '../character-classes.ts';
import { absolute } from '../files.ts';

const compiled = new Map<string, string>();

/**
 * A shell pattern as the source of a regular expression (without anchors). Source: POSIX XCU 2.13.
 * @param pattern quoted characters in it are preceded by a backslash
 * @param lazy `*` takes as little as it can, as `${x#p}` and `${x%p}` want
 */
export function patternSource(pattern: string, lazy = false): string {
  const key = (lazy ? 'l' : 'g') + pattern;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '*') out += lazy ? '[^]*?' : '[^]*';
    else if (c === '?') out += '[^]';
    else if (c === '\\' && i + 1 < pattern.length) out += escape(pattern[++i] as string);
    else if (c === '[') {
      const bracket = bracketAt(pattern, i);
      out += bracket?.source ?? '\\[';
      i = bracket?.end ?? i;
    } else out += escape(c);
  }
  compiled.set(key, out);
  return out;
}

/** Does the whole text match? */
export function matchesPattern(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${patternSource(pattern)})$`).test(text);
}

export function hasPattern(pattern: string): boolean {
  return /(?<!\\)(?:\\\\)*[*?[]/.test(pattern);
}

/** Backslashes before everything that a pattern would take as special. */
export function quotePattern(text: string): string {
  return text.replaceAll(/[*?[\]\\\-!]/g, String.raw`\$&`);
}

export function unquotePattern(pattern: string): string {
  return pattern.replaceAll(/\\(.)/gs, '$1');
}

function escape(c: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(c) ? '\\' + c : c;
}

function bracketAt(pattern: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  let inside = '';
  for (let first = true; i < pattern.length; i++, first = false) {
    const c = pattern[i] as string;
    if (c === ']' && !first) return { source: `[${negated ? '^' : ''}${inside}]`, end: i };
    const named = c === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i)) : null;
    if (named) {
      inside += characterClasses[named[1] as string] ?? '';
      i += named[0].length - 1;
    } else if (c === '\\' && i + 1 < pattern.length) inside += escape(pattern[++i] as string);
    else inside += c === '-' ? '-' : escape(c);
  }
  return undefined;
}

/** The paths that match, sorted; none: the pattern stands for itself. */
export function expandPaths(files: FileSystem, cwd: string, pattern: string): string[] {
  const parts = pattern.split('/');
  let found = pattern.startsWith('/') ? ['/'] : [''];
  for (const [index, part] of parts.entries()) {
    if (part === '') continue;
    const last = index === parts.length - 1 || parts.slice(index + 1).every((rest) => rest === '');
    found = found.flatMap((base) => step(files, cwd, base, part, last));
  }
  if (!pattern.endsWith('/')) return found;
  return found.filter((path) => files.kind(absolute(cwd, path)) === 'directory').map((path) => path + '/');
}

function step(files: FileSystem, cwd: string, base: string, part: string, last: boolean): string[] {
  const join = (name: string): string =>
    base === '' || base.endsWith('/') ? base + name : `${base}/${name}`;
  const exists = (path: string): boolean => files.stat(absolute(cwd, path)) !== undefined;
  if (!hasPattern(part)) {
    const path = join(unquotePattern(part));
    return exists(path) ? [path] : [];
  }
  const names = files.list(absolute(cwd, base === '' ? '.' : base)) ?? [];
  return names
    .filter((name) => (!name.startsWith('.') || part.startsWith('.')) && matchesPattern(part, name))
    .map(join)
    .filter((path) => last || files.kind(absolute(cwd, path)) === 'directory');
}
