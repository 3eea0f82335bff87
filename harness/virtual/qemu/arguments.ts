/** What is booted: the guest of our own, a disk image of the user's, or a boot loader in place of the BIOS. */
export type BootSource =
  | { readonly kind: 'kernel'; readonly kernel: string; readonly initrd?: string; readonly append: string }
  | { readonly kind: 'disk' }
  | { readonly kind: 'rom'; readonly rom: string };

/** A drive behind virtio-blk, in the order of /dev/vda, vdb … */
export interface Drive {
  readonly file: string;
  readonly id: string;
}

export interface MachineSpec {
  readonly qemu: string;
  readonly accelerator: 'kvm' | 'tcg';
  readonly memoryMb: number;
  readonly boot: BootSource;
  readonly drives: readonly Drive[];
  /** A file that is the guest's memory: shared while a snapshot is made of it, private where one is resumed. */
  readonly memoryFile?: { readonly path: string; readonly shared: boolean };
  /** It waits for a snapshot instead of starting. */
  readonly incoming: boolean;
  /** A terminal that is its serial port; a socket of the machine's folder by default. */
  readonly serial?: string;
  /** A folder that a TFTP server on its network offers. */
  readonly tftp?: string;
}

/** Names of the sockets in a machine's folder. */
export const sockets = {
  control: 'control.sock',
  console: 'console.sock',
  usb: 'usb.sock',
  log: 'log.sock',
} as const;

/**
 * The guest's address and the host's, as OpenWrt has its LAN from the factory, and one that is a syslog server for the
 * guest: what it sends there over TCP comes out of a socket of the machine's folder.
 */
export const lan = {
  network: '192.168.1.0/24',
  guest: '192.168.1.1',
  host: '192.168.1.2',
  log: '192.168.1.4',
} as const;

export const LOG_PORT = 514;

/**
 * QEMU's command line. The host's port for SSH is chosen by the kernel (0) and asked for afterwards, so no two machines
 * can want the same. `restrict=on`: nothing gets out but through the modem.
 * @param folder where its sockets are; private to us
 */
export function qemuArguments(spec: MachineSpec, folder: string): string[] {
  const socket = (name: keyof typeof sockets): string => `path=${escape(`${folder}/${sockets[name]}`)}`;
  return [
    ['-name', 'wwanlab', '-no-user-config', '-nodefaults', '-display', 'none', '-vga', 'none'],
    ['-cpu', processor(spec), '-m', `${spec.memoryMb}M`],
    ['-accel', accelerator(spec)],
    memory(spec),
    boot(spec.boot),
    // Tells the kernel that it goes on from a snapshot: it takes fresh randomness at once.
    ['-device', 'vmgenid,guid=auto'],
    [
      '-netdev',
      `user,id=lan,net=${lan.network},host=${lan.host},restrict=on,${forward},${logServer}${tftp(spec)}`,
    ],
    ['-chardev', `socket,id=log,${socket('log')},server=on,wait=off`],
    ['-device', `virtio-net-pci,netdev=lan${modern(spec)}`],
    spec.drives.flatMap(({ file, id }) => [
      '-drive',
      `file=${escape(file)},if=none,format=raw,cache=writeback,id=${id}`,
      '-device',
      `virtio-blk-pci,drive=${id}${modern(spec)}`,
    ]),
    ['-chardev', `socket,id=usb,${socket('usb')},server=on,wait=off`],
    ['-device', 'qemu-xhci,id=xhci'],
    ['-device', 'usb-redir,chardev=usb,bus=xhci.0,suppress-remote-wake=off'],
    ['-chardev', serial(spec) ?? `socket,id=console,${socket('console')}`, '-serial', 'chardev:console'],
    ['-chardev', `socket,id=control,${socket('control')}`, '-mon', 'chardev=control,mode=control'],
    spec.incoming ? ['-incoming', 'defer', '-S'] : [],
  ].flat();
}

const forward = `hostfwd=tcp:127.0.0.1:0-${lan.guest}:22`;

/** The one way out besides the modem's; the host's own address can't be had for it. */
const logServer = `guestfwd=tcp:${lan.log}:${LOG_PORT}-chardev:log`;

const tftp = ({ tftp: folder }: MachineSpec): string =>
  folder === undefined ? '' : `,tftp=${escape(folder)}`;

const serial = ({ serial: path }: MachineSpec): string | undefined =>
  path === undefined ? undefined : `serial,id=console,path=${escape(path)}`;

/** U-Boot knows virtio 1.0 alone (an older network card gets a wrong address from it). */
const modern = ({ boot }: MachineSpec): string => (boot.kind === 'rom' ? ',disable-legacy=on' : '');

/**
 * What was translated before a warm reset slows each write to those pages down (measured: a boot through U-Boot of 28 s
 * instead of 8 s; the dd of a sysupgrade in an OpenWrt on a disk, 377 s instead of 20 s). A small buffer for it
 * is emptied often enough that nothing old is left. A smaller one than this makes the start slower.
 */
const accelerator = ({ accelerator: kind, boot: { kind: source } }: MachineSpec): string =>
  kind === 'tcg' && source !== 'kernel' ? 'tcg,tb-size=64' : kind;

/**
 * A kernel copies with `rep movsb` where the processor claims to be fast at it (ERMS, FSRM; Intel's manual, 3.7.6), and TCG
 * carries that out byte by byte. Without the claim (measured): a pipe costs 0.4 as much, a fork 0.75, virtio-net 0.87.
 */
const processor = ({ accelerator: kind }: MachineSpec): string =>
  kind === 'tcg' ? 'max,-erms,-fsrm' : 'max';

function memory({ memoryMb, memoryFile }: MachineSpec): string[] {
  const machine = 'pc,vmport=off';
  if (!memoryFile) return ['-machine', machine];
  const { path, shared } = memoryFile;
  const file = `size=${memoryMb}M,mem-path=${escape(path)},share=${shared ? 'on' : 'off'}`;
  return ['-object', `memory-backend-file,id=memory,${file}`, '-machine', `${machine},memory-backend=memory`];
}

function boot(source: BootSource): string[] {
  if (source.kind === 'disk') return ['-boot', 'order=c'];
  if (source.kind === 'rom') return ['-bios', source.rom];
  const initrd = source.initrd === undefined ? [] : ['-initrd', source.initrd];
  return ['-kernel', source.kernel, ...initrd, '-append', source.append];
}

/** A comma ends a value in QEMU's options, two stand for one. */
const escape = (value: string): string => value.replaceAll(',', ',,');

/** The port of this machine that leads to the guest's SSH, out of `info usernet`. */
export function forwardedPort(text: string): number | undefined {
  const port = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}
