import type { FileStat, FileSystem } from './machine.ts';

interface Meta {
  mode: number;
  modified: Date;
}
interface FileNode extends Meta {
  readonly kind: 'file';
  /** Joined when somebody reads: an upload appends thousands of pieces. */
  pieces: Uint8Array[];
}
interface ComputedNode extends Meta {
  readonly kind: 'computed';
  readonly read: () => string;
  readonly write: ((text: string) => void) | undefined;
}
interface DirectoryNode extends Meta {
  readonly kind: 'directory';
  readonly children: Map<string, Node>;
}
interface LinkNode extends Meta {
  readonly kind: 'link';
  readonly target: string;
}
interface DeviceNode extends Meta {
  readonly kind: 'device';
  readonly major: number;
  readonly minor: number;
}
type Node = FileNode | ComputedNode | DirectoryNode | LinkNode | DeviceNode;

interface Found {
  readonly node: Node;
  readonly path: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const MAX_LINKS = 16;
const MAJOR_NULL = 1;
const MAJOR_USB_SERIAL = 188;

/** A tree of files in memory, with links, devices and files that are computed when read. */
export function createFileSystem(now: () => Date): FileSystem {
  return new MemoryFileSystem(now);
}

class MemoryFileSystem implements FileSystem {
  readonly #now: () => Date;
  readonly #root: DirectoryNode;

  constructor(now: () => Date) {
    this.#now = now;
    this.#root = directory(now());
  }

  read(path: string): Uint8Array | undefined {
    const node = this.#find(path);
    if (node?.kind === 'file') return contentOf(node);
    if (node?.kind === 'computed') return encoder.encode(node.read());
    return node?.kind === 'device' && node.major === MAJOR_NULL ? new Uint8Array() : undefined;
  }

  readText(path: string): string | undefined {
    const node = this.#find(path);
    if (node?.kind === 'computed') return node.read();
    const bytes = this.read(path);
    return bytes && decoder.decode(bytes);
  }

  write(path: string, content: string | Uint8Array): void {
    this.#store(path, content, false);
  }

  append(path: string, content: string | Uint8Array): void {
    this.#store(path, content, true);
  }

  remove(path: string): boolean {
    const { folder, name } = split(path);
    const parent = this.#find(folder);
    return parent?.kind === 'directory' && parent.children.delete(name);
  }

  removeTree(path: string): void {
    this.remove(path);
  }

