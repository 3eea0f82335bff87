import type { Flavour } from '../flavour.ts';
import type { Applet } from '../machine.ts';
import { awk } from './awk.ts';
import { cat } from './cat.ts';
import { digestApplet, hexdump } from './digests.ts';
import * as files from './file-operations.ts';
import { find } from './find.ts';
import { grep } from './grep.ts';
import { head, tail } from './head-tail.ts';
import { jsonfilter } from './json-filter.ts';
import { dmesg, logger, logread } from './logs.ts';
import { ls } from './ls.ts';
import { apk, opkg } from './packages.ts';
import { controlApplets } from './process-control.ts';
import { sed } from './sed.ts';
import { service } from './service.ts';
import * as shell from './shell.ts';
import * as info from './system-info.ts';
import { textApplets } from './text.ts';

/** The programs of a firmware by name; uci and the network's are added by those who own their state. */
export function createApplets(flavour: Flavour): Map<string, Applet> {
  const applets: Record<string, Applet> = {
    ...files,
    ...info,
    ...controlApplets,
    ...textApplets,
    ash: shell.sh,
    sh: shell.sh,
    echo: shell.echo,
    printf: shell.printf,
    test: shell.test,
    '[': shell.test,
    pwd: shell.pwd,
    busybox: shell.busybox,
    true: () => 0,
    false: () => 1,
    awk,
    cat,
    dmesg,
    egrep: grep,
    fgrep: grep,
    find,
    grep,
    head,
    hexdump,
    jsonfilter,
    logger,
    logread,
    ls,
    md5sum: digestApplet('md5'),
    sed,
    sha256sum: digestApplet('sha256'),
    service,
    tail,
    [flavour.packageManager]: flavour.packageManager === 'apk' ? apk : opkg,
  };
  const { busyboxLacks = [] } = flavour;
  return new Map(Object.entries(applets).filter(([name]) => !busyboxLacks.includes(name)));
}
