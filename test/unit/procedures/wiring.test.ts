import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../../harness/core/ctx.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import { proveConsole, proveModemPower, provePower } from '../../../harness/procedures/wiring.ts';
import type { Console } from '../../../harness/rig/console.ts';
import type { PowerSwitch } from '../../../harness/rig/power.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import { testCtx } from '../../support/ctx.ts';
import { scriptedRig } from '../../support/scripted-rig.ts';
import { fakeRouter, resultOf } from '../../support/fake-router.ts';

/** What answers a key at a console: a shell by the boot that it knows, or anything else with its own words. */
type Behind = { readonly bootId: string } | { readonly prompt: string };

/** A console that shows what is written to one node of the router, and the router. */
function wired(shows: '/dev/console' | '/dev/kmsg' | 'nothing', behind: Behind = { prompt: '' }) {
  let text = '';
  const router = fakeRouter({
    boot: async () => ({ bootId: HERE, uptimeMs: 1 }),
    shell: async (_ctx, command) => {
      const [, written = '', node] = /^echo '(.*)' > (\S+)$/.exec(command) ?? [];
      if (node === shows) text += written.replace(/^<0>/, '[   12.3] ');
      return resultOf(command, 0);
    },
  });
  const console = {
    name: 'tty0',
    recent: () => text,
    write: async (_ctx: Ctx, typed: string) => {
      if ('prompt' in behind) text += behind.prompt;
      const mark = /lab-begin-(\w+)/.exec(typed)?.[1];
      if (!('bootId' in behind)) return;
      text +=
        mark === undefined
          ? '\nroot@OpenWrt:/# '
          : `\nwwanlab-begin-${mark}\r\n${behind.bootId}\r\nwwanlab-end-${mark} 0\r\n`;
    },
    expect: (ctx: Ctx, what: string, pattern: RegExp, limit: number) =>
      ctx
        .expect(what, async () => pattern.exec(text) ?? undefined, limit, 100)
        .then((match) => ({ match, text }))
        .catch(() => {
          throw new HarnessError('what the console showed', {
            code: 'console.not-seen',
            blame: 'rig',
            effect: 'none',
          });
        }),
  } as unknown as Console;
  return { router, console };
}

const HERE = '0f3f0f1e-5a3a-4c52-9c1d-6a1f2d3c4b5a';

describe('the proof of a console', () => {
  it.each(['/dev/console', '/dev/kmsg'] as const)('is what was written to %s', async (node) => {
    const { drive } = testCtx();
    const { router, console } = wired(node);
    expect(await drive((ctx) => proveConsole(ctx, router, console))).toBe(node);
  });

  it('is the boot that its shell knows, where the kernel writes elsewhere', async () => {
    const { drive } = testCtx();
    const { router, console } = wired('nothing', { bootId: HERE });
    expect(await drive((ctx) => proveConsole(ctx, router, console))).toBe('its shell');
  });

  it.each([
    [
      'another router',
      { bootId: HERE.replace('0', '1') },
      /tty0 is the console of another .+ another kernel/,
    ],
    ['a boot loader', { prompt: '\nath> ' }, /tty0 is the console of another router: .+ \(bootloader\)/],
    ['nothing', { prompt: '' }, /what the console showed/],
    ['what is no prompt', { prompt: '\u0001\u0002x' }, /what the console showed/],
  ] as const)('fails where it shows %s', async (_what, behind, message) => {
    const { drive } = testCtx();
    const { router, console } = wired('nothing', behind);
    await expect(drive((ctx) => proveConsole(ctx, router, console))).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});

/** A router and a switch; the one hangs on the other or not. */
function fed(byThisSwitch: boolean) {
  const test = testCtx();
  const { clock } = test;
  let [boots, backAt, on] = [1, 0, true];
  const router = fakeRouter({
    boot: async () => {
      if (on && clock.now() >= backAt) return { bootId: `boot ${boots}`, uptimeMs: 1_000 };
      throw new HarnessError('no answer', { code: 'ssh.unreachable', blame: 'rig', effect: 'none' });
    },
  });
  const power: PowerSwitch = {
    name: 'outlet 3',
    leastOffMs: 5_000,
    state: async () => 'on',
    set: async (_ctx, wanted) => {
      if (!byThisSwitch) return;
      if (wanted && !on) [boots, backAt] = [boots + 1, clock.now() + 40_000];
      on = wanted;
    },
  };
  return { ...test, router, power };
}

describe('the proof of a switch', () => {
  it('is a router that has booted, however long that took', async () => {
    const { drive, router, power } = fed(true);
    expect(await drive((ctx) => provePower(ctx, router, power))).toBeGreaterThanOrEqual(40_000);
  });

  it('fails at once where the router ran on', async () => {
    const { drive, ctx, router, power } = fed(false);
    await expect(drive((c) => provePower(c, router, power))).rejects.toMatchObject({ code: 'power.not-cut' });
    expect(ctx.clock.now()).toBeLessThan(6_000);
  });
});

describe("the proof of a modem's own switch", () => {
  const modemOn = (cuts: boolean): { rig: Rig; set: boolean[] } => {
    const { rig, script } = scriptedRig();
    const there = script.usb;
    const set: boolean[] = [];
    const modemPower: PowerSwitch = {
      name: 'port 2 of the hub',
      leastOffMs: 1_000,
      state: () => Promise.resolve('on'),
      set: async (_ctx, on) => {
        set.push(on);
        if (cuts) script.usb = on ? there : [];
      },
    };
    return { rig: { ...rig, modemPower }, set };
  };

  it('is that the modem leaves USB and comes back', async () => {
    const { drive } = testCtx();
    const { rig, set } = modemOn(true);
    expect(await drive((ctx) => proveModemPower(ctx, rig))).toBeLessThan(5_000);
    expect(set).toEqual([false, true]);
  });

  it('fails where it feeds another one, which is switched on again', async () => {
    const { drive } = testCtx();
    const { rig, set } = modemOn(false);
    await expect(drive((ctx) => proveModemPower(ctx, rig))).rejects.toMatchObject({ code: 'power.not-cut' });
    expect(set).toEqual([false, true]);
  });
});
