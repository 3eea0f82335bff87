import { describe, expect, it } from '@jest/globals';

import * as loc from '../../../../../harness/protocols/qmi/loc.ts';
import * as pdc from '../../../../../harness/protocols/qmi/pdc.ts';
import * as small from '../../../../../harness/protocols/qmi/small-services.ts';
import * as voice from '../../../../../harness/protocols/qmi/voice.ts';
import { ctlAllocateClient, ctlGetVersionInfo } from '../../../../../harness/protocols/qmi/ctl.ts';
import { qmiError } from '../../../../../harness/protocols/qmi/result.ts';
import { qmiService } from '../../../../../harness/protocols/qmi/services.ts';
import { bench, type Bench } from '../bench.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

async function withHost(model: string, body: (host: QmiHost, b: Bench) => Promise<void>): Promise<void> {
  const b = bench(model);
  await b.drive(async () => {
    await b.pass(20_000);
    await body(qmiHost(b.clock, b.modem, model === 'ec25-a' ? 4 : 8), b);
  });
}

describe('location', () => {
  it('tells what a session without a sky sees, once a second, until it is stopped or its client goes', () =>
    withHost('mc7455', async (host, b) => {
      const client = await host.allocate('loc');
      const { nmea, engineState, satellites } = loc.locEvent;
      await host.ask(loc.locRegisterEvents, { events: nmea | engineState | satellites }, client);
      expect((await host.ask(loc.locStop, { session: 1 }, client)).error).toBe('NoEffect');
      expect((await host.ask(loc.locStart, { session: 1 }, client)).error).toBe('None');
      await b.pass(3_500);
      expect(host.heard(loc.locEngineState).map(({ values }) => values.state)).toEqual(['on']);
      const told = host.heard(loc.locNmea).map(({ values }) => values.sentence);
      expect(told).toHaveLength(15);
      for (const sentence of told) expect(sentence).toMatch(/^\$GP[A-Z]{3},.*\*[0-9A-F]{2}\r\n$/);
      for (const sentence of told) expect(checksum(sentence)).toBe(sentence.slice(-4, -2));
      expect(host.heard(loc.locSatellites)).toHaveLength(3);
      await host.ask(loc.locSetNmeaTypes.command, { types: 2 }, client);
      await b.pass(1_000);
      expect(host.heard(loc.locNmea).map(({ values }) => values.sentence.slice(0, 6))).toEqual(['$GPRMC']);
      await host.release('loc', client);
      await b.pass(5_000);
      expect(host.heard(loc.locNmea)).toEqual([]);
    }));

  it('keeps its settings for everybody, and refuses what makes no sense', () =>
    withHost('mc7455', async (host, b) => {
      const outcomes = (): Promise<void> => b.pass(200);
      const [one, other] = [await host.allocate('loc'), await host.allocate('loc')];
      await host.ask(loc.locSetMode.command, { mode: 2 }, one);
      await host.ask(loc.locGetMode.command, {}, other);
      expect(host.heard(loc.locGetMode.outcome)).toEqual([]); // who asked has time to listen for it
      await outcomes();
      expect(host.heard(loc.locGetMode.outcome)).toEqual([
        { client: other, values: { status: 'success', mode: 2 } },
      ]);
      await host.ask(loc.locSetEngineLock.command, { lock: 9 }, one);
      await outcomes();
      expect(host.heard(loc.locSetEngineLock.outcome)[0]?.values.status).toBe('invalid-parameter');
      // ModemManager 1.20 sends an address for whatever is followed by a port.
      const ipv4 = { address: 0x0100007f, port: 7_276 };
      await host.ask(loc.locSetServer.command, { type: 3, ipv4 }, one);
      await host.ask(loc.locGetServer.command, { type: 3 }, other);
      await outcomes();
      expect(host.heard(loc.locGetServer.outcome)[0]?.values).toMatchObject({ ipv4, url: '' });
      await host.ask(loc.locSetServer.command, { type: 3, url: 'supl.example' }, one);
      await host.ask(loc.locGetServer.command, { type: 3 }, other);
      await outcomes();
      const { values } = host.heard(loc.locGetServer.outcome)[0] ?? {};
      expect(values?.url).toBe('supl.example');
      expect(values?.ipv4).toBeUndefined();
      // What qmicli 1.38 has --loc-inject-position and --loc-inject-time for.
      const latitude = Uint8Array.from(Buffer.from('000000000000f03f', 'hex')); // 1.0
      await host.ask(loc.locInjectPosition.command, { latitude, longitude: latitude }, one);
      await host.ask(loc.locInjectPosition.command, { latitude }, one);
      await host.ask(loc.locInjectTime.command, { time: 1_795_970_000_000n, uncertainty: 1_000 }, one);
      await host.ask(loc.locOrbitsValidity.command, {}, one);
      await outcomes();
      const told = host.heard(loc.locInjectPosition.outcome).map(({ values: { status } }) => status);
      expect(told).toEqual(['success', 'invalid-parameter']);
      expect(host.heard(loc.locInjectTime.outcome)[0]?.values.status).toBe('success');
      expect(host.heard(loc.locOrbitsValidity.outcome)[0]?.values.status).toBe('general-failure');
      await host.ask(loc.locOrbitsSource.command, {}, one);
      await outcomes();
      expect(host.heard(loc.locOrbitsSource.outcome)[0]?.values.status).toBe('general-failure');
    }));
});

