import { KERNEL_PARAMETERS } from '../guest/contents.ts';
import { lan } from '../qemu/arguments.ts';
import { FIT_BLOCK } from '../firmware/fit.ts';
import { flashLayout } from '../firmware/flash.ts';

/** Where firmware is read to, so that its kernel lies where it runs: at 16 MB. */
export const FIRMWARE_AT = 0x100_0000 - FIT_BLOCK;

const hex = (value: number): string => `0x${value.toString(16)}`;

/**
 * The virtual router's boot: firmware is read from its slot, checked and started. Where it is none, or a torn one,
 * U-Boot stays at its prompt. The length stands in the image, so no more is read than there is.
 */
export const ubootEnvironment: Readonly<Record<string, string>> = {
  bootdelay: '1',
  baudrate: '115200',
  stdin: 'serial',
  stdout: 'serial',
  stderr: 'serial',
  ipaddr: lan.guest,
  serverip: lan.host,
  netmask: '255.255.255.0',
  fwaddr: hex(FIRMWARE_AT),
  fwstart: hex(flashLayout.firmware.start),
  bootargs: `${KERNEL_PARAMETERS},115200 panic=5`,
  fwread:
    'virtio read ${fwaddr} ${fwstart} 8 && fdt addr ${fwaddr} && fdt get value n / sectors && virtio read ${fwaddr} ${fwstart} ${n}',
  bootfw: 'bootm ${fwaddr}',
  bootcmd: 'virtio scan; run fwread && run bootfw; echo "*** BOOT FAILED: no valid firmware"',
};
