import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync, openSync, readSync, closeSync } from 'node:fs';
import { basename } from 'node:path';

/** What a service does not need: text for people, and how systemd starts it. */
const LEFT_OUT =
  /\/share\/(?:doc|man|locale|bash-completion|icons|lintian|zsh)|\/systemd\/system\/|\/hwdb|init\.d/;

/** Files of Debian packages that are installed here, with the shared libraries that their programs need. */
export function debianFiles(packages: readonly string[]): string[] {
  const listed = execFileSync('dpkg', ['-L', ...packages], { encoding: 'utf8' }).split('\n');
  const files = listed.filter((path) => path !== '' && !LEFT_OUT.test(path) && isFile(path));
  const libraries = files.filter(isElf).flatMap((file) => {
    const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8' });
    return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path = '']) => path);
  });
  return [...new Set([...files, ...libraries])].sort();
}

/** Packages of these that are not installed. */
export const missingPackages = (packages: readonly string[]): string[] =>
  packages.filter((name) => !existsSync(`/var/lib/dpkg/info/${name}.list`));

/** As `tar -cz` packs them, links followed, without those whose names are there already. */
export function packed(files: readonly string[], without: ReadonlySet<string>): Buffer {
  const list = files.filter((file) => !without.has(basename(file)));
  const { stdout, status, stderr } = spawnSync('tar', ['-C', '/', '-chz', '--hard-dereference', '-T', '-'], {
    input: list.map((file) => file.slice(1)).join('\n'),
    maxBuffer: 1 << 27,
  });
  if (status !== 0) throw new Error(`tar ended with ${status}: ${stderr.toString('utf8')}`);
  return stdout;
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

function isElf(path: string): boolean {
  const file = openSync(path, 'r');
  const magic = Buffer.alloc(4);
  readSync(file, magic);
  closeSync(file);
  return magic.toString('latin1') === '\u007fELF';
}