/** NMEA 0183: exclusive or of what stands between `$` and `*`. */
function checksum(sentence: string): string {
  const inside = Buffer.from(sentence.slice(1, sentence.indexOf('*')), 'latin1');
  const sum = inside.reduce((xor, byte) => xor ^ byte, 0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}

describe("carriers' settings", () => {
  it('are listed and described, and change hands by id', () =>
    withHost('ec25-a', async (host) => {
      const client = await host.allocate('pdc');
      expect((await host.ask(pdc.pdcList, { kind: 'software', token: 7 }, client)).values.token).toBe(7);
      const [listed] = host.heard(pdc.pdcListed);
      expect(listed?.values).toMatchObject({ token: 7, result: 0 });
      const config = listed?.values.configs?.[0];
      if (!config) throw new Error('no configuration is listed');
      await host.ask(pdc.pdcGetInfo, { config, token: 8 }, client);
      expect(host.heard(pdc.pdcInfo)[0]?.values).toMatchObject({ token: 8, description: 'ROW_Generic_3GPP' });
      const delete_ = () => host.ask(pdc.pdcDelete, { kind: 'software', id: config.id }, client);
      expect((await delete_()).error).toBe('DeviceInUse');
      await host.ask(pdc.pdcDeactivate, { kind: 'software' }, client);
      await host.ask(pdc.pdcGetSelected, { kind: 'software' }, client);
      expect(host.heard(pdc.pdcSelected)[0]?.values.result).toBe(qmiError.NotProvisioned);
      await host.ask(pdc.pdcSelect, { config }, client);
      await host.ask(pdc.pdcActivate, { kind: 'software' }, client);
      await host.ask(pdc.pdcGetSelected, { kind: 'software' }, client);
      expect(host.heard(pdc.pdcSelected)[0]?.values.active).toEqual(config.id);
      await host.ask(pdc.pdcSelect, { config: { kind: 'platform', id: config.id } }, client);
      expect(host.heard(pdc.pdcSelectEnded).map(({ values }) => values.result)).toEqual([
        0,
        qmiError.InvalidArgument,
      ]);
      await host.ask(pdc.pdcDeactivate, { kind: 'software' }, client);
      expect((await delete_()).error).toBe('None');
    }));
});

describe('the services that no call goes through', () => {
  it('say what a modem for data has of them', () =>
    withHost('mc7455', async (host, b) => {
      const [pbm, qos, sar, dsd, calls] = [
        await host.allocate('pbm'),
        await host.allocate('qos'),
        await host.allocate('sar'),
        await host.allocate('dsd'),
        await host.allocate('voice'),
      ];
      const { values } = await host.ask(small.pbmGetAllCapabilities, {}, pbm);
      expect(values.basic?.[0]?.phonebooks[0]).toMatchObject({ used: 0, places: 250 });
      expect((await host.ask(small.qosGetFlowStatus, { flow: 1 }, qos)).error).toBe('InvalidQosId');
      expect((await host.ask(small.sarSetState, { state: 21 }, sar)).error).toBe('InvalidArgument');
      await host.ask(small.sarSetState, { state: 5 }, sar);
      expect((await host.ask(small.sarGetState, {}, sar)).values.state).toBe(5);
      expect((await host.ask(small.dsdGetSystemStatus, {}, dsd)).values.systems).toHaveLength(1);
      await host.ask(small.dsdSystemStatusChange, { register: true }, dsd);
      b.modem.input({ kind: 'setFunctionality', level: 4 });
      await b.pass(1_000);
      expect(host.heard(small.dsdSystemStatus).at(-1)?.values.systems).toEqual([]);
      const data = { coding: 1, data: new TextEncoder().encode('*100#') };
      expect((await host.ask(voice.voiceOriginateUssdNoWait, { data }, calls)).error).toBe('None');
      expect(host.heard(voice.voiceUssdEnded)[0]?.values.error).toBe(qmiError.SupsFailureCase);
      b.modem.removeSim();
      expect((await host.ask(small.pbmGetAllCapabilities, {}, pbm)).error).toBe('PbNotReady');
    }));

  it('are listed by CTL; those that a model lacks get no client', () =>
    withHost('aircard-340u', async (host) => {
      const { values } = await host.ask(ctlGetVersionInfo);
      const listed = values.services?.map(({ service }) => service) ?? [];
      expect(listed).toContain(qmiService.wms);
      expect(listed).not.toContain(qmiService.loc);
      expect((await host.ask(ctlAllocateClient, { service: qmiService.loc })).error).toBe(
        'InvalidServiceType',
      );
    }));
});
