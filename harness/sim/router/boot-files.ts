import type { RouterMachine } from './machine.ts';
import type { NetworkSettings } from './network-settings.ts';
import { loadAverage, memoryOf } from './load-and-memory.ts';
import { networkConfig, systemConfig } from './configuration.ts';

/** Files that tell what the router is: release, board, kernel, memory. */
export function addBootFiles(machine: RouterMachine): void {
  for (const folder of [
    '/tmp/run',
    '/tmp/log',
    '/tmp/sysinfo',
    '/root',
    '/mnt',
    '/overlay',
    '/rom',
    '/www',
    '/lib',
    '/usr/lib',
  ]) {
    machine.files.makeDirectory(folder);
  }
  machine.files.link('/var', '/tmp');
  addIdentity(machine);
  addProc(machine);
  machine.files.makeDevice('/dev/null', 1, 3);
  if ('kmod-ppp' in machine.flavour.packages) machine.files.makeDevice('/dev/ppp', 108, 0);
  for (const { name, start, stop } of machine.flavour.services) {
    for (const [letter, order] of [
      ['S', start],
      ['K', stop],
    ] as const) {
      if (order !== undefined) {
        machine.files.link(
          `/etc/rc.d/${letter}${String(order).padStart(2, '0')}${name}`,
          `../init.d/${name}`,
        );
      }
    }
  }
}

/** /etc/config of the image, with the rig's connection in it. */
export function addConfiguration(machine: RouterMachine, network: NetworkSettings): void {
  const { files, flavour } = machine;
  for (const [name, text] of Object.entries(flavour.config)) files.write(`/etc/config/${name}`, text);
  files.write('/etc/config/network', networkConfig(machine, network));
  files.write('/etc/config/system', systemConfig(machine));
}

function addIdentity({ files, flavour, board }: RouterMachine): void {
  const { release } = flavour;
  const boardName = board.boardName[flavour.platform];
  const model = flavour.platform === 'ath79' ? 'GL.iNet GL-MiFi' : board.model;
  const taints = release.codename === 'chaos_calmer' ? [`DISTRIB_CODENAME='${release.codename}'`] : [];
  if (flavour.glVersion !== undefined) files.write('/etc/glversion', `${flavour.glVersion}\n`);
  files.write(
    '/etc/openwrt_release',
    [
      `DISTRIB_ID='${release.distribution}'`,
      `DISTRIB_RELEASE='${release.version}'`,
      `DISTRIB_REVISION='${release.revision}'`,
      ...taints,
      `DISTRIB_TARGET='${release.target}'`,
      ...(taints.length > 0 ? [] : [`DISTRIB_ARCH='${release.arch}'`]),
      `DISTRIB_DESCRIPTION='${release.description}'`,
      `DISTRIB_TAINTS=''`,
      '',
    ].join('\n'),
  );
  files.write('/etc/openwrt_version', `${taints.length > 0 ? release.version : release.revision}\n`);
  files.write('/etc/os-release', osRelease(flavour.release));
  files.write('/etc/banner', flavour.banner);
  files.write('/tmp/sysinfo/model', `${model}\n`);
  files.write('/tmp/sysinfo/board_name', `${boardName}\n`);
  files.write('/etc/board.json', boardJson(boardName, model, flavour.networkConfig === 'device'));
  files.write('/etc/passwd', PASSWD);
  files.write('/etc/group', 'root:x:0:\ndaemon:x:1:\ndialout:x:20:\nnetwork:x:101:\nnogroup:x:65534:\n');
  files.write('/etc/shells', '/bin/ash\n');
  files.write('/etc/hosts', '127.0.0.1 localhost\n\n::1     localhost ip6-localhost ip6-loopback\n');
  files.write('/etc/rc.local', RC_LOCAL);
}

function osRelease(release: RouterMachine['flavour']['release']): string {
  const version = release.version.toLowerCase();
  return [
    `NAME="${release.distribution}"`,
    `VERSION="${release.version}"`,
    'ID="openwrt"',
    'ID_LIKE="lede openwrt"',
    `PRETTY_NAME="${release.distribution} ${release.version}"`,
    `VERSION_ID="${version}"`,
    'HOME_URL="https://openwrt.org/"',
    'BUG_URL="https://bugs.openwrt.org/"',
    'SUPPORT_URL="https://forum.openwrt.org/"',
    `BUILD_ID="${release.revision}"`,
    `OPENWRT_BOARD="${release.target}"`,
    `OPENWRT_ARCH="${release.arch}"`,
    'OPENWRT_TAINTS=""',
    'OPENWRT_DEVICE_MANUFACTURER="OpenWrt"',
    'OPENWRT_DEVICE_MANUFACTURER_URL="https://openwrt.org/"',
    'OPENWRT_DEVICE_PRODUCT="Generic"',
    'OPENWRT_DEVICE_REVISION="v0"',
    `OPENWRT_RELEASE="${release.distribution} ${release.version} ${release.revision}"`,
    '',
  ].join('\n');
}

