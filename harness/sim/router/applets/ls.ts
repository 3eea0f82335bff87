import { absolute } from '../files.ts';
import { shortDate } from '../logs.ts';
import type { Applet, FileStat, FileSystem, Process } from '../machine.ts';
import { parseOptions, type Options } from './options.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
}

/** Source: busybox coreutils/ls.c; output without a terminal is one name a line. */
export const ls: Applet = (process) => {
  const options = parseOptions(process, '1AaCdFhilnrStuxe', '[-1AaCdFhilnrStux] [FILE]...');
  if (!options) return 1;
  const { files } = process.machine;
  const plain: Entry[] = [];
  const folders: Entry[] = [];
  let status = 0;
  for (const name of options.operands.length > 0 ? options.operands.toSorted() : ['.']) {
    const path = absolute(process.cwd, name);
    const stat = files.stat(path);
    if (!stat) {
      process.err(`ls: ${name}: No such file or directory\n`);
      status = 1;
      continue;
    }
    // A link given as operand is followed only where its target is what is asked about: not with -l.
    const follows = stat.kind === 'link' && !options.has('l');
    const kind = follows ? files.kind(path) : stat.kind;
    (kind === 'directory' && !options.has('d') ? folders : plain).push({ name, path, stat });
  }
  write(process, options, plain);
  for (const [index, folder] of folders.entries()) {
    if (folders.length + plain.length > 1) {
      process.out(`${index > 0 || plain.length > 0 ? '\n' : ''}${folder.name}:\n`);
    }
    write(process, options, entriesIn(files, folder.path, options));
  }
  return status;
};

function entriesIn(files: FileSystem, folder: string, options: Options): Entry[] {
  const hidden = options.has('a') || options.has('A');
  const names = [...(options.has('a') ? ['.', '..'] : []), ...(files.list(folder) ?? [])];
  return names
    .filter((name) => hidden || !name.startsWith('.'))
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      const stat = files.stat(path);
      return stat ? [{ name, path, stat }] : [];
    });
}

function write(process: Process, options: Options, entries: readonly Entry[]): void {
  const sorted = sort([...entries], options);
  const inode = options.has('i') ? (entry: Entry): string => `${inodeOf(entry.path)} ` : (): string => '';
  for (const entry of sorted) {
    const name = entry.name + (options.has('F') ? suffix(entry.stat) : '');
    process.out(inode(entry) + (options.has('l') ? long(entry, name, options) : name) + '\n');
  }
}

function sort(entries: Entry[], options: Options): Entry[] {
  if (options.has('t')) entries.sort((a, b) => b.stat.modified.getTime() - a.stat.modified.getTime());
  if (options.has('S')) entries.sort((a, b) => b.stat.size - a.stat.size);
  return options.has('r') ? entries.reverse() : entries;
}

function long({ stat }: Entry, name: string, options: Options): string {
  const owner = options.has('n') ? '0       ' : 'root    ';
  const group = stat.device?.major === 188 ? 'dialout ' : owner;
  const size = stat.device
    ? `${String(stat.device.major).padStart(4)},${String(stat.device.minor).padStart(4)}`
    : (options.has('h') ? human(stat.size) : String(stat.size)).padStart(9);
  const target = stat.target === undefined ? '' : ` -> ${stat.target}`;
  return `${modeText(stat)}    1 ${owner} ${group} ${size} ${shortDate(stat.modified)} ${name}${target}`;
}

/** `crw-rw----` */
function modeText(stat: FileStat): string {
  const type = { file: '-', directory: 'd', link: 'l', device: 'c' }[stat.kind];
  const bits = Array.from('rwxrwxrwx').map((letter, index) => (stat.mode & (0o400 >> index) ? letter : '-'));
  return type + bits.join('');
}

function suffix(stat: FileStat): string {
  if (stat.kind === 'directory') return '/';
  if (stat.kind === 'link') return '@';
  return stat.kind === 'file' && stat.mode & 0o111 ? '*' : '';
}

function inodeOf(path: string): number {
  let hash = 7;
  for (let i = 0; i < path.length; i++) hash = (hash * 31 + path.charCodeAt(i)) % 99_991;
  return hash;
}

/** `1.2K` */
function human(size: number): string {
  if (size < 1024) return String(size);
  for (const [unit, scale] of [
    ['K', 1024],
    ['M', 1024 ** 2],
  ] as const) {
    if (size < scale * 1024) return `${(size / scale).toFixed(1)}${unit}`;
  }
  return `${(size / 1024 ** 3).toFixed(1)}G`;
}
