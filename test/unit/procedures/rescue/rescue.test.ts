import { describe, expect, it } from '@jest/globals';

import { HarnessError, type ErrorCode } from '../../../../harness/core/errors.ts';
import { newsOf } from '../../../../harness/cli/news.ts';
import { protocols } from '../../../../harness/procedures/dial-needs.ts';
import { rescue, type RescuePlan } from '../../../../harness/procedures/rescue/rescue.ts';
import { rescueRungIds, type RescueRungId } from '../../../../harness/procedures/rescue/rung.ts';
import type { Rig } from '../../../../harness/rig/rig.ts';
import type { PowerSwitch } from '../../../../harness/rig/power.ts';
import { testCtx } from '../../../support/ctx.ts';
import { scriptedRig } from '../../../support/scripted-rig.ts';

const silence = (): Promise<never> =>
  Promise.reject(new HarnessError('no answer', { code: 'ssh.unreachable', blame: 'rig', effect: 'none' }));

const problem = (code: ErrorCode): HarnessError =>
  new HarnessError(code, { code, blame: 'dut', effect: 'none' });

/** A rig that is mended by one rung alone; what each rung did is in `log`. */
function broken(mendedBy: RescueRungId | 'nothing', wiring: { power?: true; modemPower?: true } = {}) {
  const test = testCtx();
  const { rig: base, script } = scriptedRig();
  const log: string[] = [];
  let boots = 1;
  let silent = mendedBy === 'router-power';
  const does = (rung: RescueRungId): void => {
    log.push(rung);
    if (rung !== mendedBy) return;
    silent = false;
    script.upSince = test.clock.now();
  };
  const outlet = (rung: RescueRungId): PowerSwitch => ({
    name: rung,
    leastOffMs: 1_000,
    state: () => Promise.resolve('on'),
    set: async (_ctx, on) => {
      if (!on) return;
      if (rung === 'router-power') boots++;
      does(rung);
    },
  });
  let reread = false;
  script.onIfup = () => does(reread ? 'interface' : 're-dial');
  const rig: Rig = {
    ...base,
    ...(wiring.power ? { power: outlet('router-power') } : {}),
    ...(wiring.modemPower ? { modemPower: outlet('modem-power') } : {}),
    modem: {
      ...base.modem,
      restart: () =>
        Promise.resolve().then(() => ((script.usb = renumbered(script.usb)), does('modem-reset'))),
    },
    router: {
      ...base.router,
      boot: () => (silent ? silence() : Promise.resolve({ bootId: `boot ${boots}`, uptimeMs: 9_000 })),
      reloadNetwork: () =>
        Promise.resolve().then(() => {
          reread = true;
          if (script.interface === 'written') script.interface = 'loaded';
        }),
      shell: (_ctx, command) => {
        if (command === 'reboot') boots++;
        does(command === 'reboot' ? 'reboot' : 'usb-authorize');
        return Promise.resolve({ command, exitCode: 0, stdout: '', stderr: '', tookMs: 1 });
      },
    },
  };
  const run = (plan: Partial<RescuePlan> = {}) =>
    test.drive((ctx) => rescue(ctx, rig, { goal: 'online', ...plan }));
  return { ...test, rig, script, log, run };
}

const renumbered = <T extends { readonly number: number }>(usb: readonly T[]): T[] =>
  usb.map((device) => ({ ...device, number: device.number + 1 }));

