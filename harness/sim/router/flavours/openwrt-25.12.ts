import type { Flavour } from '../flavour.ts';
import {
  commonDaemons,
  commonPackages,
  commonServices,
  dhcpConfig,
  dropbearConfig,
  firewallConfig,
} from './shared.ts';

const KERNEL = '6.12.62';

/** Vanilla OpenWrt at the 25.12 branch point (main r32307): apk, firewall4, pppd 2.5.2. */
export const openwrt2512: Flavour = {
  id: 'openwrt-25.12',
  title: 'OpenWrt 25.12 (main r32307)',
  release: {
    distribution: 'OpenWrt',
    version: 'SNAPSHOT',
    revision: 'r32307-24b8db118b',
    codename: 'openwrt',
    target: 'ath79/generic',
    arch: 'mips_24kc',
    description: 'OpenWrt SNAPSHOT r32307-24b8db118b',
  },
  kernel: KERNEL,
  machine: 'mips',
  busybox: '1.37.0 (2025-12-12 00:00:00 UTC)',
  ubusHasBoardName: true,
  packageManager: 'apk',
  packages: {
    ...Object.fromEntries(Object.entries(commonPackages(KERNEL)).map(([name]) => [name, `${KERNEL}-r1`])),
    'apk-mbedtls': '3.0.2-r1',
    'base-files': '1677~24b8db118b',
    busybox: '1.37.0-r6',
    chat: '2.5.2-r2',
    comgt: '0.32-r36',
    dnsmasq: '2.91-r2',
    dropbear: '2025.88-r4',
    firewall4: '2025.03.17~b6e51575-r1',
    jsonfilter: '2025.10.04~f4fe702d-r1',
    kernel: `${KERNEL}-r1`,
    'kmod-usb-net-cdc-ether': `${KERNEL}-r1`,
    'kmod-usb-net-cdc-mbim': `${KERNEL}-r1`,
    'kmod-usb-net-cdc-ncm': `${KERNEL}-r1`,
    libc: '1.2.5-r5',
    logd: '2025.10.30~6f78fa49-r1',
    netifd: '2025.10.20~777f5942-r1',
    ppp: '2.5.2-r2',
    procd: '2025.11.29~3b3501ab-r1',
    ubus: '2025.10.17~3cc98db1-r1',
    uci: '2025.11.14~66127cd4-r1',
    umbim: '2025.09.01~2939b7d0-r1',
    uqmi: '2025.07.30~7914da43-r2',
  },
  pppd: {
    version: '2.5.2',
    echo: { failures: 5, intervalMs: 1_000, adaptive: true },
    kernelRename: false,
  },
  comgt: { waitsForAttach: true },
  firewall: 'fw4',
  modemInterface: 'wwan',
  modemProtocol: '3g',
  dialChatter: [],
  platform: 'ath79',
  hostname: 'OpenWrt',
  kernelBuild:
    '(builder@buildhost) (mips-openwrt-linux-musl-gcc (OpenWrt GCC 14.3.0 r32307-24b8db118b) 14.3.0, GNU ld (GNU Binutils) 2.44) #0 Fri Dec 12 00:00:00 2025',
  hasServiceStatus: true,
  networkConfig: 'device',
  services: [
    ...commonServices,
    { name: 'gpio_switch', start: 94, stop: 10 },
    { name: 'packet_steering', start: 25 },
    { name: 'urandom_seed', start: 99 },
  ],
  daemons: [
    ...commonDaemons,
    {
      pid: 1_020,
      user: 'root',
      vsz: 1_068,
      command: '/usr/sbin/dropbear -F -P /var/run/dropbear.main.pid -p 22 -K 300 -T 3',
    },
    {
      pid: 1_849,
      user: 'dnsmasq',
      vsz: 3_132,
      command:
        '/usr/sbin/dnsmasq -C /var/etc/dnsmasq.conf.cfg01411c -k -x /var/run/dnsmasq/dnsmasq.cfg01411c.pid',
    },
  ],
  banner: `  _______                     ________        __
 |       |.-----.-----.-----.|  |  |  |.----.|  |_
 |   -   ||  _  |  -__|     ||  |  |  ||   _||   _|
 |_______||   __|_____|__|__||________||__|  |____|
          |__| W I R E L E S S   F R E E D O M
 -----------------------------------------------------
 OpenWrt SNAPSHOT, r32307-24b8db118b
 -----------------------------------------------------
`,
  config: {
    firewall: firewallConfig('DROP', ['wan', 'wan6', 'wwan']),
    dropbear: dropbearConfig,
    dhcp: dhcpConfig,
  },
};
