import { absolute, normalize } from '../files.ts';
import type { Applet, FileSystem, Process } from '../machine.ts';
import { fail, parseOptions } from './options.ts';

const NO_SUCH = 'No such file or directory';

export const mkdir: Applet = (process) => {
  const options = parseOptions(process, 'pm:', '[-m MODE] [-p] DIRECTORY...');
  if (!options) return 1;
  return each(process, options.operands, (files, path, name) => {
    if (files.stat(path))
      return options.has('p') ? 0 : fail(process, `can't create directory '${name}': File exists`);
    if (!options.has('p') && !files.stat(parentOf(path)))
      return fail(process, `can't create directory '${name}': ${NO_SUCH}`);
    files.makeDirectory(path);
    return 0;
  });
};

export const rmdir: Applet = (process) =>
  each(process, process.argv.slice(1), (files, path, name) => {
    const names = files.list(path);
    if (!names) return fail(process, `'${name}': ${files.stat(path) ? 'Not a directory' : NO_SUCH}`);
    if (names.length > 0) return fail(process, `'${name}': Directory not empty`);
    files.remove(path);
    return 0;
  });

export const rm: Applet = (process) => {
  const options = parseOptions(process, 'firR', '[-irf] FILE...');
  if (!options) return 1;
  return each(process, options.operands, (files, path, name) => {
    const stat = files.stat(path);
    if (!stat) return options.has('f') ? 0 : fail(process, `can't remove '${name}': ${NO_SUCH}`);
    if (stat.kind === 'directory' && !options.has('r') && !options.has('R')) {
      return fail(process, `'${name}' is a directory`);
    }
    files.removeTree(path);
    return 0;
  });
};

export const touch: Applet = (process) => {
  const options = parseOptions(process, 'cd:t:r:', '[-c] [-d DATE] [-t DATE] [-r FILE] FILE...');
  if (!options) return 1;
  return each(process, options.operands, (files, path, name) => {
    if (!files.stat(parentOf(path))) return options.has('c') ? 0 : fail(process, `${name}: ${NO_SUCH}`);
    if (files.stat(path) || !options.has('c')) files.append(path, '');
    return 0;
  });
};

export const cp: Applet = (process) => {
  const options = parseOptions(process, 'adfirRp', '[-adfirRp] SOURCE... DEST');
  if (!options) return 1;
  const recursive = options.has('r') || options.has('R') || options.has('a');
  return toDestination(process, options.operands, (files, from, to, name) => {
    if (files.kind(from) === 'directory' && !recursive) return fail(process, `omitting directory '${name}'`);
    copyTree(files, from, to);
    return 0;
  });
};

export const mv: Applet = (process) => {
  const options = parseOptions(process, 'fin', '[-fin] SOURCE... DEST');
  if (!options) return 1;
  return toDestination(process, options.operands, (files, from, to, name) => {
    if (!files.stat(from)) return fail(process, `can't rename '${name}': ${NO_SUCH}`);
    copyTree(files, from, to);
    files.removeTree(from);
    return 0;
  });
};

export const ln: Applet = (process) => {
  const options = parseOptions(process, 'sfn', '[-sfn] TARGET... LINK');
  if (!options) return 1;
  const [target, link] = options.operands;
  if (target === undefined || link === undefined) return fail(process, 'missing operand');
  const { files } = process.machine;
  const path = absolute(process.cwd, link);
  if (files.stat(path) && !options.has('f')) return fail(process, `${link}: File exists`);
  files.removeTree(path);
  if (options.has('s')) files.link(path, target);
  else copyTree(files, absolute(process.cwd, target), path);
  return 0;
};

export const chmod: Applet = (process) => {
  const [, mode = '', ...names] = process.argv.filter((word) => !/^-[Rcvf]+$/.test(word));
  return each(process, names, (files, path, name) => {
    const before = files.stat(files.resolve(path) ?? path)?.mode;
    if (before === undefined) return fail(process, `${name}: ${NO_SUCH}`);
    const wanted = newMode(mode, before);
    if (wanted === undefined) return fail(process, `invalid mode '${mode}'`);
    files.chmod(path, wanted);
    return 0;
  });
};

