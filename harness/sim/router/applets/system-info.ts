import { loadAverage, memoryOf } from '../load-and-memory.ts';
import { hostname as nameOfHost } from '../boot-files.ts';
import { ctime, timeOfDay } from '../logs.ts';
import type { Applet, Process } from '../machine.ts';
import { fail, parseOptions } from './options.ts';

const MINUTE = 60_000;

/** Source: busybox procps/uptime.c. */
export const uptime: Applet = (process) => {
  const { clock, bootedAt } = process.machine;
  const up = clock.now() - bootedAt;
  const minutes = Math.floor(up / MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const day = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  const time = hours > 0 ? `${String(hours).padStart(2)}:${String(rest).padStart(2, '0')}` : `${rest} min`;
  const load = loadAverage(up).map((value) => value.toFixed(2));
  process.out(` ${timeOfDay(clock.wall())} up ${day}${time},  load average: ${load.join(', ')}\n`);
  return 0;
};

export const free: Applet = (process) => {
  const memory = memoryOf(process.machine.board.memoryKb);
  const cached = memory.buffers + memory.cached;
  const row = (name: string, values: readonly number[]): string =>
    name.padEnd(7) +
    values
      .map((value) => String(value).padStart(12))
      .join('')
      .slice(0) +
    '\n';
  const titles = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'];
  process.out(' '.repeat(7) + titles.map((title) => title.padStart(12)).join('') + '\n');
  process.out(
    row('Mem:', [
      memory.total,
      memory.total - memory.free - cached,
      memory.free,
      memory.shared,
      cached,
      memory.available,
    ]),
  );
  process.out(row('Swap:', [0, 0, 0]));
  return 0;
};

/** Mounts of a squashfs image with a JFFS2 overlay. */
export const df: Applet = (process) => {
  const options = parseOptions(process, 'hkmT', '[-hkm] [FILESYSTEM]...');
  if (!options) return 1;
  const { board } = process.machine;
  const flash = Math.floor(board.flashKb * 0.38);
  const memory = Math.floor(board.memoryKb / 2);
  const rows: readonly Mount[] = [
    ['/dev/root', 9_216, 9_216, '/rom'],
    ['tmpfs', memory, 212, '/tmp'],
    ['/dev/mtdblock3', flash, Math.floor(flash * 0.2), '/overlay'],
    ['overlayfs:/overlay', flash, Math.floor(flash * 0.2), '/'],
    ['tmpfs', 512, 0, '/dev'],
  ];
  const size = (kb: number): string => (options.has('h') ? humanKb(kb) : String(kb));
  const title = options.has('h') ? '     Size' : '1K-blocks';
  process.out(
    `Filesystem           ${options.has('h') ? '    ' : ''}${title}      Used Available Use% Mounted on\n`,
  );
  const shown = options.operands.length === 0 ? rows : options.operands.map((path) => mountOf(rows, path));
  for (const [device, total, used, mount] of shown) {
    const percent = `${Math.ceil((used * 100) / total)}%`;
    process.out(
      `${device.padEnd(options.has('h') ? 20 : 20)} ${size(total).padStart(options.has('h') ? 9 : 9)} ${size(used).padStart(9)} ${size(total - used).padStart(9)} ${percent.padStart(4)} ${mount}\n`,
    );
  }
  return 0;
};

/** Device, size and use in kilobytes, and where it is mounted. */
type Mount = readonly [string, number, number, string];

/** The file system that a path lies on: of those mounted above it, the deepest. */
function mountOf(rows: readonly Mount[], path: string): Mount {
  const above = rows.filter(([, , , mount]) => mount === '/' || `${path}/`.startsWith(`${mount}/`));
  return above.reduce((deepest, row) => (row[3].length > deepest[3].length ? row : deepest));
}

function humanKb(kb: number): string {
  if (kb === 0) return '0';
  return kb < 1024 ? `${kb.toFixed(1)}K` : `${(kb / 1024).toFixed(1)}M`;
}

/** Source: busybox coreutils/uname.c. */
export const uname: Applet = (process) => {
  const options = parseOptions(process, 'amnrspvio', '[-amnrspvio]');
  if (!options) return 1;
  const { machine } = process;
  const build = /#\d.*$/.exec(machine.flavour.kernelBuild)?.[0] ?? '#0';
  const parts: readonly (readonly [string, string])[] = [
    ['s', 'Linux'],
    ['n', nameOfHost(machine)],
    ['r', machine.flavour.kernel],
    ['v', build],
    ['m', machine.flavour.machine],
    ['o', 'GNU/Linux'],
  ];
  const none = !['a', ...parts.map(([letter]) => letter)].some((letter) => options.has(letter));
  const shown = parts.filter(
    ([letter]) => options.has('a') || options.has(letter) || (none && letter === 's'),
  );
  process.out(shown.map(([, text]) => text).join(' ') + '\n');
  return 0;
};

export const id: Applet = (process) => {
  const options = parseOptions(process, 'ugnrG', '[-ugGnr] [USER]');
  if (!options) return 1;
  const name = options.has('n') ? 'root' : '0';
  const single = options.has('u') || options.has('g') || options.has('G');
  process.out((single ? name : 'uid=0(root) gid=0(root)') + '\n');
  return 0;
};

export const hostname: Applet = (process) => {
  process.out(nameOfHost(process.machine) + '\n');
  return 0;
};

/** Source: busybox procps/ps.c (OpenWrt's wide form); kernel threads are left out, as `ps w | grep -v "\["` does. */
export const ps: Applet = async (process) => {
  // The other programs of its pipeline have started by the time it reads /proc.
  await process.machine.clock.sleep(1, process.signal);
  process.out('  PID USER       VSZ STAT COMMAND\n');
  for (const { pid, user, vsz, command } of process.machine.processes.list()) {
    const state = pid === process.pid ? 'R ' : 'S ';
    const line = `${String(pid).padStart(5)} ${user.padEnd(8)} ${String(vsz).padStart(5)} ${state}   ${command}`;
    process.out(
      (process.argv.includes('w') || process.argv.includes('-w') ? line.slice(0, 131) : line.slice(0, 79)) +
        '\n',
    );
  }
  return 0;
};

/** Modules that the installed kmod packages bring. Sizes are of the reference capture. */
const MODULES: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  'kmod-usb-core': [
    ['usb_common', 20480],
    ['usbcore', 348160],
  ],
  'kmod-usb2': [['ehci_hcd', 102400]],
  'kmod-usb-serial': [['usbserial', 65536]],
  'kmod-usb-serial-wwan': [['usb_wwan', 24576]],
  'kmod-usb-serial-option': [['option', 69632]],
  'kmod-usb-serial-qualcomm': [['qcserial', 24576]],
  'kmod-usb-net': [['usbnet', 57344]],
  'kmod-usb-net-qmi-wwan': [['qmi_wwan', 40960]],
  'kmod-usb-net-cdc-ncm': [['cdc_ncm', 49152]],
  'kmod-usb-net-cdc-mbim': [['cdc_mbim', 20480]],
  'kmod-usb-wdm': [['cdc_wdm', 32768]],
  'kmod-ppp': [
    ['ppp_async', 20480],
    ['ppp_generic', 53248],
  ],
  'kmod-slhc': [['slhc', 20480]],
  'kmod-nf-conntrack': [['nf_conntrack', 188416]],
  'kmod-nf-nat': [['nf_nat', 57344]],
};

