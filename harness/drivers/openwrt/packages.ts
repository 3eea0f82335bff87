/** opkg up to 24.10, apk from 25.12 on. */
export const packagesCommand =
  'if command -v opkg >/dev/null; then opkg list-installed; else apk list --installed 2>/dev/null; fi';

/** `comgt - 0.32-33` (opkg) or `comgt-0.32-r36 x86_64 {comgt} (GPL-2.0) [installed]` (apk) -> name and version. */
export function parsePackages(text: string): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, version] =
      /^(\S+) - (\S+)/.exec(line) ?? /^(\S+)-(\d[^-\s]*(?:-r\d+)?) \S+ \{/.exec(line) ?? [];
    if (name !== undefined && version !== undefined) packages.set(name, version);
  }
  return packages;
}
