import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import { createPowerSwitch } from '../drivers/power/switch.ts';
import type { Console } from '../rig/console.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { TftpRescue } from '../rig/tftp-rescue.ts';
import type { EmulatedModem } from '../sim/modem/modem.ts';
import { connectSsh, type SshTarget } from '../transport/ssh.ts';
import { readyLine } from '../virtual/guest/contents.ts';
import { createUbootRouter } from '../virtual/uboot/router.ts';
import { openConsolePort } from './open-console.ts';

/** What is wired to a virtual router besides its network and its USB. */
export interface Wiring {
  readonly console: Console;
  readonly power: PowerSwitch;
  readonly modemPower: PowerSwitch;
  readonly tftpRescue: TftpRescue;
}

/** A guest that has booted through U-Boot. */
export interface UbootGuest {
  readonly login: SshTarget;
  readonly usbSocket: string;
  readonly logSocket: string;
  /** With switches that this modem's supply depends on as well. */
  wire(modem: EmulatedModem): Wiring;
  close(): Promise<void>;
}

/** On a slow machine without KVM, with others at work on it. */
const BOOT_LIMIT: Ms = 180_000;
const LOGIN_LIMIT: Ms = 30_000;

/** A virtual machine has no capacitors; a second is seen by people. */
const LEAST_OFF: Ms = 1_000;

/**
 * Switches a virtual router on, with its console open, and waits until it has booted.
 * @throws HarnessError `virtual.…`, `console.not-seen` with what its console showed
 */
export async function startUbootGuest(ctx: Ctx, name: string): Promise<UbootGuest> {
  const router = await createUbootRouter(ctx, name);
  const close: (() => Promise<void>)[] = [() => router.close()];
  const closeAll = async (): Promise<void> => {
    for (const one of close.splice(0).reverse()) await one();
  };
  try {
    const console = await openConsolePort(ctx, { tty: router.console, baud: 115_200 });
    close.push(() => console.close());
    const booted = console.expect(ctx, 'the guest has booted', new RegExp(readyLine), BOOT_LIMIT);
    booted.catch(() => undefined); // a machine that doesn't start is told first
    await router.powerOn(ctx);
    await booted;
    // Its firewall is loaded while the first interface comes up, and refuses connections until then.
    const ssh = await connectSsh(ctx, router.login(), { limit: LOGIN_LIMIT, pauses: Array(20).fill(500) });
    await ssh.close();
    return {
      get login() {
        return router.login();
      },
      usbSocket: router.usbSocket,
      logSocket: router.logSocket,
      wire: (modem) => {
        let fed = true;
        const feed = (on: boolean): void => {
          fed = on;
          modem.power(on);
        };
        return {
          console,
          tftpRescue: router.tftpRescue,
          power: createPowerSwitch(`the supply of ${name}`, LEAST_OFF, {
            ask: async () => (router.isOn() ? 'on' : 'off'),
            turn: async (c, on) => {
              feed(on);
              await (on ? router.powerOn(c) : router.powerOff());
            },
          }),
          modemPower: createPowerSwitch(`the supply of the modem of ${name}`, LEAST_OFF, {
            ask: async () => (fed ? 'on' : 'off'),
            turn: async (_c, on) => feed(on),
          }),
        };
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