describe('the rescue ladder', () => {
  it.each<[RescueRungId]>([
    ['re-dial'],
    ['interface'],
    ['modem-reset'],
    ['usb-authorize'],
    ['modem-power'],
    ['reboot'],
    ['router-power'],
  ])('stops at %s, where that helps, and goes no further', async (rung) => {
    const { run, events } = broken(rung, { power: true, modemPower: true });
    const result = await run();
    expect(result).toMatchObject({ reached: true, by: rung, after: { link: 'online' } });
    const climbed = result.steps.filter(({ outcome }) => outcome !== 'skipped');
    expect(climbed.at(-1)).toMatchObject({ rung, outcome: 'done' });
    const passed = rescueRungIds.indexOf(rung);
    expect(result.steps.map((step) => step.rung)).toEqual(rescueRungIds.slice(0, passed + 1));
    expect(events().filter(({ kind }) => kind === 'rescue.rung')).toHaveLength(result.steps.length);
    const said = events().flatMap((event) => (event.kind === 'rescue' ? [newsOf(event)] : []));
    expect(said).toHaveLength(climbed.length);
    expect(said.at(-1)).toMatch(new RegExp(`^${rung}: to .+, since .+ \\(up to .+\\)$`));
  });

  it('says how long a rung may take with all that may come of it', async () => {
    const { run, events } = broken('re-dial');
    await run();
    const said = events().flatMap((event) => (event.kind === 'rescue' ? [newsOf(event)] : []));
    expect(said).toEqual(['re-dial: to dial again, since interface wwan is down (up to 3 min 45 s)']);
  });

  it('leaves out what a silent router cannot do, and says why', async () => {
    const { run, log } = broken('router-power', { power: true });
    const { steps } = await run();
    expect(log).toEqual(['router-power']);
    expect(steps.slice(0, 4).map(({ did }) => did)).toEqual(
      Array(4).fill('the router does not answer over the network'),
    );
    expect(steps[4]).toMatchObject({ did: 'the rig has no switch for the modem alone' });
  });

  it('hands over to a human with what to do, and drops no settings unasked', async () => {
    const { run } = broken('nothing');
    const result = await run();
    expect(result).toMatchObject({ reached: false, by: undefined });
    expect(result.advice).toContain('wwanlab rigs check scripted');
    expect(result.steps.at(-1)).toMatchObject({ rung: 'boot-loader', outcome: 'skipped' });
  });

  it('does nothing to a rig that is well, and never more than it may', async () => {
    const well = broken('nothing');
    expect(await well.run({ goal: 'modem' })).toMatchObject({ reached: true, steps: [] });
    const bounded = broken('reboot');
    expect(await bounded.run({ upTo: 'modem-reset' })).toMatchObject({
      reached: false,
      advice: expect.stringMatching(/^no rung beyond modem-reset was allowed: .+ wwanlab rigs check/),
    });
    expect(bounded.log).not.toContain('reboot');
  });

  it.each(['absent', 'loaded'] as const)(
    'takes a modem that answers nothing for hung, where its interface is %s',
    async (netifd) => {
      const { drive, rig, script, log } = broken('nothing', { power: true });
      script.interface = netifd;
      const ask = (code: ErrorCode) => {
        const radio: Rig['modem']['radio'] = (ctx) =>
          log.includes('usb-authorize') ? rig.modem.radio(ctx) : Promise.reject(problem(code));
        return drive((ctx) => rescue(ctx, { ...rig, modem: { ...rig.modem, radio } }, { goal: 'modem' }));
      };
      expect(await ask('modem.port-busy')).toMatchObject({ reached: true, steps: [] });
      expect(await ask('modem.no-answer')).toMatchObject({
        reached: true,
        by: 'usb-authorize',
        before: { modem: 'hung', text: 'modem.no-answer' },
        after: { modem: 'bound' },
      });
    },
  );

  it.each([
    ['ppp', 'on its AT port alone', 'usb-authorize'],
    ['qmi', 'on its AT port alone', 're-dial'],
    ['qmi', 'nowhere', 'usb-authorize'],
  ] as const)(
    'asks the modem before it dials in %s mode: one that is silent %s is helped by the rung %s',
    async (mode, silent, helps) => {
      const { drive, clock, rig, script, log } = broken(helps);
      script.proto = protocols[mode];
      const asked: number[] = [];
      const radio: Rig['modem']['radio'] = (ctx) => {
        asked.push(clock.now());
        return log.includes(helps) ? rig.modem.radio(ctx) : Promise.reject(problem('modem.no-answer'));
      };
      const radioOverControl: Rig['modem']['radioOverControl'] = () =>
        silent === 'nowhere' && !log.includes(helps)
          ? Promise.reject(problem('modem.port-busy')) // a handler that waits for it still has the device
          : Promise.resolve({ on: true, reason: '' });
      const mute = { ...rig, modem: { ...rig.modem, radio, radioOverControl } };
      const result = await drive((ctx) => rescue(ctx, mute, { goal: 'online' }));
      expect(result).toMatchObject({ reached: true, by: helps });
      expect(asked[0]).toBeLessThan(10_000);
      const tried = result.steps.filter(({ outcome }) => outcome !== 'skipped').map(({ rung }) => rung);
      expect(tried).toEqual([helps]);
    },
  );

  it.each([
    ['before netifd has noticed that the device is back: it would say that there is none', 0],
    ['only once where netifd hears late that the device had left, which ends a dial', 3_000],
  ])('does not dial %s', async (_what, unawareMs) => {
    const { drive, clock, rig, script } = broken('nothing');
    const { usb } = script;
    const bare = { driver: undefined, nodes: [] };
    script.usb = usb.map((one) => ({
      ...one,
      interfaces: [
        { number: 2, ...bare },
        { number: 3, ...bare },
      ],
    }));
    let [unawareUntil, noticedAt] = [0, Infinity];
    const noticed = (): boolean => clock.now() >= noticedAt || clock.now() < unawareUntil;
    const router: Rig['router'] = {
      ...rig.router,
      shell: (ctx, line) => {
        script.usb = usb;
        noticedAt = clock.now() + 15_000;
        unawareUntil = clock.now() + unawareMs;
        return rig.router.shell(ctx, line);
      },
      ifup: () => Promise.resolve(clock.now() >= noticedAt ? void (script.upSince = clock.now()) : undefined),
      interfaceStatus: async (ctx, name) => {
        const status = await rig.router.interfaceStatus(ctx, name);
        const errors = noticed() ? [] : [{ subsystem: 'interface', code: 'NO_DEVICE' }];
        return status && { ...status, available: noticed(), errors };
      },
    };
    const result = await drive((ctx) => rescue(ctx, { ...rig, router }, { goal: 'online' }));
    expect(result).toMatchObject({ reached: true, by: 'usb-authorize' });
  });

  it('waits for a modem that has just crashed before it does anything to its router', async () => {
    const { run, script, clock, log } = broken('nothing', { power: true });
    const { usb } = script;
    script.usb = [];
    clock.after(8_000, () => void (script.usb = usb));
    expect(await run({ goal: 'modem' })).toMatchObject({
      reached: true,
      before: { modem: 'absent' },
      steps: [],
    });
    expect(log).toEqual([]);
  });

  it('climbs no further than to the modem where settings lack its interface, and tells how it gets one', async () => {
    const { run, script } = broken('nothing', { power: true });
    script.interface = 'absent';
    const result = await run();
    expect(result).toMatchObject({ reached: false, steps: [], after: { modem: 'bound', link: 'absent' } });
    expect(result.advice).toContain('wwanlab shell scripted "uci set network.wwan=interface');
    for (const goal of ['router', 'modem'] as const) {
      expect(await run({ goal })).toMatchObject({ reached: true, steps: [] });
    }
  });

  it('lets netifd read the interface that only its file has', async () => {
    const { run, script } = broken('interface');
    script.interface = 'written';
    const { reached, by, before } = await run();
    expect({ reached, by, link: before.link }).toEqual({ reached: true, by: 'interface', link: 'down' });
  });

  it('takes a rung that fails as data', async () => {
    const { drive, rig } = broken('reboot');
    const mute = { ...rig, modem: { ...rig.modem, restart: () => Promise.reject(new Error('no AT')) } };
    const result = await drive((ctx) => rescue(ctx, mute, { goal: 'online' }));
    expect(result.steps[2]).toMatchObject({ rung: 'modem-reset', outcome: 'failed', did: 'no AT' });
    expect(result.by).toBe('reboot');
  });

  it('does not climb past another host key', async () => {
    const { drive, rig } = broken('reboot');
    const key = new HarnessError('another key', {
      code: 'ssh.host-key-mismatch',
      blame: 'rig',
      effect: 'none',
    });
    const strange = { ...rig, router: { ...rig.router, boot: () => Promise.reject(key) } };
    await expect(drive((ctx) => rescue(ctx, strange, { goal: 'online' }))).rejects.toBe(key);
  });
});
