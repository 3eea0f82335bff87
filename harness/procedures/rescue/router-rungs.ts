import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { minutes } from '../../core/units.ts';
import type { Console } from '../../rig/console.ts';
import type { PowerSwitch } from '../../rig/power.ts';
import type { Rig } from '../../rig/rig.ts';
import { awaitBoot, awaitSameSystem, FIRST_BOOT, isSilence, RESTART } from '../boot.ts';
import { runOnConsole } from '../console.ts';
import { cyclePower } from '../power.ts';
import { rescueOverTftp } from '../rescue-over-tftp.ts';
import { needsRouter, type RescueRung } from './rung.ts';

/** The router shuts down in its own way. */
export const reboot: RescueRung = {
  id: 'reboot',
  about: 'reboot the router',
  limitMs: RESTART.ceiling + 30_000,
  skip: (_rig, seen) => needsRouter(seen),
  climb: async (ctx, rig) => {
    const { router } = rig;
    const { bootId } = await router.boot(ctx);
    // The connection goes with the router: no answer is the answer.
    await router.shell(ctx, 'reboot', { limit: 10_000 }).catch((error: unknown) => {
      if (!isSilence(error)) throw error;
    });
    const { uptimeMs } = await awaitBoot(ctx, rig, bootId);
    return `rebooted, up for ${Math.round(uptimeMs / 1_000)} s`;
  },
};

/** For a router that hears nobody any more. */
export const routerPower: RescueRung = {
  id: 'router-power',
  about: "cut the router's supply",
  limitMs: RESTART.ceiling + minutes(1),
  skip: (rig) => (rig.power ? undefined : 'the rig has no power switch'),
  climb: async (ctx, rig) => {
    const before = await bootIdOf(ctx, rig);
    await cyclePower(ctx, switchOf(rig));
    const { uptimeMs } = await awaitBoot(ctx, rig, before);
    return `${switchOf(rig).name}: off and on; up for ${Math.round(uptimeMs / 1_000)} s`;
  },
};

/**
 * preinit waits some seconds for `f` on the console; its shell then drops the settings that keep the router from
 * coming up. Source: OpenWrt package/base-files/files/lib/preinit/30_failsafe_wait, sbin/firstboot.
 */
export const failsafe: RescueRung = {
  id: 'failsafe',
  about: "drop the router's settings in OpenWrt's failsafe mode",
  limitMs: FIRST_BOOT.ceiling + minutes(6),
  skip: (rig, { router }, { mayDropSettings }) => {
    if (!rig.console) return 'the rig has no console';
    if (router === 'boot-loader') return 'its boot loader starts no system that could have such a mode';
    if (!rig.power) return 'the rig has no power switch';
    return mayDropSettings ? undefined : 'it would drop the settings, which was not allowed';
  },
  climb: async (ctx, rig) => {
    const console = consoleOf(rig);
    const asked = console.expect(ctx, 'the question for failsafe mode', /[Pp]ress the \[f\] key/, minutes(2));
    asked.catch(() => undefined); // a supply that can't be cut is told first
    await cyclePower(ctx, switchOf(rig));
    await asked;
    const entered = console.expect(ctx, "failsafe mode's shell", /- failsafe -[\s\S]*[#$] $/, 60_000);
    entered.catch(() => undefined);
    await console.write(ctx, 'f\r');
    await entered;
    await runOnConsole(ctx, console, 'mount_root', 60_000);
    const { exitCode, output } = await runOnConsole(ctx, console, 'firstboot -y && sync', 60_000);
    if (exitCode !== 0) throw notDropped(output);
    await console.write(ctx, 'reboot -f\r');
    const { metAgain } = await awaitSameSystem(ctx, rig, undefined, FIRST_BOOT); // its host key was a setting, too
    const key = metAgain ? `; its host key is ${metAgain.hostKey} now, since ${metAgain.proof}` : '';
    return `settings dropped in failsafe mode${key}`;
  },
};

/** Nothing on the flash is sound: the boot loader loads an image over the network. */
export const bootLoader: RescueRung = {
  id: 'boot-loader',
  about: 'load a sound image from the boot loader',
  limitMs: FIRST_BOOT.ceiling + minutes(15),
  skip: (rig, _seen, { image }) => {
    if (!rig.console) return 'the rig has no console';
    if (!rig.tftpRescue)
      return "how its boot loader loads an image isn't known: name it under bootloader in the rig file";
    return image ? undefined : 'no image was named that could be loaded';
  },
  climb: async (ctx, rig, { image }) => {
    if (!image) throw missing('image');
    const { board } = await rescueOverTftp(ctx, rig, image);
    return `loaded over TFTP: ${board.version} ${board.revision}`;
  },
};

const bootIdOf = async (ctx: Ctx, { router }: Rig): Promise<string | undefined> => {
  try {
    return (await ctx.within(15_000, 'the router says when it booted', (c) => router.boot(c))).bootId;
  } catch {
    return undefined; // it is silent: that is why its supply is cut
  }
};

function switchOf({ power }: Rig): PowerSwitch {
  if (power) return power;
  throw missing('power switch');
}

function consoleOf({ console }: Rig): Console {
  if (console) return console;
  throw missing('console');
}

const missing = (what: string): HarnessError =>
  new HarnessError(`the rig has no ${what}`, { code: 'rescue.not-wired', blame: 'rig', effect: 'none' });

const notDropped = (output: string): HarnessError =>
  new HarnessError(`firstboot did not drop the settings: ${output.trim()}`, {
    code: 'rescue.refused',
    blame: 'dut',
    effect: 'unknown',
    hint: 'the router stands in failsafe mode: see its console',
  });
