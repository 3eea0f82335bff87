import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { forwardedPort, qemuArguments } from '../../../../harness/virtual/qemu/arguments.ts';
import {
  hostKeyOf,
  offersShell,
  openwrtMachine,
  prepareDisk,
  reach,
  rootOn,
} from '../../../../harness/virtual/openwrt.ts';
import { errorOf } from '../../lab/error-of.ts';
import { testCtx } from '../../../support/ctx.ts';

const values = (args: readonly string[], name: string): string[] =>
  args.flatMap((word, i) => (args[i - 1] === name ? [word] : []));

describe('qemuArguments', () => {
  const machine = {
    qemu: 'qemu-system-x86_64',
    accelerator: 'tcg',
    memoryMb: 224,
    boot: { kind: 'kernel', kernel: '/k', initrd: '/i', append: 'quiet' },
    drives: [{ file: '/a,b/flash.img', id: 'flash' }],
    memoryFile: { path: '/m', shared: false },
    incoming: true,
  } as const;

  it('maps the memory of a snapshot privately and waits for the rest of it', () => {
    const args = qemuArguments(machine, '/run/g');
    expect(values(args, '-object')).toEqual([
      'memory-backend-file,id=memory,size=224M,mem-path=/m,share=off',
    ]);
    expect(values(args, '-machine')).toEqual(['pc,vmport=off,memory-backend=memory']);
    expect(values(args, '-accel')).toEqual(['tcg']);
    expect(values(args, '-incoming')).toEqual(['defer']);
  });

  it('lets nothing out but through the modem, and what is logged, and leaves the port to the system', () => {
    const [nic] = values(qemuArguments(machine, '/run/g'), '-netdev');
    expect(nic).toContain('restrict=on');
    expect(nic).toContain('hostfwd=tcp:127.0.0.1:0-192.168.1.1:22');
    // restrict leaves this way open: a syslog server that ends in a socket of ours.
    expect(nic).toContain('guestfwd=tcp:192.168.1.4:514-chardev:log');
  });

  it('doubles the commas of paths', () => {
    expect(values(qemuArguments(machine, '/run/g'), '-drive')[0]).toContain('file=/a,,b/flash.img,');
  });

  it("boots a user's OpenWrt from its disk, or its kernel with the root file system as a disk", () => {
    const disk = qemuArguments(openwrtMachine('q', { image: '/d.img' }), '/run/g');
    expect(values(disk, '-accel')).toEqual(['tcg,tb-size=64']);
    expect(values(disk, '-boot')).toEqual(['order=c']);
    expect(values(disk, '-kernel')).toEqual([]);
    const kernel = qemuArguments(
      openwrtMachine('q', { image: '/d.img', kernel: '/vmlinuz', initrd: '/initrd' }),
      '/run/g',
    );
    expect(values(kernel, '-kernel')).toEqual(['/vmlinuz']);
    expect(values(kernel, '-initrd')).toEqual(['/initrd']);
    expect(values(kernel, '-append')[0]).toContain('root=/dev/vda ');
    expect(values(kernel, '-device')).toContain('usb-redir,chardev=usb,bus=xhci.0,suppress-remote-wake=off');
  });

  it.each([
    ['a file system', (sector: Buffer) => sector, '/dev/vda'],
    ['a disk of OpenWrt', (sector: Buffer) => (sector.writeUInt8(0x83, 466), sector), '/dev/vda2'],
    ['one with a GPT', (sector: Buffer) => (sector.writeUInt8(0xee, 450), sector), '/dev/vda2'],
  ] as const)('finds the root of %s', (what, write, root) => {
    const folder = mkdtempSync(join(tmpdir(), 'wwanlab-root-'));
    const sector = write(Buffer.alloc(512));
    if (what !== 'a file system') sector.writeUInt16BE(0x55aa, 510);
    writeFileSync(join(folder, 'disk'), sector);
    expect(rootOn(join(folder, 'disk'))).toBe(root);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['a root file system without its kernel', 'root.ext4', Buffer.alloc(4096), 'virtual.not-bootable'],
    ['half an archive', 'disk.img.gz', gzipSync(Buffer.alloc(4096)).subarray(0, 20), 'virtual.damaged-image'],
  ])('refuses %s before anything is started', (_what, name, bytes, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'wwanlab-root-'));
    const [image, disk, guest] = [join(folder, name), join(folder, 'disk'), join(folder, 'guest')];
    writeFileSync(image, bytes);
    mkdirSync(guest);
    expect(errorOf(() => prepareDisk({ image }, disk, guest))).toMatchObject({ code, effect: 'none' });
    expect(existsSync(guest)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('boots a ROM with its serial port on a terminal, virtio 1.0 and TFTP', () => {
    const boot = { kind: 'rom', rom: '/u-boot.rom' } as const;
    const args = qemuArguments({ ...machine, boot, serial: '/g/serial', tftp: '/g/tftp' }, '/run/g');
    expect(values(args, '-bios')).toEqual(['/u-boot.rom']);
    expect(values(args, '-accel')).toEqual(['tcg,tb-size=64']);
    expect(values(args, '-chardev')).toContain('serial,id=console,path=/g/serial');
    expect(values(args, '-netdev')[0]).toMatch(/,tftp=\/g\/tftp$/);
    expect(values(args, '-device')).toEqual(
      expect.arrayContaining([
        'virtio-net-pci,netdev=lan,disable-legacy=on',
        'virtio-blk-pci,drive=flash,disable-legacy=on',
      ]),
    );
  });

  it('reads the chosen port out of `info usernet`', () => {
    // QEMU 7.2.22.
    const text =
      'Hub -1 (#net019):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n' +
      '  TCP[HOST_FORWARD]   3       127.0.0.1 42365     192.168.1.1    22     0     0\r\n';
    expect(forwardedPort(text)).toBe(42_365);
    expect(forwardedPort('Hub -1 (#net019):\r\n')).toBeUndefined();
  });

  it('types nothing on a console before OpenWrt offers a shell there: GRUB would take it for its own', () => {
    const booting = ['GNU GRUB  version 2.12', '*OpenWrt', '[    0.000000] Linux version 6.12.74'];
    expect(offersShell(booting)).toBe(false);
    expect(
      offersShell([...booting, 'Please press Enter to activate this console.', '[   14.2] br-lan']),
    ).toBe(true);
  });

  it('takes the host key that an OpenWrt console shows last', () => {
    const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    const lines = [
      'root@OpenWrt:/# dropbearkey -y',
      'Public key portion is:',
      `ssh-ed25519 ${key} root@OpenWrt`,
    ];
    expect(hostKeyOf(lines)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
    expect(hostKeyOf(lines.slice(0, 2))).toBeUndefined();
    // dropbear of 19.07 has RSA alone; where it has both, it shows Ed25519.
    const rsa =
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQChoJgCglNRlun+rWkuQofoZoDWEhInaN3Nhl/XZDE8xFT5saeRd3oWyIpjQUsa0DvYMxBupC87sTa+44k/P79HIVg9RMGoMHUfOw1oaF7mEn+vHomXqE5Y0rbD47HVHBiHBYzgrOEC3xn8dRee6umWmQOqZI42bbjxfrhwdjck++jmB0lLxSDdmDZJXyOydUGfBcGs0pqy3LmX9C3A/4Ty/XG1Yo54zxjGG2qe7jh3dGWnbD45hOTMdeeWOIqZC0IPoT8IUNMNGuU060G7i/iII8H/6kFwilAE+W8atjdJk+LplHbHZ0xUSPtAQO13JTWmSvrLvo1Ol4twnRYO5bdV root@OpenWrt';
    expect(hostKeyOf([rsa])).toBe('SHA256:YGRPbkfjWTaEdOwWOWgM/RdqZm4SITnkEljpX2O23dw');
    expect(hostKeyOf([...lines, rsa])).toBe(hostKeyOf(lines));
  });

  it('sees at once that the kernel of an image found no root', async () => {
    const { drive } = testCtx();
    const written: string[] = [];
    const lines = [
      '[    1.2] VFS: Cannot open root device "vda"',
      '[    1.3] Kernel panic - not syncing: VFS',
    ];
    const machine = {
      sshPort: () => Promise.resolve(1),
      console: { lines, write: (text: string) => void written.push(text), waitFor: () => Promise.resolve() },
      failed: new Promise<never>(() => undefined),
    };
    await expect(drive((ctx) => reach(ctx, machine, 'x'))).rejects.toMatchObject({
      code: 'virtual.kernel-panic',
      message: expect.stringContaining('Kernel panic - not syncing: VFS'),
      hint: expect.stringContaining('drivers for a virtio disk'),
    });
    expect(written).toEqual([]);
  });
});
