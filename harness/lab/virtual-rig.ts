import { dirname, resolve } from 'node:path';

import type { Ctx } from '../core/ctx.ts';
import { throwIfAborted } from '../core/ctx.ts';
import { stoppable } from '../core/stoppable-clock.ts';
import type { Fault } from '../sim/faults.ts';
import type { Unfired } from '../sim/unfired.ts';
import { createUsbDevice } from '../sim/usb/device.ts';
import type { SshTarget } from '../transport/ssh.ts';
import { startGuest, type Guest } from '../virtual/guest.ts';
import { startOpenwrt } from '../virtual/openwrt.ts';
import type { SyslogPort } from '../drivers/syslog/port.ts';
import { createEmulatedModem } from './emulated-modem.ts';
import { guestSyslogPort } from './guest-syslog.ts';
import { connectUsbredir, createCable } from './modem-links.ts';
import type { VirtualRigFile } from './rig-file.ts';
import { startUbootGuest, type UbootGuest, type Wiring } from './uboot-guest.ts';

/** An emulated modem for a virtual machine that runs: what is left to do is to plug it in, and to reach it over SSH. */
export interface VirtualRig {
  /** Of the guest as it runs now: another port after its supply was cut. */
  readonly login: SshTarget;
  /** Where the guest boots through U-Boot. */
  readonly wiring?: Wiring;
  /** The serial port that the guest dials on if it has no others: `/dev/ttyUSB2`. */
  readonly pppDevice: string;
  /** Plugs the modem in. */
  plug(): void;
  /** Where the guest can send its log to. */
  readonly syslogPort: SyslogPort;
  /** Does something to the modem or its network, now or at its moment. */
  inject(fault: Fault): void;
  /** Planned faults that have not bitten. */
  unfired(): readonly Unfired[];
  close(): Promise<void>;
}

/** A guest that runs: our own, the user's OpenWrt, or one behind U-Boot, to which more is wired. */
export type StartedGuest = Pick<Guest, 'login' | 'usbSocket' | 'logSocket' | 'close'> &
  Partial<Pick<UbootGuest, 'wire'>>;

/** The modem of the rig file, ready to be plugged into a guest that runs. */
export function createVirtualRig(ctx: Ctx, file: VirtualRigFile, guest: StartedGuest): VirtualRig {
  throwIfAborted(ctx.signal);
  const { timeline } = ctx;
  // What the network has under way to a modem that is off (an answer to its registration: seconds) ends with the rig.
  const { clock, stop } = stoppable(ctx.clock);
  const { modem, injector, unfired } = createEmulatedModem({ ...ctx, clock }, file);
  const device = createUsbDevice(modem);
  const parts = { clock, timeline, device, cable: createCable() };
  let link: ReturnType<typeof connectUsbredir> | undefined;
  return {
    get login() {
      return guest.login;
    },
    ...(guest.wire ? { wiring: guest.wire(modem) } : {}),
    pppDevice: modem.profile.pppDevice,
    plug: () => {
      link ??= connectUsbredir(parts, { kind: 'unix', path: guest.usbSocket });
    },
    syslogPort: guestSyslogPort(ctx.clock, guest),
    inject: (fault) => void injector.inject(fault),
    unfired,
    close: async () => {
      injector.close();
      await link?.close();
      device.close();
      modem.power(false);
      stop();
    },
  };
}

/** @throws HarnessError `virtual.…` where the machine lacks something, or the guest does not start */
export async function bootGuest(ctx: Ctx, file: VirtualRigFile): Promise<StartedGuest> {
  return file.boot === 'u-boot' ? startUbootGuest(ctx, file.id) : startDirectly(ctx, file);
}

function startDirectly(ctx: Ctx, file: VirtualRigFile): Promise<Guest> {
  const { id, path, guest, image, kernel, initrd } = file;
  if (guest === 'wwanlab' || image === undefined) return startGuest(ctx, id);
  const from = (name: string): string => resolve(dirname(path), name);
  return startOpenwrt(ctx, id, {
    image: from(image),
    ...(kernel === undefined ? {} : { kernel: from(kernel) }),
    ...(initrd === undefined ? {} : { initrd: from(initrd) }),
  });
}
