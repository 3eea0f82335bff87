import { describe, expect, it } from '@jest/globals';

import {
  ctlAllocateClient,
  ctlGetVersionInfo,
  ctlReleaseClient,
  ctlSetDataFormat,
} from '../../../../../harness/protocols/qmi/ctl.ts';
import { qmiCommand } from '../../../../../harness/protocols/qmi/declare.ts';
import { decodeQmi, encodeQmi } from '../../../../../harness/protocols/qmi/message.ts';
import { decodeResult } from '../../../../../harness/protocols/qmi/result.ts';
import { qmiService } from '../../../../../harness/protocols/qmi/services.ts';
import {
  linkProtocol,
  wdaGetDataFormat,
  wdaSetDataFormat,
} from '../../../../../harness/protocols/qmi/wda.ts';
import {
  wdsGetPacketServiceStatus,
  wdsPacketServiceStatus,
  wdsSetEventReport,
  wdsStartNetwork,
  wdsStopNetwork,
  wdsEventReport,
} from '../../../../../harness/protocols/qmi/wds.ts';
import {
  wdsCreateProfile,
  wdsDeleteProfile,
  wdsGetProfileList,
  wdsGetProfileSettings,
  wdsModifyProfile,
} from '../../../../../harness/protocols/qmi/wds-profile.ts';
import { maxClientsOfService } from '../../../../../harness/sim/modem/faces/qmi/clients.ts';
import { maxIndications, maxResponses } from '../../../../../harness/sim/modem/faces/qmi/control-queue.ts';
import { bench, type Bench } from '../bench.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

async function online(body: (host: QmiHost, b: Bench) => Promise<void>): Promise<void> {
  const b = bench('mc7455');
  await b.drive(async () => {
    await b.pass(20_000);
    await body(qmiHost(b.clock, b.modem), b);
  });
}

const request = (service: number, client: number, id: number, tlvs: readonly [number, ...number[]][] = []) =>
  encodeQmi({
    service,
    client,
    kind: 'request',
    transaction: 7,
    id,
    tlvs: tlvs.map(([type, ...value]) => ({ type, value: Uint8Array.from(value) })),
  });

/** What this frame is answered with; undefined: nothing. */
async function errorOf({ port }: QmiHost, { pass }: Bench, frame: Uint8Array): Promise<number | undefined> {
  port.onReadable(undefined);
  port.send(frame);
  await pass(1);
  const answer = port.receive();
  return answer && decodeResult(decodeQmi(answer).tlvs, 'answer');
}

describe('client ids', () => {
  it('rise, belong to one service, and run out', async () => {
    await online(async (host) => {
      expect(await host.allocate('wds')).toBe(1);
      expect(await host.release('wds', 1)).toBe('None');
      expect(await host.release('wds', 1)).toBe('InvalidClientId');
      for (let i = 0; i < maxClientsOfService; i++) expect(await host.allocate('wds')).toBe(i + 2);
      const more = await host.ask(ctlAllocateClient, { service: qmiService.wds });
      expect(more).toEqual({ error: 'ClientIdsExhausted', values: {} });
      expect(await host.allocate('wda')).toBe(1);
      expect((await host.ask(wdaGetDataFormat, {}, 2)).error).toBe('InvalidClientId');
      expect((await host.ask(ctlAllocateClient, { service: 0x77 })).error).toBe('InvalidServiceType');
      const stranger = { client: { service: 0x77, client: 1 } };
      expect((await host.ask(ctlReleaseClient, stranger)).error).toBe('InvalidServiceType');
    });
  });

  it('end when the driver lets go of the function', async () => {
    await online(async (host, { network }) => {
      await host.ask(wdsStartNetwork, {}, await host.allocate('wds'));
      host.port.setDtr(false);
      expect(network.sessions[0]?.released).toBe(1);
      host.port.setDtr(true);
      expect(await host.allocate('wds')).toBe(1);
    });
  });
});

