import { describe, expect, it } from '@jest/globals';

import * as firmware from '../../../../../harness/protocols/qmi/dms/firmware.ts';
import * as identity from '../../../../../harness/protocols/qmi/dms/identity.ts';
import * as operation from '../../../../../harness/protocols/qmi/dms/operation.ts';
import * as pin from '../../../../../harness/protocols/qmi/dms/pin.ts';
import * as swi from '../../../../../harness/protocols/qmi/dms/swi.ts';
import { bench, type Bench } from '../bench.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

interface Setting extends Bench {
  readonly host: QmiHost;
  readonly client: number;
}

async function withDms(
  body: (b: Setting) => Promise<void>,
  overrides: Parameters<typeof bench>[1] = {},
  model = 'mc7455',
): Promise<void> {
  const b = bench(model, overrides);
  await b.drive(async () => {
    await b.pass(20_000);
    const host = qmiHost(b.clock, b.modem, model === 'ec25-a' ? 4 : 8);
    await body({ ...b, host, client: await host.allocate('dms') });
  });
}

describe('what the modem is', () => {
  it('says what AT says', async () => {
    await withDms(async ({ host, client, modem }) => {
      const { imei, revision, model } = modem.profile.identity;
      expect((await host.ask(identity.getIds, {}, client)).values).toMatchObject({
        imei,
        meid: imei.slice(0, 14),
      });
      expect((await host.ask(identity.getRevision, {}, client)).values).toEqual({ revision });
      expect((await host.ask(identity.getModel, {}, client)).values).toEqual({ model });
      const bands = await host.ask(identity.getBandCapabilities, {}, client);
      expect(bands.values).toMatchObject({ lteBands: modem.profile.lteBands });
      expect(bands.values.extendedLteBands).toEqual(
        [1, 2, 3, 4, 5, 7, 8, 12, 13, 20, 25, 26, 29, 30, 41].filter(
          (band) => ((modem.profile.lteBands >> BigInt(band - 1)) & 1n) === 1n,
        ),
      );
    });
  });

  it('refuses what was never written into it with the error that fits', async () => {
    await withDms(async ({ host, client }) => {
      const errors = [
        (await host.ask(identity.getMsisdn, {}, client)).error,
        (await host.ask(identity.getPrlVersion, {}, client)).error,
        (await host.ask(identity.getMacAddress, { device: 'wlan' }, client)).error,
        (await host.ask(operation.readUserData, {}, client)).error,
        (await host.ask(operation.activateAutomatic, { code: 'x' }, client)).error,
        (await host.ask(operation.validateServiceProgrammingCode, { code: '111111' }, client)).error,
      ];
      expect(errors).toEqual([
        'NotProvisioned',
        'NotProvisioned',
        'NotProvisioned',
        'NotProvisioned',
        'DeviceUnsupported',
        'AuthenticationFailed',
      ]);
    });
  });
});

