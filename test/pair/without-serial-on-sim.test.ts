import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type RigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { inMode, swapMode } from '../../harness/procedures/mode.ts';
import { lookAtDrivers, lookAtModem, lookAtNetwork } from '../../harness/procedures/modem-health.ts';
import { drillRescue } from '../../harness/procedures/rescue/drills.ts';
import { lookAt } from '../../harness/procedures/rescue/seen.ts';
import { lookAtPackages } from '../../harness/procedures/router-health.ts';
import type { DataMode } from '../../harness/rig/modem.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { testCtx } from '../support/ctx.ts';

/** An OpenWrt that has one network driver with its handler, and neither a serial driver nor comgt. */
function withoutSerial(
  modem: SimRigFile['modem'],
  body: (ctx: Ctx, rig: Rig) => Promise<void>,
): Promise<void> {
  return testCtx().drive(async (ctx) => {
    const file = loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml') as SimRigFile;
    const firmware = modem.mode === 'mbim' ? 'openwrt-25.12-umbim' : 'openwrt-25.12-uqmi';
    const rig = await openRig(ctx, { ...file, router: { ...file.router, firmware }, modem } as RigFile);
    await body(ctx, rig);
    await rig.close();
  });
}

const routers = [
  { mode: 'qmi', model: 'mc7455', tool: 'uqmi', serial: 'kmod-usb-serial-qualcomm' },
  { mode: 'qmi', model: 'ec25-a', tool: 'uqmi', serial: 'kmod-usb-serial-option' },
  { mode: 'mbim', model: 'em7565', tool: 'umbim', serial: 'kmod-usb-serial-qualcomm' },
] as const;

describe.each(routers)('a router with $tool alone, and an $model', ({ mode, model, tool, serial }) => {
  const modem = { model, mode, fccUnlock: false } as const;

  it('connects, and says by whom the modem was asked', () =>
    withoutSerial(modem, async (ctx, rig) => {
      expect(rig.has).toContain(`modem.${mode}`);
      expect([...rig.has].filter((one) => one === 'modem.at' || one === 'modem.ppp')).toEqual([]);
      const { firstMissed, rungs } = await inMode(ctx, rig, mode, () => climb(ctx, rig));
      expect(firstMissed).toBeUndefined();
      expect(rungs.find(({ rung }) => rung === 'S3')?.seen).toContain(
        `no AT port: asked by ${tool} over /dev/cdc-wdm0`,
      );
      expect(await swapMode(ctx, rig, mode)).toMatchObject({ from: mode, restarted: false, ok: true });
    }));

  it('is healthy, and says what AT and the other modes would need', () =>
    withoutSerial(modem, async (ctx, rig) => {
      const packages = await lookAtPackages(ctx, rig);
      expect(packages).toMatchObject({ ok: true, warning: true });
      expect(packages.found).toMatch(new RegExp(`^all for ${mode}; ppp would need .*${serial}`));
      expect(packages.found).toContain(
        `AT (commands, bands, temperature, voltage) would need comgt, ${serial} (on the router`,
      );
      // One line for all of it, with each package once.
      expect(packages.found.match(/apk add/g)).toHaveLength(1);
      const line = /apk add (.+)\)$/.exec(packages.found)?.[1]?.split(' ') ?? [];
      expect(line).toEqual(expect.arrayContaining(['comgt', serial]));
      expect(new Set(line).size).toBe(line.length);
      expect(await lookAtDrivers(ctx, rig)).toMatchObject({ ok: true });
      expect((await lookAtModem(ctx, rig)).found).toContain('no AT port');
      expect((await lookAtNetwork(ctx, rig)).ok).toBe(true);
    }));

  it.each<DataMode>(['ppp', mode === 'qmi' ? 'mbim' : 'qmi'])(
    'refuses %s before it changes anything',
    (other) =>
      withoutSerial(modem, async (ctx, rig) => {
        await expect(swapMode(ctx, rig, other)).rejects.toMatchObject({
          code: 'rig.lacks-packages',
          effect: 'none',
          hint: expect.stringContaining('apk add'),
        });
        expect(await rig.router.uciGet(ctx, `network.${rig.connection.interfaceName}.proto`)).toBe(mode);
      }),
  );
});

describe('what AT alone can do', () => {
  it('is refused with the package that is missing, and blames the rig', () =>
    withoutSerial({ model: 'mc7455', mode: 'qmi', fccUnlock: false }, async (ctx, rig) => {
      for (const ask of [() => rig.modem.at(ctx, 'ATI'), () => rig.modem.bands(ctx)]) {
        await expect(ask()).rejects.toMatchObject({
          code: 'modem.no-port',
          blame: 'rig',
          hint: expect.stringContaining('apk add comgt kmod-usb-serial-qualcomm'),
        });
      }
    }));
});

describe('rescue without an AT port', () => {
  it('takes a modem whose control device is there for whole, and climbs for it', () =>
    withoutSerial({ model: 'mc7455', mode: 'qmi', fccUnlock: false }, async (ctx, rig) => {
      expect(await lookAt(ctx, rig)).toMatchObject({ modem: 'bound' });
      await climb(ctx, rig);
      for (const drill of await drillRescue(ctx, rig))
        expect(drill).toMatchObject({ rescue: { reached: true } });
    }));
});