describe('what is wrong with a command', () => {
  it('is named', async () => {
    await online(async (host, b) => {
      const wds = await host.allocate('wds');
      const { service, id } = { service: qmiService.wds, id: wdsStopNetwork.id };
      expect(await errorOf(host, b, request(service, wds, id))).toBe(17); // no handle
      expect(await errorOf(host, b, request(service, wds, id, [[1, 0, 0]]))).toBe(1); // two bytes of it
      expect(await errorOf(host, b, request(service, wds, 0x4444))).toBe(71);
      expect(await errorOf(host, b, request(service, 99, id))).toBe(7);
      expect(await errorOf(host, b, request(0x55, 1, id))).toBe(31);
      const broken = request(service, wds, id, [[1, 0, 0, 0, 0]]);
      broken[14] = 9; // the TLV is longer than its message
      expect(await errorOf(host, b, broken)).toBe(1);
    });
  });

  it('is nothing that could be answered where the frame itself is broken', async () => {
    await online(async (host, b) => {
      expect(await errorOf(host, b, Uint8Array.of(1, 2, 3))).toBeUndefined();
      expect(await errorOf(host, b, new Uint8Array(0))).toBeUndefined();
    });
  });
});

describe('the control channel', () => {
  it('says nothing without DTR', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      const host = qmiHost(b.clock, b.modem);
      host.port.setDtr(false);
      expect(await errorOf(host, b, request(0, 0, 0x27))).toBeUndefined();
    });
  });

  it('refuses commands while too many answers wait, and loses none', async () => {
    await online(async ({ port }, { pass }) => {
      port.onReadable(undefined);
      const taken = Array.from({ length: maxResponses + 5 }, () => port.send(request(0, 0, 0x21)));
      expect(taken.filter(Boolean)).toHaveLength(maxResponses);
      await pass(1);
      expect(port.waiting).toBe(maxResponses);
      expect(port.receive()).toBeDefined();
      expect(port.send(request(0, 0, 0x21))).toBe(true);
    });
  });

  it('drops the oldest indications of a host that does not listen', async () => {
    await online(async (host, { pass }) => {
      const client = await host.allocate('wds');
      await host.ask(wdsStartNetwork, {}, client);
      await host.ask(wdsSetEventReport, { statistics: { seconds: 1, mask: 1 } }, client);
      host.port.onReadable(undefined);
      await pass(500_000);
      expect(host.port.waiting).toBe(maxIndications);
      expect(host.port.send(request(0, 0, 0x21))).toBe(true);
      // They are numbered, so that a host sees what it missed: one to say that the call is up, one each second.
      const first = host.port.receive();
      expect(first && decodeQmi(first)).toMatchObject({
        kind: 'indication',
        transaction: 500 - maxIndications + 1,
      });
    });
  });
});

describe('the services', () => {
  it('are those of Get Version Info, and list their messages', async () => {
    await online(async (host) => {
      const { values } = await host.ask(ctlGetVersionInfo);
      const services = values.services?.map(({ service }) => service) ?? [];
      expect(services).toEqual(expect.arrayContaining([0, 1, 2, 3, 0x0b, 0x1a]));
      expect(services).toEqual(services.toSorted((a, b) => a - b));
      // Of some there is nothing but a client to be had.
      const auth = await host.allocate('auth');
      const unknown = qmiCommand({ service: 'auth', id: 0x20, name: '', request: {}, response: {} });
      expect((await host.ask(unknown, {}, auth)).error).toBe('InvalidQmiCommand');
      const client = await host.allocate('wds');
      const command = qmiCommand({ ...wdsGetPacketServiceStatus, id: 0x001e, request: {}, response: {} });
      expect((await host.ask(command, {}, client)).error).toBe('None');
    });
  });

  it('stay with raw IP, whatever the host wants', async () => {
    await online(async (host) => {
      const client = await host.allocate('wda');
      const wish = { linkProtocol: linkProtocol.ethernet };
      expect((await host.ask(wdaSetDataFormat, wish, client)).values).toEqual({
        qos: false,
        linkProtocol: linkProtocol.rawIp,
        uplinkAggregation: 0,
        downlinkAggregation: 0,
        ndpSignature: 0,
        downlinkMaxDatagrams: 0,
        downlinkMaxSize: 0,
      });
      const format = await host.ask(ctlSetDataFormat, { qosHeader: 0, protocol: linkProtocol.ethernet });
      expect(format.values.protocol).toBe(linkProtocol.rawIp);
    });
  });
});

