import { describe, expect, it } from '@jest/globals';

import * as cellInfo from '../../../../../harness/protocols/qmi/nas/cell.ts';
import * as names from '../../../../../harness/protocols/qmi/nas/names.ts';
import * as selection from '../../../../../harness/protocols/qmi/nas/selection.ts';
import * as serving from '../../../../../harness/protocols/qmi/nas/serving-system.ts';
import * as signal from '../../../../../harness/protocols/qmi/nas/signal.ts';
import * as info from '../../../../../harness/protocols/qmi/nas/system-info.ts';
import { bench, cell, type Bench } from '../bench.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

interface Setting extends Bench {
  readonly host: QmiHost;
  readonly client: number;
}

async function withNas(
  body: (b: Setting) => Promise<void>,
  prepare: (b: Bench) => void = () => undefined,
): Promise<void> {
  const b = bench('mc7455', { booted: false });
  prepare(b);
  await b.drive(async () => {
    b.modem.power(true);
    await b.pass(30_000);
    const host = qmiHost(b.clock, b.modem);
    await body({ ...b, host, client: await host.allocate('nas') });
  });
}

describe('on the network', () => {
  it('says where it is in every answer alike', async () => {
    await withNas(async ({ host, client }) => {
      const system = (await host.ask(serving.getServingSystem, {}, client)).values;
      expect(system).toMatchObject({
        servingSystem: {
          registration: 'registered',
          circuit: 'attached',
          packet: 'attached',
          network: '3gpp',
          radioInterfaces: ['lte'],
        },
        roaming: 'off',
        plmn: { mcc: 310, mnc: 260, name: 'T-Mobile' },
        tac: cell.tac,
        cellId: cell.cellId,
        pcsDigit: { mcc: 310, mnc: 260, threeDigits: true },
      });
      const { lte, lteService, simReject } = (await host.ask(info.getSystemInfo, {}, client)).values;
      expect(lteService?.status).toBe('available');
      expect(simReject).toBe('available');
      expect(lte).toMatchObject({
        domain: 'cs-ps',
        mcc: '310',
        mnc: '260',
        tac: cell.tac,
        cellId: cell.cellId,
      });
      expect((await host.ask(signal.getSignalInfo, {}, client)).values).toEqual({
        lte: { rssi: -65, rsrq: -10, rsrp: -94, snr: 124 },
      });
      const strength = await host.ask(signal.getSignalStrength, { mask: 0xef }, client);
      expect(strength.values).toMatchObject({
        strength: { dbm: -65, radio: 'lte' },
        rssi: [{ rssi: 65, radio: 'lte' }],
        rsrq: { rsrq: -10, radio: 'lte' },
        rsrp: -94,
        snr: 124,
      });
      const bands = (await host.ask(signal.getRfBandInformation, {}, client)).values;
      expect(bands.bands).toEqual([{ radio: 'lte', band: 123, channel: 2300 }]);
      const { intraFrequency } = (await host.ask(cellInfo.getCellLocationInfo, {}, client)).values;
      expect(intraFrequency).toMatchObject({ plmn: '310260', earfcn: 2300, pci: 218 });
      expect(intraFrequency?.cells).toEqual([
        { pci: 218, rsrq: -100, rsrp: -940, rssi: -650, selectionRxLevel: 34 },
      ]);
      const home = (await host.ask(serving.getHomeNetwork, {}, client)).values;
      expect(home.homeNetwork).toEqual({ mcc: 310, mnc: 260, name: 'T-Mobile' });
      const name = (await host.ask(names.getPlmnName, { plmn: { mcc: 310, mnc: 260 } }, client)).values;
      expect(Buffer.from(name.names?.longName ?? []).toString('utf16le')).toBe('T-Mobile');
      const elsewhere = await host.ask(names.getPlmnName, { plmn: { mcc: 1, mnc: 1 } }, client);
      expect(elsewhere.error).toBe('InformationUnavailable');
    });
  });

  it('finds its network in a scan, as the serving one', async () => {
    await withNas(async ({ host, client }) => {
      const { values } = await host.ask(serving.networkScan, {}, client);
      const status = 0x01 | 0x04 | 0x20 | 0x40;
      expect(values).toMatchObject({
        networks: [{ mcc: 310, mnc: 260, status, name: 'T-Mobile' }],
        radios: [{ radio: 'lte' }],
        result: 'success',
      });
    });
  });

  it('has nothing to do when it is told to register, and detaches and attaches', async () => {
    await withNas(async ({ host, client, modem, pass }) => {
      const register = () => host.ask(serving.initiateNetworkRegister, { action: 'automatic' }, client);
      expect((await register()).error).toBe('NoEffect');
      expect((await host.ask(serving.attachDetach, { action: 'detach' }, client)).error).toBe('None');
      const detached = (await host.ask(serving.getServingSystem, {}, client)).values.servingSystem;
      expect(detached).toMatchObject({ registration: 'registered', circuit: 'attached', packet: 'detached' });
      await host.ask(serving.attachDetach, { action: 'attach' }, client);
      await pass(5_000);
      expect(modem.state.registration.packet).toBe('home');
      const manual = { mcc: 310, mnc: 410, radio: 'lte' } as const;
      await host.ask(serving.initiateNetworkRegister, { action: 'manual', manual }, client);
      await pass(5_000);
      expect(modem.state.registration).toMatchObject({
        selection: 'manual',
        plmn: '310410',
        packet: 'searching',
      });
      expect((await register()).error).toBe('None');
      await pass(5_000);
      expect(modem.state.registration.packet).toBe('home');
    });
  });
});