export const readlink: Applet = (process) => {
  const options = parseOptions(process, 'fn', '[-fn] FILE');
  if (!options) return 1;
  const { files } = process.machine;
  const path = absolute(process.cwd, options.operands[0] ?? '');
  const target = options.has('f') ? canonical(files, path) : files.readLink(path);
  if (target === undefined) return 1;
  process.out(target + (options.has('n') ? '' : '\n'));
  return 0;
};

export const basename: Applet = (process) => {
  const [, path, suffix = ''] = process.argv;
  if (path === undefined) return fail(process, 'missing operand');
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
  process.out(
    (suffix !== '' && suffix !== name && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name) + '\n',
  );
  return 0;
};

export const dirname: Applet = (process) => {
  const path = process.argv[1];
  if (path === undefined) return fail(process, 'missing operand');
  const cut = path.replace(/\/+$/, '').replace(/\/*[^/]*$/, '');
  process.out((cut !== '' ? cut : path.startsWith('/') ? '/' : '.') + '\n');
  return 0;
};

function canonical(files: FileSystem, path: string): string | undefined {
  const parent = files.resolve(parentOf(path));
  return files.resolve(path) ?? (parent && normalize(`${parent}/${path.slice(path.lastIndexOf('/') + 1)}`));
}

/** `755`, `+x`, `u+rw,go-w`; undefined: not a mode. */
function newMode(text: string, before: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8);
  let mode = before;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (!match) return undefined;
    const who = match[1] === '' || match[1]?.includes('a') ? 'ugo' : (match[1] as string);
    for (const [index, letter] of ['u', 'g', 'o'].entries()) {
      if (!who.includes(letter)) continue;
      const shift = 6 - 3 * index;
      const bits =
        Array.from(match[3] ?? '').reduce((sum, c) => sum | { r: 4, w: 2, x: 1 }[c as 'r' | 'w' | 'x'], 0) <<
        shift;
      mode = match[2] === '+' ? mode | bits : match[2] === '-' ? mode & ~bits : (mode & ~(7 << shift)) | bits;
    }
  }
  return mode;
}

function parentOf(path: string): string {
  const clean = normalize(path);
  return clean.slice(0, clean.lastIndexOf('/')) || '/';
}

function each(
  process: Process,
  names: readonly string[],
  f: (files: FileSystem, path: string, name: string) => number,
): number {
  if (names.length === 0) return fail(process, 'missing operand');
  let status = 0;
  for (const name of names) status = f(process.machine.files, absolute(process.cwd, name), name) || status;
  return status;
}

function toDestination(
  process: Process,
  operands: readonly string[],
  f: (files: FileSystem, from: string, to: string, name: string) => number,
): number {
  const { files } = process.machine;
  const destination = operands.at(-1);
  if (destination === undefined || operands.length < 2) return fail(process, 'missing operand');
  const to = absolute(process.cwd, destination);
  const into = files.kind(to) === 'directory';
  return each(process, operands.slice(0, -1), (_files, from, name) => {
    if (!files.stat(from)) return fail(process, `can't stat '${name}': ${NO_SUCH}`);
    return f(files, from, into ? `${to}/${name.replace(/\/+$/, '').replace(/^.*\//, '')}` : to, name);
  });
}

function copyTree(files: FileSystem, from: string, to: string): void {
  const stat = files.stat(from);
  if (stat?.kind === 'directory') {
    files.makeDirectory(to);
    for (const name of files.list(from) ?? []) copyTree(files, `${from}/${name}`, `${to}/${name}`);
    return;
  }
  files.write(to, files.read(from) ?? '');
  files.chmod(to, files.stat(files.resolve(from) ?? from)?.mode ?? 0o644);
}