describe('profiles', () => {
  it('are the contexts of the modem', async () => {
    await online(async (host, { modem }) => {
      const client = await host.allocate('wds');
      const profile = { type: 0, index: 1 };
      const wish = { profile, apn: 'internet', pdpType: 0, user: 'u', password: 'p', authentication: 1 };
      expect((await host.ask(wdsModifyProfile, wish, client)).error).toBe('None');
      expect(modem.state.contexts[0]).toMatchObject({
        cid: 1,
        type: 'IP',
        apn: 'internet',
        credentials: { method: 'pap', user: 'u', password: 'p' },
      });
      const { values } = await host.ask(wdsGetProfileSettings, { profile }, client);
      expect(values).toMatchObject({
        apn: 'internet',
        user: 'u',
        password: 'p',
        authentication: 1,
        pdpType: 0,
      });

      const created = await host.ask(wdsCreateProfile, { type: 0, name: 'mine', apn: 'b' }, client);
      expect(created.values.profile).toEqual({ type: 0, index: 2 });
      // What a call needs for itself is no profile.
      await host.ask(wdsStartNetwork, { apn: 'elsewhere' }, client);
      expect((await host.ask(wdsGetProfileList, {}, client)).values.profiles).toEqual([
        { type: 0, index: 1, name: 'profile1' },
        { type: 0, index: 2, name: 'mine' },
      ]);
      await host.ask(wdsDeleteProfile, { profile: { type: 0, index: 2 } }, client);
      const gone = await host.ask(wdsGetProfileSettings, { profile: { type: 0, index: 2 } }, client);
      expect(gone).toEqual({ error: 'InvalidProfile', values: { extendedError: 5 } });
    });
  });

  it('that carry a call stay', async () => {
    await online(async (host) => {
      const client = await host.allocate('wds');
      await host.ask(wdsStartNetwork, {}, client);
      const deleted = await host.ask(wdsDeleteProfile, { profile: { type: 0, index: 1 } }, client);
      expect(deleted.error).toBe('InvalidProfile');
    });
  });
});

describe('Get Profile Settings', () => {
  it('carries name, password and access point even when they are empty, or uqmi crashes', async () => {
    await online(async (host, { pass }) => {
      const client = await host.allocate('wds');
      host.port.onReadable(undefined);
      host.port.send(request(qmiService.wds, client, wdsGetProfileSettings.id, [[1, 0, 1]]));
      await pass(1);
      const { tlvs } = decodeQmi(host.port.receive() as Uint8Array);
      expect(tlvs[0]?.type).toBe(2); // the result comes first
      for (const type of [0x14, 0x1b, 0x1c]) {
        expect(tlvs.find((tlv) => tlv.type === type)?.value).toHaveLength(0);
      }
    });
  });
});

describe('event reports', () => {
  it('come when they were asked for, and end with their client', async () => {
    await online(async (host, { pass }) => {
      const client = await host.allocate('wds');
      const wish = { callStatus: true, statistics: { seconds: 10, mask: 1 } };
      await host.ask(wdsSetEventReport, wish, client);
      await host.ask(wdsStartNetwork, {}, client);
      expect(host.heard(wdsEventReport)).toEqual([{ client, values: { callStatus: 1 } }]);
      await pass(25_000);
      expect(host.heard(wdsEventReport).map(({ values }) => values)).toEqual([
        { txPackets: 0 },
        { txPackets: 0 },
      ]);
      await host.release('wds', client);
      host.heard(wdsPacketServiceStatus);
      await pass(60_000);
      expect(host.heard(wdsEventReport)).toEqual([]);
    });
  });
});
