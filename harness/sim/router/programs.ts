import { absolute, normalize } from './files.ts';
import type { Applet, RouterMachine } from './machine.ts';
import { serviceApplet } from './applets/service.ts';

/** What a command name leads to. */
export type Program =
  | { readonly kind: 'applet'; readonly applet: Applet }
  | { readonly kind: 'script'; readonly path: string; readonly text: string }
  | { readonly kind: 'denied' };

// Where OpenWrt keeps its programs; what is not named here lies in /usr/bin.
const FOLDERS: Readonly<Record<string, string>> = {
  '/bin':
    'ash board_detect busybox cat chgrp chmod chown config_generate cp date dd df dmesg echo egrep false fgrep fsync ' +
    'grep gunzip gzip ipcalc.sh kill ln lock login ls mkdir mknod mktemp mount mv netmsg netstat nice opkg passwd ' +
    'pidof ping ping6 ps pwd rm rmdir sed sh sleep sync tar touch true ubus umount uname vi zcat',
  '/sbin':
    'block devstatus fw3 fw4 halt hotplug-call ifconfig ifdown ifstatus ifup init insmod ip logd logread lsmod ' +
    'modinfo modprobe netifd poweroff procd reboot reload_config rmmod route start-stop-daemon sysctl sysupgrade ' +
    'uci udhcpc uqmi umbim urandom_seed validate_data wifi',
  '/usr/sbin': 'brctl chat dnsmasq dropbear hostapd iptables ntpd pppd pppoe-discovery service',
};

const folderOf = new Map(
  Object.entries(FOLDERS).flatMap(([folder, names]) =>
    names.split(' ').map((name) => [name, folder] as const),
  ),
);

/** Not busybox's: programs and scripts of their own. */
const OWN = new Set(
  (
    'block board_detect chat config_generate devstatus dnsmasq dropbear fw3 fw4 gcom hotplug-call ifdown ifstatus ifup ' +
    'jsonfilter logread netifd opkg apk pppd procd reload_config service sysupgrade ubus uci umbim uqmi usbreset'
  ).split(' '),
);

/** `/sbin/uci` */
export function pathOfProgram(name: string): string {
  return name.startsWith('/') ? name : `${folderOf.get(name) ?? '/usr/bin'}/${name}`;
}

/** Puts every program of the machine into its file system, so that `ls`, `which` and `[ -x … ]` see it. */
export function installPrograms(machine: RouterMachine): void {
  const { files } = machine;
  const install = (path: string): void => {
    files.write(path, '\u007fELF');
    files.chmod(path, 0o755);
  };
  install(BUSYBOX);
  for (const name of machine.applets.keys()) {
    const path = pathOfProgram(name);
    if (files.stat(path)) continue;
    if (OWN.has(name) || name.startsWith('/')) install(path);
    else files.link(path, linkToBusybox(path));
  }
  for (const name of machine.services.keys()) {
    const path = `/etc/init.d/${name}`;
    if (files.stat(path)) continue;
    files.write(path, '#!/bin/sh /etc/rc.common\n');
    files.chmod(path, 0o755);
  }
}

const BUSYBOX = '/bin/busybox';

function linkToBusybox(path: string): string {
  if (path.startsWith('/bin/')) return 'busybox';
  return path.startsWith('/usr/') ? `../..${BUSYBOX}` : `..${BUSYBOX}`;
}

/** Looks a command up as execvp does; undefined: `not found`. */
export function findProgram(machine: RouterMachine, name: string, cwd: string): Program | undefined {
  if (!name.includes('/')) {
    const applet = machine.applets.get(name);
    if (applet) return { kind: 'applet', applet };
    const path = searchPath(machine, name);
    return path === undefined ? undefined : fileProgram(machine, path);
  }
  const path = normalize(absolute(cwd, name));
  const applet = machine.applets.get(path) ?? appletAt(machine, path);
  if (applet) return { kind: 'applet', applet };
  return fileProgram(machine, path);
}

/** Where `which` finds it. */
export function whichProgram(machine: RouterMachine, name: string): string | undefined {
  if (machine.applets.has(name)) return pathOfProgram(name);
  return searchPath(machine, name);
}

function searchPath(machine: RouterMachine, name: string): string | undefined {
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin']
    .map((folder) => `${folder}/${name}`)
    .find((path) => machine.files.kind(path) === 'file' && isExecutable(machine, path));
}

function appletAt(machine: RouterMachine, path: string): Applet | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (path === `/etc/init.d/${name}` && machine.services.has(name) && machine.files.stat(path)) {
    return serviceApplet(name);
  }
  if (!machine.files.stat(path)) return undefined;
  return pathOfProgram(name) === path ? machine.applets.get(name) : undefined;
}

function fileProgram(machine: RouterMachine, path: string): Program | undefined {
  const kind = machine.files.kind(path);
  if (kind === undefined) return undefined;
  if (kind !== 'file' || !isExecutable(machine, path)) return { kind: 'denied' };
  return { kind: 'script', path, text: machine.files.readText(path) ?? '' };
}

function isExecutable(machine: RouterMachine, path: string): boolean {
  const real = machine.files.resolve(path);
  const mode = real === undefined ? 0 : (machine.files.stat(real)?.mode ?? 0);
  return (mode & 0o111) !== 0;
}