function boardJson(id: string, name: string, device: boolean): string {
  const key = device ? 'device' : 'ifname';
  return (
    JSON.stringify(
      {
        model: { id, name },
        network: { lan: { [key]: 'eth1', protocol: 'static' }, wan: { [key]: 'eth0', protocol: 'dhcp' } },
      },
      null,
      '\t',
    ) + '\n'
  );
}

/** /proc as far as anybody asks for it. */
function addProc(machine: RouterMachine): void {
  const { files, flavour, board, clock } = machine;
  const uptime = (): number => clock.now() - machine.bootedAt;
  files.compute('/proc/uptime', () => `${(uptime() / 1000).toFixed(2)} ${(uptime() / 1050).toFixed(2)}\n`);
  files.write('/proc/version', `Linux version ${flavour.kernel} ${flavour.kernelBuild}\n`);
  files.compute('/proc/sys/kernel/random/boot_id', () => `${machine.bootId}\n`);
  files.compute(
    '/proc/loadavg',
    () =>
      `${loadAverage(uptime())
        .map((load) => load.toFixed(2))
        .join(' ')} 1/48 ${machine.processes.nextPid()}\n`,
  );
  files.compute('/proc/meminfo', () => memInfo(board.memoryKb));
  files.write(
    '/proc/cpuinfo',
    `system type\t\t: ${board.system}\nmachine\t\t\t: ${board.model}\nprocessor\t\t: 0\ncpu model\t\t: MIPS 24Kc V7.4\nBogoMIPS\t\t: 265.42\n`,
  );
  files.write('/proc/cmdline', ' board=GL-MIFI console=ttyATH0,115200 rootfstype=squashfs,jffs2 noinitrd\n');
  files.compute('/proc/sys/kernel/hostname', () => `${hostname(machine)}\n`);
  files.write('/proc/sys/kernel/osrelease', `${flavour.kernel}\n`);
  files.compute(
    '/proc/stat',
    () =>
      `cpu  0 0 0 ${Math.floor(uptime() / 10)} 0 0 0 0 0 0\nbtime ${Math.floor((clock.wall().getTime() - uptime()) / 1000)}\n`,
  );
  files.compute('/proc/kmsg', () => machine.log.kernelLines().join('\n') + '\n');
}

function memInfo(totalKb: number): string {
  const memory = memoryOf(totalKb);
  const row = (name: string, kb: number): string =>
    `${(name + ':').padEnd(16)}${String(kb).padStart(8)} kB\n`;
  return (
    row('MemTotal', memory.total) +
    row('MemFree', memory.free) +
    row('MemAvailable', memory.available) +
    row('Buffers', memory.buffers) +
    row('Cached', memory.cached) +
    row('SwapTotal', 0) +
    row('SwapFree', 0) +
    row('Shmem', memory.shared)
  );
}

/** The name that /etc/config/system gives it. */
export function hostname(machine: RouterMachine): string {
  const section = machine.uci.committed('system')?.find(({ type }) => type === 'system');
  const name = section?.options.get('hostname');
  return typeof name === 'string' ? name : machine.flavour.hostname;
}

const PASSWD = `root:x:0:0:root:/root:/bin/ash
daemon:*:1:1:daemon:/var:/bin/false
ftp:*:55:55:ftp:/home/ftp:/bin/false
network:*:101:101:network:/var:/bin/false
nobody:*:65534:65534:nobody:/var:/bin/false
ntp:x:123:123:ntp:/var/run/ntp:/bin/false
ubus:x:81:81:ubus:/var/run/ubus:/bin/false
logd:x:514:514:logd:/var/run/logd:/bin/false
dnsmasq:x:453:453:dnsmasq:/var/run/dnsmasq:/bin/false
`;

const RC_LOCAL = `# Put your custom commands here that should be executed once
# the system init finished. By default this file does nothing.

exit 0
`;