  kind(path: string): FileStat['kind'] | undefined {
    return kindOf(this.#find(path));
  }

  list(path: string): readonly string[] | undefined {
    const node = this.#find(path);
    return node?.kind === 'directory' ? [...node.children.keys()].sort(byCodePoint) : undefined;
  }

  stat(path: string): FileStat | undefined {
    return statOf(walk(this.#root, path, false)?.node);
  }

  resolve(path: string): string | undefined {
    return walk(this.#root, path, true)?.path;
  }

  link(path: string, target: string): void {
    const { folder, name } = split(path);
    this.#directoryAt(folder).children.set(name, {
      kind: 'link',
      mode: 0o777,
      modified: this.#now(),
      target,
    });
  }

  readLink(path: string): string | undefined {
    return this.stat(path)?.target;
  }

  chmod(path: string, mode: number): boolean {
    const node = this.#find(path);
    if (node) node.mode = mode;
    return node !== undefined;
  }

  makeDirectory(path: string): void {
    this.#directoryAt(path);
  }

  makeDevice(path: string, major: number, minor: number): void {
    const mode = major === MAJOR_USB_SERIAL ? 0o660 : 0o600;
    this.#put(path, { kind: 'device', mode, modified: this.#now(), major, minor });
  }

  compute(path: string, read: () => string, write?: (text: string) => void): void {
    this.#put(path, { kind: 'computed', mode: write ? 0o644 : 0o444, modified: this.#now(), read, write });
  }

  #find(path: string): Node | undefined {
    return walk(this.#root, path, true)?.node;
  }

  #store(path: string, content: string | Uint8Array, append: boolean): void {
    const node = this.#find(path);
    if (node?.kind === 'computed') node.write?.(asText(content));
    if (node && node.kind !== 'file') return;
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    if (!node) {
      this.#put(path, { kind: 'file', mode: 0o644, modified: this.#now(), pieces: [bytes] });
      return;
    }
    if (append) node.pieces.push(bytes);
    else node.pieces = [bytes];
    node.modified = this.#now();
  }

  /** Puts a node at a path, or where the link at that path leads. */
  #put(path: string, node: Node): void {
    const { folder, name } = split(this.resolve(path) ?? danglingTarget(this.#root, path) ?? path);
    this.#directoryAt(folder).children.set(name, node);
  }

  /** The directory at a path; what is missing on the way is made. */
  #directoryAt(path: string): DirectoryNode {
    let here = this.#root;
    let trail = '';
    for (const part of partsOf(path)) {
      trail += '/' + part;
      let next = here.children.get(part);
      if (next?.kind === 'link') next = this.#find(trail);
      if (next?.kind !== 'directory') {
        next = directory(this.#now());
        here.children.set(part, next);
      }
      here = next;
    }
    return here;
  }
}

/** The folder of a path and the name in it. */
function split(path: string): { folder: string; name: string } {
  const parts = partsOf(path);
  const name = parts.pop() ?? '';
  return { folder: '/' + parts.join('/'), name };
}

/** `/a/./b//../c` -> `['a', 'c']`; links are not looked at. */
function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** An absolute path for what a program in `cwd` calls `path`. */
export function absolute(cwd: string, path: string): string {
  return path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`;
}

/** The same without `.`, `..` and doubled slashes. */
export function normalize(path: string): string {
  return '/' + partsOf(path).join('/');
}

function walk(root: DirectoryNode, path: string, followLast: boolean): Found | undefined {
  let todo = path.split('/');
  let trail: { name: string; node: Node }[] = [];
  let links = 0;
  while (todo.length > 0) {
    const part = todo.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      trail.pop();
      continue;
    }
    const here = trail.at(-1)?.node ?? root;
    const next = here.kind === 'directory' ? here.children.get(part) : undefined;
    if (!next) return undefined;
    if (next.kind === 'link' && (followLast || todo.some((rest) => rest !== ''))) {
      if (++links > MAX_LINKS) return undefined;
      if (next.target.startsWith('/')) trail = [];
      todo = [...next.target.split('/'), ...todo];
      continue;
    }
    trail.push({ name: part, node: next });
  }
  return { node: trail.at(-1)?.node ?? root, path: '/' + trail.map((step) => step.name).join('/') };
}

/** Where a link that points to nothing yet leads: writing through it makes that file. */
function danglingTarget(root: DirectoryNode, path: string): string | undefined {
  const found = walk(root, path, false);
  if (found?.node.kind !== 'link') return undefined;
  const folder = found.path.slice(0, found.path.lastIndexOf('/'));
  return absolute(folder === '' ? '/' : folder, found.node.target);
}

function directory(modified: Date): DirectoryNode {
  return { kind: 'directory', mode: 0o755, modified, children: new Map() };
}

function kindOf(node: Node | undefined): FileStat['kind'] | undefined {
  return node?.kind === 'computed' ? 'file' : node?.kind;
}

function statOf(node: Node | undefined): FileStat | undefined {
  if (!node) return undefined;
  const meta = { mode: node.mode, modified: node.modified };
  if (node.kind === 'file') return { ...meta, kind: 'file', size: contentOf(node).length };
  if (node.kind === 'computed') return { ...meta, kind: 'file', size: 0 };
  if (node.kind === 'link') return { ...meta, kind: 'link', size: 0, target: node.target };
  if (node.kind === 'device') {
    return { ...meta, kind: 'device', size: 0, device: { major: node.major, minor: node.minor } };
  }
  return { ...meta, kind: 'directory', size: 0 };
}

function asText(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : decoder.decode(content);
}

function contentOf(node: FileNode): Uint8Array {
  if (node.pieces.length !== 1) node.pieces = [concat(node.pieces)];
  return node.pieces[0] as Uint8Array;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
