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

/** A console that shows what is written to one node of the router, and the router. */
function wired(shows: '/dev/console' | '/dev/kmsg' | 'nothing') {
  let text = '';
  const router = fakeRouter({
    shell: async (_ctx, command) => {
      const [, written = '', node] = /^echo '(.*)' > (\S+)$/.exec(command) ?? [];
      if (node === shows) text += written.replace(/^<0>/, '[   12.3] ');
      return resultOf(command, 0);
    },
  });
  const console = {
    name: 'tty0',
    expect: (ctx: Ctx, what: string, pattern: RegExp, limit: number) =>
      ctx
        .expect(what, async () => pattern.exec(text) ?? undefined, limit, 100)
        .catch(() => {
          throw new HarnessError('another router boots', {
            code: 'console.not-seen',
            blame: 'rig',
            effect: 'none',
          });
        }),
  } as unknown as Console;
  return { router, console };
}

describe('the proof of a console', () => {
  it.each(['/dev/console', '/dev/kmsg'] as const)('is what was written to %s', async (node) => {
    const { drive } = testCtx();
    const { router, console } = wired(node);
    expect(await drive((ctx) => proveConsole(ctx, router, console))).toBe(node);
  });

  it('fails where it shows another router', async () => {
    const { drive } = testCtx();
    const { router, console } = wired('nothing');
    await expect(drive((ctx) => proveConsole(ctx, router, console))).rejects.toMatchObject({
      code: 'console.not-seen',
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