/** Who uses whom, as far as both are loaded. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  usbcore: [
    'qcserial',
    'option',
    'usb_wwan',
    'qmi_wwan',
    'cdc_mbim',
    'cdc_ncm',
    'usbserial',
    'usbnet',
    'cdc_wdm',
    'ehci_hcd',
  ],
  usb_common: ['usbserial', 'ehci_hcd', 'usbcore'],
  usb_wwan: ['qcserial', 'option'],
  usbserial: ['qcserial', 'option', 'usb_wwan'],
  usbnet: ['cdc_mbim', 'qmi_wwan', 'cdc_ncm'],
  cdc_wdm: ['cdc_mbim', 'qmi_wwan'],
  cdc_ncm: ['cdc_mbim'],
  ppp_generic: ['ppp_async'],
  slhc: ['ppp_generic'],
  nf_conntrack: ['nf_nat'],
};

/** Source: busybox modutils/lsmod.c. */
export const lsmod: Applet = (process) => {
  const { packages } = process.machine.flavour;
  const loaded = Object.entries(MODULES).flatMap(([name, modules]) => (name in packages ? modules : []));
  const names = new Set(loaded.map(([name]) => name));
  process.out('Module                  Size  Used by\n');
  for (const [name, size] of [...loaded].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const users = (USERS[name] ?? []).filter((user) => names.has(user));
    process.out(
      `${name.padEnd(19)}${String(size).padStart(9)} ${String(users.length).padStart(2)} ${users.join(',')}\n`,
    );
  }
  return 0;
};

/** `date` and `date +FORMAT`. Source: busybox coreutils/date.c. */
export const date: Applet = (process) => {
  const options = parseOptions(process, 'uRIs:d:D:r:', '[OPTIONS] [+FMT] [[-s] TIME]');
  if (!options) return 1;
  const given = options.value('d');
  const now = given === undefined ? process.machine.clock.wall() : parsedDate(process, given);
  if (!now) return fail(process, `invalid date '${given}'`);
  const format = options.operands.find((word) => word.startsWith('+'));
  process.out((format === undefined ? plainDate(now) : strftime(format.slice(1), now)) + '\n');
  return 0;
};

/** `@SECONDS` alone: other forms are not asked of a router. */
function parsedDate(process: Process, text: string): Date | undefined {
  const match = /^@(\d+)$/.exec(text);
  if (!match) return undefined;
  const wall = process.machine.clock.wall();
  wall.setTime(Number(match[1]) * 1000);
  return wall;
}

function plainDate(now: Date): string {
  const text = ctime(now);
  return `${text.slice(0, 19)} UTC ${text.slice(20)}`;
}

function strftime(format: string, now: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()];
  const text = ctime(now);
  const parts: Readonly<Record<string, string>> = {
    s: String(Math.floor(now.getTime() / 1000)),
    Y: String(year),
    y: two(year % 100),
    m: two(month),
    d: two(day),
    e: String(day).padStart(2),
    H: two(now.getUTCHours()),
    M: two(now.getUTCMinutes()),
    S: two(now.getUTCSeconds()),
    T: timeOfDay(now),
    F: `${year}-${two(month)}-${two(day)}`,
    R: timeOfDay(now).slice(0, 5),
    a: text.slice(0, 3),
    b: text.slice(4, 7),
    c: text,
    D: `${two(month)}/${two(day)}/${two(year % 100)}`,
    u: String(now.getUTCDay() || 7),
    Z: 'UTC',
    z: '+0000',
    N: String(now.getUTCMilliseconds()).padStart(3, '0') + '000000',
    n: '\n',
    '%': '%',
  };
  return format.replaceAll(/%([a-zA-Z%])/g, (all: string, letter: string) => parts[letter] ?? all);
}
