import type { RouterMachine } from '../../machine.ts';

/** `ubus call system board`. Source: procd system.c; board_name and rootfs_type came later. */
export function systemBoard(machine: RouterMachine): object {
  const { flavour, board } = machine;
  const { release } = flavour;
  const modern = flavour.packageManager === 'apk';
  const text = (path: string, otherwise: string): string => machine.files.readText(path)?.trim() ?? otherwise;
  return {
    kernel: flavour.kernel,
    hostname: hostname(machine),
    system: board.system,
    model: text('/tmp/sysinfo/model', board.model),
    ...(flavour.ubusHasBoardName && {
      board_name: text('/tmp/sysinfo/board_name', board.boardName[flavour.platform]),
    }),
    ...(modern && { rootfs_type: 'squashfs' }),
    release: {
      distribution: release.distribution,
      version: release.version,
      ...(modern && { firmware_url: 'https://downloads.openwrt.org/' }),
      revision: release.revision,
      ...(modern ? {} : { codename: release.codename }),
      target: release.target,
      description: release.description,
      ...(modern && { builddate: '1765497600' }),
    },
  };
}

function hostname(machine: RouterMachine): string {
  const system = machine.uci.committed('system')?.find((section) => section.type === 'system');
  const configured = system?.options.get('hostname');
  return typeof configured === 'string' ? configured : machine.flavour.hostname;
}

/** A quiet router's load in the kernel's fixed point, 65536 = 1.00. */
const LOAD = [6_112, 4_096, 2_336];

/** `ubus call system info` */
export function systemInfo(machine: RouterMachine): object {
  const total = machine.board.memoryKb * 1024;
  const modern = machine.flavour.packageManager === 'apk';
  const share = (part: number): number => Math.floor((total * part) / 4096) * 4096;
  return {
    ...(modern
      ? { localtime: seconds(machine.clock.wall().getTime()), uptime: uptime(machine) }
      : { uptime: uptime(machine), localtime: seconds(machine.clock.wall().getTime()) }),
    load: LOAD,
    memory: {
      total,
      free: share(0.5),
      shared: 217_088,
      buffered: share(0.04),
      ...(modern && { available: share(0.6), cached: share(0.16) }),
    },
    ...(modern && {
      root: { total: 9_472, free: 8_960, used: 512, avail: 8_448 },
      tmp: { total: 30_500, free: 30_288, used: 212, avail: 30_288 },
    }),
    swap: { total: 0, free: 0 },
  };
}

function uptime(machine: RouterMachine): number {
  return seconds(machine.clock.now() - machine.bootedAt);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