describe('the card through DMS', () => {
  const sim = { pin: '1234', puk: '12345678' };

  it('counts wrong PINs, blocks, and is unblocked by the PUK', async () => {
    await withDms(
      async ({ host, client }) => {
        const status = async () => (await host.ask(pin.getPinStatus, {}, client)).values.pin1;
        const verify = (code: string) => host.ask(pin.verifyPin, { info: { id: 'pin1', pin: code } }, client);
        expect(await status()).toEqual({ state: 'enabled-not-verified', verifyLeft: 3, unblockLeft: 10 });
        expect((await host.ask(pin.getImsi, {}, client)).error).toBe('UimUninitialized');
        const wrong = await verify('0000');
        expect(wrong).toEqual({
          error: 'IncorrectPin',
          values: { retries: { verifyLeft: 2, unblockLeft: 10 } },
        });
        await verify('0000');
        expect((await verify('0000')).error).toBe('PinBlocked');
        expect(await status()).toEqual({ state: 'blocked', verifyLeft: 0, unblockLeft: 10 });
        expect((await verify('1234')).error).toBe('PinBlocked');
        const unblock = (puk: string) =>
          host.ask(pin.unblockPin, { info: { id: 'pin1', puk, newPin: '4321' } }, client);
        expect(await unblock('99999999')).toEqual({
          error: 'IncorrectPin',
          values: { retries: { verifyLeft: 0, unblockLeft: 9 } },
        });
        expect((await unblock(sim.puk)).error).toBe('None');
        expect(await status()).toEqual({ state: 'enabled-verified', verifyLeft: 3, unblockLeft: 10 });
        expect((await host.ask(pin.getImsi, {}, client)).values.imsi).toMatch(/^310260/);
      },
      { sim },
      // The one whose firmware is old enough.
      'aircard-340u',
    );
  });

  it('changes the PIN and takes its lock away', async () => {
    await withDms(
      async ({ host, client, modem }) => {
        const off = { id: 'pin1', enabled: false, pin: '1234' } as const;
        expect((await host.ask(pin.setPinProtection, { info: { ...off, pin: '1' } }, client)).error).toBe(
          'IncorrectPin',
        );
        await host.ask(pin.verifyPin, { info: { id: 'pin1', pin: '1234' } }, client);
        const change = { id: 'pin1', pin: '1234', newPin: '777777' } as const;
        expect((await host.ask(pin.changePin, { info: change }, client)).error).toBe('None');
        expect(modem.state.sim.card?.pin).toBe('777777');
        expect(
          (await host.ask(pin.setPinProtection, { info: { ...off, pin: '777777' } }, client)).error,
        ).toBe('None');
        expect(
          (await host.ask(pin.setPinProtection, { info: { ...off, pin: '777777' } }, client)).error,
        ).toBe('NoEffect');
      },
      { sim },
      'aircard-340u',
    );
  });

  it('says that there is none', async () => {
    await withDms(
      async ({ host, client }) => {
        expect((await host.ask(pin.getPinStatus, {}, client)).error).toBe('Internal');
        expect((await host.ask(pin.getUimState, {}, client)).values.state).toBe('absent');
      },
      { sim: 'none' },
      'aircard-340u',
    );
  });

  it.each([
    ['mc7455', 'InvalidQmiCommand', 'None'],
    ['em7565', 'NotSupported', 'NotSupported'],
    ['ec25-a', 'NotSupported', 'NotSupported'],
  ])('is left to UIM by the firmware of an %s: PIN %s, IMSI %s', async (model, ofPin, ofImsi) => {
    const asked = async ({ host, client }: Setting): Promise<void> => {
      expect((await host.ask(pin.getPinStatus, {}, client)).error).toBe(ofPin);
      expect((await host.ask(pin.verifyPin, { info: { id: 'pin1', pin: '1' } }, client)).error).toBe(ofPin);
      expect((await host.ask(pin.getImsi, {}, client)).error).toBe(ofImsi);
    };
    await withDms(asked, {}, model);
  });
});

describe('operating mode', () => {
  it('goes to low power and back, and tells who has asked', async () => {
    await withDms(async ({ host, client, modem, pass }) => {
      const set = async (mode: operation.OperatingMode) =>
        (await host.ask(operation.setOperatingMode, { mode }, client)).error;
      const get = async () => (await host.ask(operation.getOperatingMode, {}, client)).values.mode;
      await host.ask(operation.setEventReport, { operatingMode: true }, client);
      expect(await get()).toBe('online');
      expect(await set('factory-test')).toBe('InvalidTransition');
      expect(await set('low-power')).toBe('None');
      expect(modem.state.registration.packet).toBe('idle');
      expect(host.heard(operation.eventReport).map(({ values }) => values.operatingMode)).toEqual([
        'low-power',
      ]);
      expect(await set('online')).toBe('None');
      expect(await set('offline')).toBe('None');
      expect(await set('online')).toBe('InvalidTransition');
      expect(await set('persistent-low-power')).toBe('InvalidTransition');
      expect(await set('reset')).toBe('None');
      await pass(20_000);
      expect(modem.state.resets).toBe(1);
      expect(modem.state.radio.functionality).toBe(1);
    });
  });

  it('keeps persistent low power over a restart', async () => {
    await withDms(async ({ host, client, modem, pass, clock }) => {
      await host.ask(operation.setOperatingMode, { mode: 'persistent-low-power' }, client);
      await host.ask(operation.setOperatingMode, { mode: 'reset' }, client);
      await pass(20_000);
      const again = qmiHost(clock, modem);
      const dms = await again.allocate('dms');
      expect((await again.ask(operation.getOperatingMode, {}, dms)).values.mode).toBe('persistent-low-power');
      await again.ask(operation.setOperatingMode, { mode: 'online' }, dms);
      expect(modem.state.radio.lowPowerPersists).toBe(false);
    });
  });

  it('waits for FCC authentication where the modem is locked', async () => {
    await withDms(
      async ({ host, client, modem }) => {
        const online = () => host.ask(operation.setOperatingMode, { mode: 'online' }, client);
        expect((await online()).error).toBe('InvalidTransition');
        expect((await host.ask(operation.getOperatingMode, {}, client)).values.mode).toBe('low-power');
        const authenticate = () => host.ask(operation.setFccAuthentication, {}, client);
        expect((await authenticate()).error).toBe('None');
        expect((await authenticate()).error).toBe('NoEffect');
        expect((await online()).error).toBe('None');
        expect(modem.state.radio.voters.bios).toBe(false);
      },
      { fccLocked: true },
    );
  });
});

