import type { Applet } from '../machine.ts';
import { matchesPattern } from '../shell/pattern.ts';

/** Source: opkg libopkg, `opkg list-installed`, `opkg info`, `opkg update` of a router without a route. */
export const opkg: Applet = (process) => {
  const { packages, release } = process.machine.flavour;
  const [, command, pattern] = process.argv.filter((word) => !/^-[AV]/.test(word));
  const names = Object.keys(packages)
    .sort()
    .filter((name) => pattern === undefined || matchesPattern(pattern, name));
  switch (command) {
    case 'list-installed':
    case 'list_installed':
      for (const name of names) process.out(`${name} - ${packages[name]}\n`);
      return 0;
    case 'info':
    case 'status':
      for (const name of names) {
        process.out(
          `Package: ${name}\nVersion: ${packages[name]}\nStatus: install user installed\nArchitecture: ${release.arch}\n\n`,
        );
      }
      return 0;
    case 'print-architecture':
    case 'print_architecture':
      process.out(`arch all 1\narch noarch 1\narch ${release.arch} 10\n`);
      return 0;
    case 'update':
    case 'install':
      process.err(`Collected errors:\n * opkg_download: Failed to download package list, wget returned 4.\n`);
      return 1;
    default:
      process.err(
        command === undefined
          ? 'opkg must have one sub-command argument\n'
          : `opkg: unknown sub-command ${command}\n`,
      );
      return 1;
  }
};

/** Source: apk-tools 3, `apk list --installed`, `apk info`, `apk add` and `apk update` of a router without a route. */
export const apk: Applet = (process) => {
  const { packages, release } = process.machine.flavour;
  const [command = '', ...rest] = process.argv.slice(1);
  const installed = rest.includes('--installed') || rest.includes('-I');
  const [pattern] = rest.filter((word) => !word.startsWith('-'));
  const names = Object.keys(packages)
    .sort()
    .filter((name) => pattern === undefined || matchesPattern(pattern, name));
  if (command === '--version') {
    process.out('apk-tools 3.0.2, compiled for mips.\n');
    return 0;
  }
  if (command === 'list' && (installed || rest.length === 0)) {
    for (const name of names)
      process.out(`${name}-${packages[name]} ${release.arch} {${name}} (GPL-2.0) [installed]\n`);
    return 0;
  }
  if (command === 'info') {
    const exists = rest.includes('-e');
    if (pattern === undefined || exists) {
      for (const name of names) process.out(`${name}\n`);
      return exists && names.length === 0 ? 1 : 0;
    }
    for (const name of names) process.out(`${name}-${packages[name]} installed size:\n0 B\n\n`);
    return names.length > 0 ? 0 : 1;
  }
  if (command === 'update' || command === 'add') {
    const offline = 'wgetFailed to send request: Operation not permitted\nERROR: wget: exited with error 4\n';
    const feed = `https://downloads.openwrt.org/snapshots/targets/${release.target}/packages/packages.adb`;
    process.err(`${offline}WARNING: updating and opening ${feed}: unexpected end of file\n`);
    if (command === 'update') {
      process.out(`1 unavailable, 0 stale; ${names.length} distinct packages available\n`);
      return 1;
    }
    const missing = rest.filter((word) => !word.startsWith('-') && !(word in packages));
    if (missing.length === 0) return 0;
    const reasons = missing.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`);
    process.err(`ERROR: unable to select packages:\n${reasons.join('')}`);
    return missing.length;
  }
  process.err(`ERROR: '${command}' is not an apk command. See 'apk --help'.\n`);
  return 1;
};
