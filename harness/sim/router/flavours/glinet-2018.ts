import type { Flavour } from '../flavour.ts';
import {
  commonDaemons,
  commonPackages,
  commonServices,
  dhcpConfig,
  dropbearConfig,
  firewallConfig,
} from './shared.ts';

const KERNEL = '3.18.27';

/** Lines of GL.iNet's closed repeater watchdog; seen only in the seed thread, between the lines of each dial. */
const REPEATER_WATCHDOG = [
  'AP Ok=0',
  'network(caIfnames) = wan wan6 wwan modem tethering',
  'STA Ok=1',
  'Scan and fixing the problems',
  'bIsAutoRepeater = 0',
  'Get Default wifi...enabled.',
  'check wpa runing = ',
  'AP-Only Mode!',
];

/**
 * GL.iNet's stock firmware 2.x of 2018 for the GL-MiFi, on Chaos Calmer. The serial drivers are packages that its
 * users installed. Its comgt dials without asking for attachment first: inferred from the seed thread, where a dial
 * without a readable SIM went through to CONNECT.
 */
export const glinet2018: Flavour = {
  id: 'glinet-2018',
  title: 'GL.iNet 2.x (2018), OpenWrt 15.05',
  release: {
    distribution: 'OpenWrt',
    version: '15.05.1',
    revision: 'r48532',
    codename: 'chaos_calmer',
    target: 'ar71xx/generic',
    arch: 'ar71xx',
    description: 'OpenWrt Chaos Calmer 15.05.1',
  },
  kernel: KERNEL,
  machine: 'mips',
  busybox: '1.23.2 (2018-04-10 09:21:35 UTC)',
  glVersion: '2.27',
  busyboxLacks: ['sha256sum'],
  ubusHasBoardName: false,
  packageManager: 'opkg',
  packages: {
    ...commonPackages(KERNEL),
    'base-files': '157.3-r48532',
    busybox: '1.23.2-1',
    chat: '2.4.7-6',
    comgt: '0.32-26',
    dnsmasq: '2.73-1',
    dropbear: '2015.67-1',
    firewall: '2015-07-27',
    'gl-inet': '2.27',
    libc: '0.9.33.2-1',
    libubox: '2015-11-08-10429bccd0dc5d204635e110a7a8fae7b80d16cb',
    logd: '2015-11-22-c086167a0154745c677f8730a336ea9cf7d71031',
    netifd: '2015-12-16-245527193e90906451be35c2b8e972b8712ea6ab',
    opkg: '9c97d5ecd795709c8584e972bfdf3aee3a5b846d-9',
    ppp: '2.4.7-6',
    'ppp-mod-pppoe': '2.4.7-6',
    procd: '2015-10-29-1-d5fddd91b966424bb63e943e789704d52382cc18',
    ubus: '2015-05-25-f361bfa5fcb2daadf3b160583ce665024f8d108e',
    uci: '2015-08-27.1-1',
    uqmi: '2014-10-20-c5a68ad1ef72f21cd9cb1b0e0f3b1fb6ff7b5c5b',
    'usb-modeswitch': '2014-08-11-1',
  },
  pppd: {
    version: '2.4.7',
    echo: { failures: 5, intervalMs: 1_000, adaptive: false },
    kernelRename: true,
  },
  comgt: { waitsForAttach: false },
  firewall: 'fw3',
  modemInterface: 'modem',
  modemProtocol: '3g',
  dialChatter: REPEATER_WATCHDOG.map((text, index) => ({
    afterMs: 120 + 40 * index,
    priority: 'user.info',
    tag: 'repeater',
    text,
  })),
  platform: 'ar71xx',
  hostname: 'GL-MIFI',
  kernelBuild:
    '(glinet@build) (gcc version 4.8.3 (OpenWrt/Linaro GCC 4.8-2014.04 r48532) ) #1 Tue Apr 10 09:41:20 UTC 2018',
  hasServiceStatus: false,
  networkConfig: 'ifname',
  services: commonServices,
  daemons: [
    ...commonDaemons,
    {
      pid: 1_020,
      user: 'root',
      vsz: 1_156,
      command: '/usr/sbin/dropbear -F -P /var/run/dropbear.1.pid -p 22 -K 300',
    },
    { pid: 1_402, user: 'root', vsz: 1_488, command: '{repeater_watch} /bin/sh /usr/sbin/repeater_watch' },
    {
      pid: 1_849,
      user: 'nobody',
      vsz: 960,
      command: '/usr/sbin/dnsmasq -C /var/etc/dnsmasq.conf -k -x /var/run/dnsmasq/dnsmasq.pid',
    },
  ],
  banner: `  _______                     ________        __
 |       |.-----.-----.-----.|  |  |  |.----.|  |_
 |   -   ||  _  |  -__|     ||  |  |  ||   _||   _|
 |_______||   __|_____|__|__||________||__|  |____|
          |__| W I R E L E S S   F R E E D O M
 -----------------------------------------------------
 CHAOS CALMER (Chaos Calmer, r48532)
 -----------------------------------------------------
  * 1 1/2 oz Gin            Shake with a glassful
  * 1/4 oz Triple Sec       of broken ice and pour
  * 3/4 oz Lime Juice       unstrained into a goblet.
  * 1 1/2 oz Orange Juice
  * 1 tsp. Grenadine Syrup
 -----------------------------------------------------
`,
  config: {
    firewall: firewallConfig('REJECT', ['wan', 'wan6', 'wwan', 'modem', 'tethering']),
    dropbear: dropbearConfig,
    dhcp: dhcpConfig,
    glconfig: `
config service 'general'
	option password '1'
	option language 'EN'

config service 'modem'
	option enable '1'

`,
  },
};
