import type { LogLine } from './log.ts';

/** opkg until OpenWrt 24.10, apk from 25.12 on. */
export type PackageManager = 'opkg' | 'apk';

const words: Readonly<Record<PackageManager, { readonly install: string; readonly installed: string }>> = {
  opkg: { install: 'opkg update; opkg install', installed: 'opkg list-installed | grep' },
  apk: { install: 'apk update; apk add', installed: 'apk list --installed | grep' },
};

/** In the text of a cause: the line that installs these packages, whichever manager the router has. */
export const install = (...packages: readonly string[]): string => `<install ${packages.join(' ')}>`;
/** The line that shows which packages of such a name are installed. @param pattern for grep */
export const installed = (pattern: string): string => `<installed ${pattern}>`;

const MARKED = /<(install|installed) ([^>]+)>/g;

/** Puts what was so marked into the words of this manager; of both, where it is not known. */
export function inWordsOf(manager: PackageManager | undefined, text: string): string {
  const say = (which: PackageManager, what: string, rest: string): string =>
    `${words[which][what as 'install' | 'installed']} ${rest}`;
  return text.replace(MARKED, (_marked, what: string, rest: string) =>
    manager === undefined
      ? `${say('opkg', what, rest)} (from OpenWrt 25.12 on: ${say('apk', what, rest)})`
      : say(manager, what, rest),
  );
}

/** Release, what was typed, and the kernel: those up to 6.1 went before apk, and snapshots with 6.6 had it already. */
const SIGNS: readonly (readonly [RegExp, (match: RegExpMatchArray) => PackageManager | undefined])[] = [
  [
    /(?:\b(?:OpenWrt|LEDE)(?: [A-Z]\w+){0,2} v?|DISTRIB_RELEASE=['"]?)(\d\d)\.(\d\d)\b/g,
    ([, year, month]) => (Number(`${year}${month}`) >= 2512 ? 'apk' : 'opkg'),
  ],
  [/\bopkg (?:update|install|list|remove|upgrade)\b/g, () => 'opkg'],
  [/\bapk (?:add|update|list|info|del|fix)\b/g, () => 'apk'],
  [
    /^Linux version (\d+)\.(\d+)\./g,
    ([, major, minor]) => (Number(major) < 6 || (major === '6' && Number(minor) <= 1) ? 'opkg' : undefined),
  ],
];

/** Which manager the router of this log has; undefined: nothing tells it, or one thing this and another that. */
export function packageManagerIn(lines: readonly LogLine[]): PackageManager | undefined {
  const found = new Set(
    lines.flatMap(({ text }) =>
      SIGNS.flatMap(([pattern, read]) =>
        [...text.matchAll(pattern)].map(read).filter((one) => one !== undefined),
      ),
    ),
  );
  const [only] = found;
  return found.size === 1 ? only : undefined;
}
