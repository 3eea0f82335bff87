import type { Flavour } from '../flavour.ts';
import {
  commonDaemons,
  commonPackages,
  commonServices,
  dhcpConfig,
  dropbearConfig,
  firewallConfig,
} from './shared.ts';

const KERNEL = '4.9.152';

/** ROOter GoldenOrb of 2019-01-13 for the GL-MiFi, the image of the seed thread, on OpenWrt 18.06. */
export const rooter2019: Flavour = {
  id: 'rooter-2019',
  title: 'ROOter GoldenOrb GO2019-01-13, OpenWrt 18.06',
  release: {
    distribution: 'OpenWrt',
    version: '18.06-SNAPSHOT',
    revision: 'r7525-a7b1565e04',
    codename: 'openwrt',
    target: 'ar71xx/generic',
    arch: 'mips_24kc',
    description: 'OpenWrt GoldenOrb_2019-01-13',
  },
  kernel: KERNEL,
  machine: 'mips',
  busybox: '1.28.4 () built-in shell (ash)',
  ubusHasBoardName: true,
  packageManager: 'opkg',
  packages: {
    ...commonPackages(KERNEL),
    'base-files': '194.1-r7525-a7b1565e04',
    busybox: '1.28.4-3',
    chat: '2.4.7.git-2018-06-23-2',
    comgt: '0.32-30',
    dnsmasq: '2.80-1',
    dropbear: '2017.75-7.1',
    'ext-rooter-basic': '1.0-1',
    firewall: '2018-08-13-1c4d5bcd-1',
    'kmod-usb-net-cdc-mbim': `${KERNEL}-1`,
    'kmod-usb-net-cdc-ncm': `${KERNEL}-1`,
    libc: '1.1.19-1',
    logd: '2018-02-14-128bc35f-2',
    netifd: '2018-12-16-e8a5e8c1-1',
    opkg: '2017-12-08-9f61f7ac-1',
    ppp: '2.4.7.git-2018-06-23-2',
    procd: '2018-03-28-dfb68f85-1',
    ubus: '2018-10-06-221ce7e7-1',
    uci: '2018-08-11-4c8b4d6e-1',
    umbim: '2018-01-08-184b707d-1',
    uqmi: '2018-10-15-f8d1ee25-1',
    'usb-modeswitch': '2017-12-19-f40f84c2-2',
  },
  pppd: {
    version: '2.4.7',
    echo: { failures: 5, intervalMs: 1_000, adaptive: true },
    kernelRename: true,
  },
  comgt: { waitsForAttach: true },
  firewall: 'fw3',
  modemInterface: 'wan1',
  modemProtocol: '3g',
  dialChatter: [],
  platform: 'ar71xx',
  hostname: 'ROOter',
  kernelBuild:
    '(rooter@build) (gcc version 7.3.0 (OpenWrt GCC 7.3.0 r7525-a7b1565e04)) #0 Sun Jan 13 08:12:42 2019',
  hasServiceStatus: false,
  networkConfig: 'ifname',
  services: commonServices,
  daemons: [
    ...commonDaemons,
    {
      pid: 1_020,
      user: 'root',
      vsz: 908,
      command: '/usr/sbin/dropbear -F -P /var/run/dropbear.1.pid -p 22 -K 300 -T 3',
    },
    {
      pid: 1_849,
      user: 'dnsmasq',
      vsz: 1_184,
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
 OpenWrt 18.06-SNAPSHOT, r7525-a7b1565e04
 -----------------------------------------------------
`,
  config: {
    firewall: firewallConfig('REJECT', ['wan', 'wan6', 'wan1', 'wan2']),
    dropbear: dropbearConfig,
    dhcp: dhcpConfig,
    modem: `
config modem 'modem1'
	option empty '0'

`,
  },
};
