import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type RigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { dial, hangUp } from '../../harness/procedures/dial.ts';
import { unlockFcc } from '../../harness/procedures/fcc-unlock.ts';
import { swapMode } from '../../harness/procedures/mode.ts';
import { askStatus } from '../../harness/procedures/modem-status.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { testCtx } from '../support/ctx.ts';

/** A simulated rig with OpenWrt 25.12, which has uqmi and umbim, and its link down. */
function withSim(
  modem: Partial<SimRigFile['modem']>,
  body: (ctx: Ctx, rig: Rig) => Promise<void>,
): Promise<void> {
  return testCtx().drive(async (ctx) => {
    const file = loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml') as SimRigFile;
    const router = { ...file.router, firmware: 'openwrt-25.12' };
    const rig = await openRig(ctx, { ...file, router, modem: { ...file.modem, ...modem } } as RigFile);
    await hangUp(ctx, rig);
    await body(ctx, rig);
    await rig.close();
  });
}

/** A composition without AT, as somebody chose it with AT!USBCOMP. */
async function takeAtPort(ctx: Ctx, { modem, router }: Rig, bits: string): Promise<void> {
  await modem.at(ctx, 'AT!ENTERCND="A710"');
  expect((await modem.at(ctx, `AT!USBCOMP=1,1,${bits}`, undefined, true)).ok).toBe(true);
  await modem.restart(ctx);
  await ctx.clock.sleep(30_000);
  const [device] = (await router.usbDevices(ctx)).filter(({ vendorId }) => vendorId === '1199');
  expect(device?.interfaces.map(({ number }) => number)).not.toContain(3);
}

describe('a modem without an AT port, on a simulated rig', () => {
  it('is asked by uqmi, and its call goes on', () =>
    withSim({}, async (ctx, rig) => {
      expect((await swapMode(ctx, rig, 'qmi')).ok).toBe(true);
      await takeAtPort(ctx, rig, '105');
      const status = {
        detour: 'no AT port: asked by uqmi over /dev/cdc-wdm0',
        identity: { model: 'MC7455' },
        numbers: { imei: '00440107…', iccid: '890141…', imsi: '31026…' },
        sim: 'ready',
        radio: { on: true },
        registration: 'home',
        readings: { operator: 'T-Mobile', radioAccess: 'LTE', signal: { rsrpDbm: -94, sinrDb: 12.4 } },
      };
      expect(await askStatus(ctx, rig)).toMatchObject(status);
      expect((await dial(ctx, rig, 120_000)).up).toBe(true);
      expect(await askStatus(ctx, rig)).toMatchObject(status);
      expect((await rig.router.ping(ctx, '8.8.8.8', 2)).received).toBe(2);
      expect(await rig.modem.composition(ctx)).toBe('qmi');
      await expect(rig.modem.compose(ctx, 'mbim')).rejects.toMatchObject({
        code: 'modem.no-port',
        message: expect.stringContaining('its USB composition has no AT port'),
      });
    }));

  it('is asked by umbim within the session that netifd has open', () =>
    withSim({}, async (ctx, rig) => {
      expect((await swapMode(ctx, rig, 'mbim')).ok).toBe(true);
      await takeAtPort(ctx, rig, '1005');
      const status = {
        detour: 'no AT port: asked by umbim over /dev/cdc-wdm0',
        identity: { model: 'MC7455', revision: 'SWI9X30C_02.24.05.06' },
        sim: 'ready',
        radio: { on: true },
        registration: 'home',
        readings: { operator: 'T-Mobile', signal: { rssiDbm: -65 } },
      };
      expect(await askStatus(ctx, rig)).toMatchObject(status);
      expect((await dial(ctx, rig, 120_000)).up).toBe(true);
      expect(await askStatus(ctx, rig)).toMatchObject(status);
      expect((await rig.router.ping(ctx, '8.8.8.8', 2)).received).toBe(2);
      await hangUp(ctx, rig);
      expect(await askStatus(ctx, rig)).toMatchObject(status);
    }));
});

describe('an EM7565 in its USBIF composition', () => {
  it('has its AT port on interface 2, and keeps it in every mode', () =>
    withSim({ model: 'em7565-usbif' }, async (ctx, rig) => {
      expect((await climb(ctx, rig)).firstMissed).toBeUndefined();
      const swap = await swapMode(ctx, rig, 'qmi');
      expect(swap.interfaces.map(({ text }) => text)).toEqual([
        'interface 2 (AT and PPP) is ttyUSB2 (qcserial)',
        'interface 8 (QMI) is cdc-wdm0, wwan0 (qmi_wwan)',
      ]);
      expect((await swapMode(ctx, rig, 'mbim')).ok).toBe(true);
      expect(await rig.modem.identity(ctx)).toMatchObject({ model: 'EM7565' });
      expect(rig.modem.detour()).toBeUndefined();
    }));
});

describe('an FCC lock, on a simulated rig', () => {
  it('is seen, told with what opens it, and opened on request until the next start', () =>
    withSim({ model: 'em7455-lenovo' }, async (ctx, rig) => {
      const missed = (await climb(ctx, rig)).firstMissed;
      expect(missed).toMatchObject({
        rung: 'S5',
        seen: `Low Power Mode, held there by BIOS: FCC lock; type: wwanlab modem fcc-unlock ${rig.id}`,
      });
      await hangUp(ctx, rig);
      expect((await unlockFcc(ctx, rig)).after).toMatchObject({ on: true });
      expect((await unlockFcc(ctx, rig)).before).toMatchObject({ on: true });
      expect((await climb(ctx, rig)).firstMissed).toBeUndefined();
      await hangUp(ctx, rig);
      await rig.modem.restart(ctx);
      await ctx.clock.sleep(30_000);
      expect(await rig.modem.radio(ctx)).toMatchObject({ on: false, fccLocked: true });
    }));

  it('is opened by the climb where the rig file wants that', () =>
    withSim({ model: 'em7455-lenovo', fccUnlock: true }, async (ctx, rig) => {
      const { firstMissed, rungs } = await climb(ctx, rig);
      expect(firstMissed).toBeUndefined();
      expect(rungs.find(({ rung }) => rung === 'S5')?.seen).toContain('after FCC authentication');
    }));
});