describe('Sierra’s own', () => {
  it('changes the USB composition with the next restart', async () => {
    await withDms(async ({ host, client, modem, pass }) => {
      expect((await host.ask(swi.getUsbComposition, {}, client)).values).toEqual({
        current: 6,
        supported: [6, 8, 9],
      });
      expect((await host.ask(swi.setUsbComposition, { composition: 7 }, client)).error).toBe(
        'InvalidArgument',
      );
      expect((await host.ask(swi.setUsbComposition, { composition: 8 }, client)).error).toBe('None');
      expect(modem.openControl(8)).toBeDefined();
      await host.ask(operation.setOperatingMode, { mode: 'reset' }, client);
      await pass(20_000);
      expect(modem.usb?.interfaces.map(({ number }) => number)).toEqual([0, 2, 3, 12, 13]);
    });
  });

  it('lists its images and remembers which ones are wanted', async () => {
    await withDms(async ({ host, client, modem }) => {
      const { version } = modem.profile.identity;
      const { list } = (await host.ask(firmware.listStoredImages, {}, client)).values;
      const images = (list ?? []).flatMap(({ type, images: found }) =>
        found.map(({ uniqueId, buildId }) => ({ type, uniqueId, buildId })),
      );
      expect(images.map(({ buildId }) => buildId)).toEqual([`${version}_?`, `${version}_GENERIC`]);
      const same = await host.ask(firmware.setFirmwarePreference, { images }, client);
      expect(same.values.toDownload).toEqual([]);
      const other = images.map((image) => ({
        ...image,
        buildId: image.buildId.replace(version, '02.30.01.01'),
      }));
      const changed = await host.ask(firmware.setFirmwarePreference, { images: other }, client);
      expect(changed.values.toDownload).toEqual(['modem', 'pri']);
      const wanted = (await host.ask(firmware.getFirmwarePreference, {}, client)).values.images;
      expect(wanted?.map(({ buildId }) => buildId)).toEqual(['02.30.01.01_?', '02.30.01.01_GENERIC']);
    });
  });

  it('is unknown to a Quectel modem', async () => {
    await withDms(
      async ({ host, client }) => {
        expect((await host.ask(swi.getUsbComposition, {}, client)).error).toBe('InvalidQmiCommand');
        expect((await host.ask(firmware.listStoredImages, {}, client)).error).toBe('InvalidQmiCommand');
      },
      {},
      'ec25-a',
    );
  });
});

it('stores user data and the lock, until the factory defaults come back', async () => {
  await withDms(async ({ host, client, modem }) => {
    await host.ask(operation.writeUserData, { data: Uint8Array.of(1, 2, 3) }, client);
    expect((await host.ask(operation.readUserData, {}, client)).values.data).toEqual(Uint8Array.of(1, 2, 3));
    const lock = (code: string) =>
      host.ask(operation.setUserLockState, { info: { enabled: true, code } }, client);
    expect((await lock('1111')).error).toBe('AuthenticationFailed');
    expect((await lock('0000')).error).toBe('None');
    modem.input({ kind: 'setLteBands', bands: 0x8n });
    expect((await host.ask(operation.restoreFactoryDefaults, { code: '000000' }, client)).error).toBe('None');
    expect((await host.ask(operation.readUserData, {}, client)).error).toBe('NotProvisioned');
    expect((await host.ask(operation.getUserLockState, {}, client)).values.enabled).toBe(false);
    expect(modem.state.radio.lteBands).toBe(modem.profile.lteBands);
  });
});