describe('not on the network', () => {
  it('says that it is refused, and why', async () => {
    const denied = { state: 'denied', afterMs: 1_000, emmCause: 15 } as const;
    await withNas(
      async ({ host, client }) => {
        const { servingSystem } = (await host.ask(serving.getServingSystem, {}, client)).values;
        expect(servingSystem).toMatchObject({ registration: 'denied', radioInterfaces: ['none'] });
        const { lte, lteService } = (await host.ask(info.getSystemInfo, {}, client)).values;
        expect(lteService?.status).toBe('limited');
        expect(lte).toMatchObject({ rejectValid: true, rejectCause: 15, domain: 'camped' });
      },
      ({ network }) => (network.answer = denied),
    );
  });

  it('has no signal to report', async () => {
    await withNas(
      async ({ host, client }) => {
        const { servingSystem } = (await host.ask(serving.getServingSystem, {}, client)).values;
        expect(servingSystem).toMatchObject({ registration: 'searching', radioInterfaces: ['none'] });
        expect((await host.ask(signal.getSignalInfo, {}, client)).values).toEqual({});
        for (const command of [cellInfo.getLteCphyCaInfo, cellInfo.getCellLocationInfo, cellInfo.getDrx]) {
          expect((await host.ask(command as typeof cellInfo.getDrx, {}, client)).error).toBe(
            'InformationUnavailable',
          );
        }
      },
      ({ network }) => {
        network.cell = undefined;
        network.answer = { state: 'searching' };
      },
    );
  });
});

describe('which networks it may use', () => {
  it('takes bands and technologies, of those that it has', async () => {
    await withNas(async ({ host, client, modem, pass }) => {
      const get = async () => (await host.ask(selection.getSystemSelectionPreference, {}, client)).values;
      const set = async (values: Parameters<typeof ask>[0]) => (await ask(values)).error;
      const ask = (values: {
        readonly mode?: number;
        readonly lteBands?: bigint;
        readonly roaming?: number;
      }) => host.ask(selection.setSystemSelectionPreference, values, client);
      expect(await get()).toMatchObject({ mode: 0x18, network: 'automatic', roaming: 0xff });
      expect(await set({ lteBands: 0x8n | (1n << 60n) })).toBe('None');
      expect(modem.state.radio.lteBands).toBe(0x8n);
      expect(await set({ lteBands: 1n << 60n, roaming: 1 })).toBe('InvalidArgument');
      expect((await get()).roaming).toBe(0xff);
      expect(await set({ mode: 0x10, roaming: 1 })).toBe('None');
      expect(await get()).toMatchObject({
        mode: 0x10,
        lteBands: 0x8n,
        roaming: 1,
        extendedLteBands: { low: 0x8n },
      });
      expect(modem.state.radio.access).toBe('lte');
      expect(await set({ mode: 0x08 })).toBe('None');
      await pass(10_000);
      expect(modem.state.registration.phase).not.toBe('registered');
      const technology = (await host.ask(selection.getTechnologyPreference, {}, client)).values;
      expect(technology.active).toEqual({ technologies: 0x0a, duration: 0 });
    });
  });

  it('keeps a list of preferred ones on the card', async () => {
    await withNas(async ({ host, client }) => {
      const networks = [{ mcc: 262, mnc: 1, technologies: 0x4000 }];
      await host.ask(serving.setPreferredNetworks, { networks }, client);
      const { values } = await host.ask(serving.getPreferredNetworks, {}, client);
      expect(values).toMatchObject({ networks, pcsDigits: [{ mcc: 262, mnc: 1, threeDigits: false }] });
    });
  });
});

it('tells of the signal whoever asks to hear of it, and nobody else', async () => {
  await withNas(async ({ host, client }) => {
    const other = await host.allocate('nas');
    await host.ask(info.registerIndications, { systemInfo: true }, other);
    await host.ask(info.registerIndications, { signalInfo: true }, client);
    const heard = host.heard(signal.signalInfoIndication);
    expect(heard.map(({ client: to }) => to)).toEqual([client]);
    expect(heard[0]?.values.lte).toMatchObject({ rssi: -65 });
  });
});

it('tells when the network is lost and found: the serving system unasked, the rest to those that asked', async () => {
  await withNas(async ({ host, client, modem, pass }) => {
    const silent = await host.allocate('nas');
    await host.ask(info.registerIndications, { servingSystem: false }, silent);
    const wishes = { systemInfo: true, signalInfo: true, networkTime: true };
    await host.ask(info.registerIndications, wishes, client);
    modem.input({ kind: 'cellLost' });
    await pass(60_000);
    const heard = host.heard(serving.servingSystemIndication);
    expect(heard.map(({ values }) => values.servingSystem.registration)).toEqual(
      expect.arrayContaining(['searching', 'registered']),
    );
    expect(heard.at(-1)?.values).toMatchObject({ tac: cell.tac, cellId: cell.cellId });
    expect(new Set(heard.map(({ client: to }) => to))).toEqual(new Set([client]));
    expect(host.heard(info.systemInfoIndication).length).toBe(heard.length);
    expect(host.heard(signal.signalInfoIndication).length).toBeGreaterThan(0);
    expect(host.heard(info.networkTimeIndication).length).toBeGreaterThan(0);
  });
});
