import { copyFileSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Ctx } from '../../core/ctx.ts';
import { messageOf } from '../../core/errors.ts';
import type { TftpRescue } from '../../rig/tftp-rescue.ts';
import type { SshTarget } from '../../transport/ssh.ts';
import { writeFirmware } from '../firmware/flash.ts';
import { firmwareImage } from '../firmware/image.ts';
import { factoryFirmware } from '../firmware/release.ts';
import { imageFiles } from '../image/build-image.ts';
import { sockets, type MachineSpec } from '../qemu/arguments.ts';
import { createMachineFolder } from '../qemu/folder.ts';
import { startMachine, type Machine } from '../qemu/machine.ts';
import { findRequirements, type Found } from '../requirements.ts';
import { needImage } from '../setup.ts';
import { imageLogin } from '../snapshot.ts';
import { layCable, type Cable } from './cable.ts';
import { ubootEnvironment } from './environment.ts';
import { createTftpRescue } from './tftp-rescue.ts';
import { readRom, romWithEnvironment } from './rom.ts';

/** A router with a boot loader and a flash, whose supply can be cut. It is off at first. */
export interface UbootRouter {
  /** The terminal of its serial console, which stays while it is off. */
  readonly console: string;
  /** Where a modem is plugged in, over usbredir, while it is on. */
  readonly usbSocket: string;
  /** What it sends to its syslog server comes out there, while it is on. */
  readonly logSocket: string;
  readonly tftpRescue: TftpRescue;
  /** False also after the guest has switched itself off. */
  isOn(): boolean;
  /** How to log in; while it is off, nobody listens there. */
  login(): SshTarget;
  /** Returns as soon as its boot loader runs. @throws HarnessError `virtual.…` with what QEMU said */
  powerOn(ctx: Ctx): Promise<void>;
  /** At once, whatever it does: what it has not written to its flash is lost. */
  powerOff(): Promise<void>;
  /** Removes everything, its flash too. */
  close(): Promise<void>;
}

/** Kernel, packed and unpacked root file system, and an image on its way to the flash. */
const MEMORY_MB = 384;

/** A port that nobody can listen on. */
const NOBODY = 0;

interface Life {
  readonly machine: Machine;
  readonly port: number;
}

/**
 * A virtual router that boots through U-Boot from a flash of its own, which holds the factory's firmware.
 * @throws HarnessError `virtual.not-installed`, `virtual.no-image`, `virtual.unknown-uboot`, `virtual.no-cable`
 */
export async function createUbootRouter(ctx: Ctx, name: string): Promise<UbootRouter> {
  const found = findRequirements();
  const { folder: image } = needImage(found);
  const folder = createMachineFolder();
  // First, as the folder is removed with it, also where we are killed while the flash is written.
  const cable = await layCable(ctx, found.socat, folder);
  const files = await prepare(folder, image, cable);
  const spec = machineSpec(found, files, cable.theirs);
  /** Sockets of a machine that runs: they come and go with it. */
  const place = join(folder, 'on');
  let life: Life | undefined;
  let leaving: Promise<void> = Promise.resolve();

  const powerOff = async (): Promise<void> => {
    const { machine } = life ?? {};
    life = undefined;
    if (machine) leaving = machine.close();
    await leaving;
  };
  const powerOn = async (c: Ctx): Promise<void> => {
    if (life) return;
    await leaving;
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const machine = await startMachine(c, spec, place);
    life = { machine, port: await machine.sshPort() };
    machine.failed.catch((error: unknown) => {
      if (life?.machine !== machine) return;
      ctx.timeline.add('power', 'ended', { name, message: messageOf(error) });
      void powerOff();
    });
  };
  return {
    console: cable.ours,
    usbSocket: join(place, sockets.usb),
    logSocket: join(place, sockets.log),
    tftpRescue: createTftpRescue(files.tftp),
    isOn: () => life !== undefined,
    login: () => imageLogin(image, name, life?.port ?? NOBODY),
    powerOn,
    powerOff,
    close: async () => {
      await powerOff();
      await cable.close();
    },
  };
}

interface Files {
  readonly flash: string;
  readonly rom: string;
  readonly tftp: string;
}

/** @returns what a router is made of, in its folder, which is removed with its cable where something is missing */
async function prepare(folder: string, image: string, cable: Cable): Promise<Files> {
  const files = { flash: join(folder, 'flash'), rom: join(folder, 'u-boot'), tftp: join(folder, 'tftp') };
  try {
    copyFileSync(join(image, imageFiles.flash), files.flash, constants.COPYFILE_FICLONE);
    writeFirmware(files.flash, firmwareImage(image, factoryFirmware));
    writeFileSync(files.rom, romWithEnvironment(readRom(), ubootEnvironment));
    mkdirSync(files.tftp);
  } catch (error) {
    await cable.close();
    throw error;
  }
  return files;
}

const machineSpec = (found: Found, { flash, rom, tftp }: Files, serial: string): MachineSpec => ({
  qemu: found.qemu,
  accelerator: found.accelerator,
  memoryMb: MEMORY_MB,
  boot: { kind: 'rom', rom },
  drives: [{ file: flash, id: 'flash' }],
  incoming: false,
  serial,
  tftp,
});
