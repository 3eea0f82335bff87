import { describe, expect, it } from '@jest/globals';

import { HarnessError } from '../../../harness/core/errors.ts';
import { isModel } from '../../../harness/procedures/modem-identity.ts';
import {
  lookAtDrivers,
  lookAtModem,
  lookAtNetwork,
  lookAtSim,
} from '../../../harness/procedures/modem-health.ts';
import type { Signal } from '../../../harness/rig/readings.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import { testCtx } from '../../support/ctx.ts';
import { ec25, scriptedRig } from '../../support/scripted-rig.ts';

const { drive } = testCtx();

describe('the modem of a rig', () => {
  it.each([
    ['MC7455', 'MC7455', 'SWI9X30C_02.24.05.06', true],
    ['MC7455', 'EM7455', 'SWI9X30C_02.24.05.06', false],
    ['EM7455', 'EM7455B', 'SWI9X30C_02.24.05.06', false],
    ['AirCard 340U', 'AC340U', 'SWI9200M_03.05', true],
    ['EC25-A', 'EC25', 'EC25AFAR05A07M4G', true],
    ['EC25-A', 'EC25', 'EC25EFAR06A03M4G', false],
    ['EC25-A', 'EC25', 'EC25AFFAR07A08M4G', false],
    ['EC25-A', 'QUECTEL Mobile Broadband Module', 'EC25AFAR05A07M4G', true],
    ['EC25', 'EC25', 'EC25EUXGAR08A15M1G', true],
    ['EC25', 'QUECTEL Mobile Broadband Module', 'EC25EFAR06A11M4G', true],
    ['EC25', 'EC25-AF', '', true],
    ['EC25-A', 'EC25-AF', '', false],
    ['EC25', 'EG25', 'EG25GGBR07A08M2G', false],
    ['EC25-A', 'EG25', 'EG25GGBR07A08M2G', false],
  ])('%s in the file and %s %s by its own word: %s', (wanted, model, revision, same) => {
    expect(isModel(wanted, { model, revision })).toBe(same);
  });

  it('is named where it is another one', async () => {
    const { rig } = scriptedRig();
    const other = { ...rig, modem: { ...rig.modem, model: 'MC7455' } };
    await expect(drive((ctx) => lookAtModem(ctx, other))).rejects.toMatchObject({
      code: 'rig.other-modem',
      message: expect.stringContaining('Quectel EC25'),
    });
  });
});

describe('its drivers', () => {
  it('are those of the mode that netifd dials', async () => {
    const { rig, script } = scriptedRig({ proto: 'mbim' });
    const mbim = [{ number: 8, purpose: 'MBIM', driver: 'cdc_mbim', nodes: ['cdc-wdm'] }];
    const inMbim = { ...rig, modem: { ...rig.modem, modes: { ...rig.modem.modes, mbim } } };
    const look = (driver: string) => {
      script.usb = [{ ...ec25, interfaces: [{ number: 8, driver, nodes: ['cdc-wdm0'] }] }];
      return drive((ctx) => lookAtDrivers(ctx, inMbim));
    };
    expect(await look('cdc_mbim')).toMatchObject({ ok: true });
    expect(await look('qmi_wwan')).toMatchObject({
      ok: false,
      found: expect.stringContaining('not cdc_mbim'),
    });
  });
});

describe('its card', () => {
  const withPin = (pincode: string | undefined): Rig => {
    const { rig } = scriptedRig();
    const router = { ...rig.router, uciGet: () => Promise.resolve(pincode) };
    return { ...rig, router, modem: { ...rig.modem, simState: () => Promise.resolve('pin') } };
  };

  it('may ask for the PIN that the router has, and for no other', async () => {
    expect(await drive((ctx) => lookAtSim(ctx, withPin('1234')))).toMatchObject({ ok: true, warning: true });
    expect(await drive((ctx) => lookAtSim(ctx, withPin(undefined)))).toMatchObject({
      ok: false,
      found: expect.stringContaining('S4'),
      next: expect.stringContaining('wwanlab shell scripted "uci set network.wwan.pincode=PIN;'),
    });
  });
});

describe('its network', () => {
  const hears = (signal?: Signal): Rig => {
    const { rig } = scriptedRig();
    const readings = { operator: 'T-Mobile', ...(signal ? { signal } : {}) };
    return { ...rig, modem: { ...rig.modem, readings: () => Promise.resolve(readings) } };
  };

  it('is not waited for while something holds the radio down: what to type is told', async () => {
    const { rig } = scriptedRig();
    const radio = { on: false, reason: 'Low Power Mode, held there by BIOS', fccLocked: true };
    const modem = { ...rig.modem, radio: () => Promise.resolve(radio) };
    expect(await drive((ctx) => lookAtNetwork(ctx, { ...rig, modem }))).toMatchObject({
      ok: false,
      found: expect.stringMatching(/S5.*FCC lock; type: wwanlab modem fcc-unlock scripted$/),
    });
  });

  it('that is not found is told with the bands that were ruled out, where the modem tells of them', async () => {
    const { rig } = scriptedRig();
    const searching = { registration: () => Promise.resolve('searching' as const) };
    const look = (bands: Rig['modem']['bands']) =>
      drive((ctx) => lookAtNetwork(ctx, { ...rig, modem: { ...rig.modem, ...searching, bands } }));
    const all = { allowed: [2, 4], known: [2, 4], setting: '' };
    expect(await look(() => Promise.resolve({ ...all, allowed: [2] }))).toMatchObject({
      ok: false,
      found: expect.stringMatching(/searching after 4\d s; .+ may use B2: .+: wwanlab band scripted all$/),
    });
    const untold = new HarnessError('no way', { code: 'modem.no-way', blame: 'rig', effect: 'none' });
    for (const bands of [() => Promise.resolve(all), () => Promise.reject(untold)])
      expect((await look(bands)).found).toMatch(/searching after 4\d s$/);
  });

  it.each<[string, Signal | undefined, object]>([
    [
      'well',
      { rsrpDbm: -90, rssiDbm: -60 },
      { ok: true, found: 'registered (home) with T-Mobile, RSRP -90 dBm' },
    ],
    ['faintly', { rsrpDbm: -118 }, { warning: true, found: expect.stringMatching(/-118 dBm: weak$/) }],
    ['faintly, over UMTS', { rssiDbm: -104 }, { warning: true, found: expect.stringMatching(/weak$/) }],
    ['and does not tell', undefined, { warning: true, found: expect.stringMatching(/tells no signal$/) }],
  ])('is heard %s', async (_how, signal, expected) => {
    expect(await drive((ctx) => lookAtNetwork(ctx, hears(signal)))).toMatchObject(expected);
  });
});
