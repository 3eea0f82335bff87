/*
 * What goes into the guest besides the overlay tree `root/`. Data alone: add a line here and the next
 * `wwanlab virtual setup` builds another image.
 *
 * What the builder adds by itself:
 * - `/bin/busybox` with a link for each of its applets, except where the overlay or a program has one of that name;
 * - `/bin/sh` and `/bin/ash` -> dash: the shell of busybox-static prefers its own applets to what lies in PATH
 *   (FEATURE_SH_STANDALONE), so `ifup` would never be the overlay's;
 * - the programs below at the same paths, with the shared libraries that they need;
 * - the kernel modules below with all they depend on, `modules.dep` and `modules.alias` for modprobe and mdev, and
 *   `/etc/wwanlab/modules`: paths of all of them in the order in which insmod takes them;
 * - `/etc/rc.d/S19dropbear`, `K50dropbear` … from START= and STOP= of the scripts in `/etc/init.d`;
 * - `/etc/dropbear/dropbear_ed25519_host_key`, and `authorized_keys` in `/etc/dropbear` and root's `.ssh`.
 *
 * QEMU's network has the guest at 192.168.1.1/24 (port 22 is forwarded to there), the host at 192.168.1.2, and no way
 * out. The image is done booting when the console reads `wwanlab guest is ready`.
 */

/** A Debian package and the programs of it that the guest has. */
export interface GuestPackage {
  readonly name: string;
  /** Absolute paths, the same on the machine that builds and in the guest. */
  readonly programs: readonly string[];
}

export const packages: readonly GuestPackage[] = [
  { name: 'busybox-static', programs: ['/bin/busybox'] },
  { name: 'dash', programs: ['/bin/dash'] },
  { name: 'dropbear-bin', programs: ['/usr/sbin/dropbear'] },
  { name: 'ppp', programs: ['/usr/sbin/pppd', '/usr/sbin/chat'] },
  { name: 'comgt', programs: ['/usr/bin/comgt'] },
  { name: 'libqmi-utils', programs: ['/usr/bin/qmicli'] },
  { name: 'libqmi-proxy', programs: ['/usr/libexec/qmi-proxy'] },
  { name: 'libmbim-utils', programs: ['/usr/bin/mbimcli'] },
  { name: 'libmbim-proxy', programs: ['/usr/libexec/mbim-proxy'] },
  { name: 'nftables', programs: ['/usr/sbin/nft'] },
  { name: 'iproute2', programs: ['/sbin/ip'] },
  { name: 'jq', programs: ['/usr/bin/jq'] },
];

/** Kernel modules, as modprobe is asked for them. */
export const modules: readonly string[] = [
  ['virtio_pci', 'virtio_net', 'virtio_blk', 'virtio_console'],
  ['xhci_pci', 'usbserial', 'usb_wwan', 'qcserial', 'option', 'cdc_acm'],
  ['usbnet', 'cdc_wdm', 'qmi_wwan', 'cdc_ether', 'cdc_ncm', 'cdc_mbim', 'rndis_host', 'usbmon'],
  ['ppp_generic', 'ppp_async', 'ppp_deflate', 'bsd_comp', 'vhci_hcd'],
  ['crc32c_generic', 'nf_tables', 'nf_conntrack', 'nf_nat'],
  ['nft_ct', 'nft_masq', 'nft_chain_nat', 'nft_reject_inet'],
  ['nft_log', 'nft_limit', 'nft_redir', 'nft_fib_inet', 'af_packet', 'ipv6'],
  ['ext4', 'squashfs', 'overlay', 'loop', 'tun'],
].flat();

/** Directories that have to be there, and links (OpenWrt keeps /var and /run in RAM). */
export const folders: readonly string[] = [
  ['/proc', '/sys', '/dev', '/tmp', '/root', '/mnt', '/overlay', '/rom'],
  ['/etc/ppp/peers', '/etc/config', '/usr/bin', '/usr/sbin', '/bin', '/sbin', '/lib'],
].flat();

export const links: Readonly<Record<string, string>> = {
  '/var': '/tmp',
  '/run': '/tmp/run',
  '/bin/sh': 'dash',
  '/bin/ash': 'dash',
  '/usr/bin/gcom': 'comgt',
};

/** Printed on the console when all services have been started. */
export const readyLine = 'wwanlab guest is ready';

/**
 * Kernel parameters that spare a guest what it has no use for (measured: half of the boot). `no_timer_check`: on a busy
 * machine too few ticks come while the kernel tries its timer, and it panics ("IO-APIC + timer doesn't work"); under KVM
 * it leaves that trial out by itself (arch/x86/kernel/apic/io_apic.c, Documentation/admin-guide/kernel-parameters.txt).
 */
export const KERNEL_PARAMETERS =
  'mitigations=off nokaslr cryptomgr.notests random.trust_cpu=on no_timer_check quiet console=ttyS0';
