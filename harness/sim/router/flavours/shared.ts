import type { FlavourService } from '../flavour.ts';

/** /etc/config/firewall as OpenWrt ships it. Source: package/network/config/firewall/files/firewall.config. */
export function firewallConfig(wanForward: 'REJECT' | 'DROP', wanNetworks: readonly string[]): string {
  return `
config defaults
	option syn_flood '1'
	option input '${wanForward === 'DROP' ? 'REJECT' : 'ACCEPT'}'
	option output 'ACCEPT'
	option forward 'REJECT'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
${wanNetworks.map((network) => `\tlist network '${network}'`).join('\n')}
	option input 'REJECT'
	option output 'ACCEPT'
	option forward '${wanForward}'
	option masq '1'
	option mtu_fix '1'

config forwarding
	option src 'lan'
	option dest 'wan'

config rule
	option name 'Allow-DHCP-Renew'
	option src 'wan'
	option proto 'udp'
	option dest_port '68'
	option target 'ACCEPT'
	option family 'ipv4'

config rule
	option name 'Allow-Ping'
	option src 'wan'
	option proto 'icmp'
	option icmp_type 'echo-request'
	option family 'ipv4'
	option target 'ACCEPT'

config rule
	option name 'Allow-IGMP'
	option src 'wan'
	option proto 'igmp'
	option family 'ipv4'
	option target 'ACCEPT'

`;
}

export const dropbearConfig = `
config dropbear 'main'
	option enable '1'
	option PasswordAuth 'on'
	option RootPasswordAuth 'on'
	option Port '22'

`;

export const dhcpConfig = `
config dnsmasq
	option domainneeded '1'
	option localise_queries '1'
	option rebind_protection '1'
	option local '/lan/'
	option domain 'lan'
	option expandhosts '1'
	option authoritative '1'
	option readethers '1'
	option leasefile '/tmp/dhcp.leases'
	option localservice '1'

config dhcp 'lan'
	option interface 'lan'
	option start '100'
	option limit '150'
	option leasetime '12h'

config dhcp 'wan'
	option interface 'wan'
	option ignore '1'

`;

/** Services that every release has, with their places in /etc/rc.d. */
export const commonServices: readonly FlavourService[] = [
  { name: 'boot', start: 10, stop: 90 },
  { name: 'cron', start: 50 },
  { name: 'dnsmasq', start: 19, daemon: true },
  { name: 'done', start: 95 },
  { name: 'dropbear', start: 19, stop: 50, daemon: true },
  { name: 'firewall', start: 19 },
  { name: 'led', start: 96 },
  { name: 'log', start: 12, stop: 89, daemon: true },
  { name: 'network', start: 20, stop: 90, daemon: true },
  { name: 'odhcpd', start: 35, stop: 85, daemon: true },
  { name: 'rpcd', start: 12, daemon: true },
  { name: 'sysctl', start: 11 },
  { name: 'sysfixtime', start: 0, stop: 90 },
  { name: 'sysntpd', start: 98, daemon: true },
  { name: 'system', start: 10 },
  { name: 'umount', stop: 90 },
];

/** Daemons under the paths that they have in every release. */
export const commonDaemons = [
  { pid: 1, user: 'root', vsz: 1_352, command: '/sbin/procd' },
  { pid: 204, user: 'root', vsz: 880, command: '/sbin/ubusd' },
  { pid: 208, user: 'root', vsz: 772, command: '/sbin/askfirst /usr/libexec/login.sh' },
  { pid: 692, user: 'root', vsz: 1_036, command: '/sbin/logd -S 128' },
  { pid: 761, user: 'root', vsz: 1_612, command: '/sbin/rpcd' },
  { pid: 1_138, user: 'root', vsz: 1_624, command: '/sbin/netifd' },
  { pid: 1_319, user: 'root', vsz: 1_180, command: '/usr/sbin/odhcpd' },
] as const;

/** The packages without which none of them is a router. */
export function commonPackages(kernel: string): Record<string, string> {
  const kmod = `${kernel}-1`;
  return {
    'kmod-nf-conntrack': kmod,
    'kmod-nf-nat': kmod,
    'kmod-ppp': kmod,
    'kmod-slhc': kmod,
    'kmod-lib-crc-ccitt': kmod,
    'kmod-usb-core': kmod,
    'kmod-usb2': kmod,
    'kmod-usb-serial': kmod,
    'kmod-usb-serial-option': kmod,
    'kmod-usb-serial-qualcomm': kmod,
    'kmod-usb-serial-wwan': kmod,
    'kmod-usb-net': kmod,
    'kmod-usb-net-qmi-wwan': kmod,
    'kmod-usb-wdm': kmod,
  };
}
