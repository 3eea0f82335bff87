import { describe, expect, it } from '@jest/globals';

import { createRng } from '../../../../../harness/core/chance.ts';
import { Timeline } from '../../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../../harness/core/virtual-clock.ts';
import { ctlSync } from '../../../../../harness/protocols/qmi/ctl.ts';
import { wdaGetDataFormat, wdaSetDataFormat } from '../../../../../harness/protocols/qmi/wda.ts';
import { wdsSetDefaultProfileNumber } from '../../../../../harness/protocols/qmi/wds-profile.ts';
import {
  wdsGetAutoconnectSettings,
  wdsGetCurrentSettings,
  wdsGetLteAttachPdnList,
  wdsSetAutoconnectSettings,
  wdsSetIpFamily,
  wdsSetLteAttachPdnList,
} from '../../../../../harness/protocols/qmi/wds-settings.ts';
import {
  everyHandle,
  wdsAbort,
  wdsGetPacketServiceStatus,
  wdsGetPacketStatistics,
  wdsPacketServiceStatus,
  wdsStartNetwork,
  wdsStopNetwork,
} from '../../../../../harness/protocols/qmi/wds.ts';
import { createModem } from '../../../../../harness/sim/modem/modem.ts';
import { profileById } from '../../../../../harness/sim/modem/profiles/index.ts';
import { bench, testNetwork, type Bench } from '../bench.ts';
import { grantBoth, type DualSession } from './network.ts';
import { qmiHost, type QmiHost } from './qmi-host.ts';

interface Setting extends Bench {
  readonly host: QmiHost;
  readonly sessions: DualSession[];
}

/** A registered MC7455 with a profile of both families. */
async function online(body: (b: Setting) => Promise<void>): Promise<void> {
  const b = bench('mc7455');
  const { sessions } = grantBoth(b);
  await b.drive(async () => {
    await b.pass(20_000);
    await body({ ...b, host: qmiHost(b.clock, b.modem), sessions });
  });
}

const packet = (version: 4 | 6, size = 60): Uint8Array =>
  Uint8Array.of(version << 4, ...new Uint8Array(size - 1));

describe('a call', () => {
  it('gives a handle, then tells its client, and shows what it was given', async () => {
    await online(async ({ host, network }) => {
      const client = await host.allocate('wds');
      const started = await host.ask(wdsStartNetwork, { apn: 'internet', authentication: 3 }, client);
      expect(started).toEqual({ error: 'None', values: { handle: 0xe100_0001 } });
      expect(network.asked).toEqual(['internet']);
      expect(host.heard(wdsPacketServiceStatus)).toEqual([
        { client, values: { status: { status: 2, reconfigure: false }, family: 4 } },
      ]);
      const settings = await host.ask(wdsGetCurrentSettings, { requested: 0xe334 }, client);
      expect(settings.values).toMatchObject({
        family: 4,
        address: '10.64.12.34',
        gateway: '10.64.12.33',
        subnetMask: '255.255.255.252',
        primaryDns: '8.8.8.8',
        secondaryDns: '8.8.4.4',
        mtu: 1428,
      });
      // Bit 3 was not asked for.
      expect(settings.values.apn).toBeUndefined();
    });
  });

  it('of the other family shares the session, and each outlives the other', async () => {
    await online(async ({ host, sessions, modem }) => {
      const [client4, client6] = [await host.allocate('wds'), await host.allocate('wds')];
      await host.ask(wdsSetIpFamily, { family: 6 }, client6);
      const four = await host.ask(wdsStartNetwork, {}, client4);
      await host.ask(wdsStartNetwork, {}, client6);
      expect(sessions).toHaveLength(1);
      const settings = await host.ask(wdsGetCurrentSettings, {}, client6);
      expect(settings.values).toMatchObject({
        family: 6,
        address6: { address: '2001:db8:1:2::5', prefixLength: 64 },
        primaryDns6: '2001:4860:4860::8888',
      });
      host.heard(wdsPacketServiceStatus);
      await host.ask(wdsStopNetwork, { handle: four.values.handle as number }, client4);
      // The end of the IPv4 call is no news for the client for IPv6.
      expect(host.heard(wdsPacketServiceStatus).map(({ client }) => client)).toEqual([client4]);
      expect(sessions[0]?.released).toBe(0);
      await host.release('wds', client6);
      expect(sessions[0]?.released).toBe(1);
      expect(modem.state.bearers).toEqual([]);
    });
  });

  it.each([
    ['an unknown name', 27],
    ['a name that is not subscribed', 33],
    ['wrong credentials', 29],
  ])('fails for %s with the cause of the network', async (_what, cause) => {
    await online(async ({ host, network, modem }) => {
      network.refused = cause;
      const client = await host.allocate('wds');
      const answer = await host.ask(wdsStartNetwork, { apn: 'wrong' }, client);
      expect(answer.error).toBe('CallFailed');
      expect(answer.values.verboseReason).toEqual({ type: 6, reason: cause });
      // Its own context is gone with it.
      expect(modem.state.contexts.map(({ cid }) => cid)).toEqual([1]);
    });
  });

  it('fails without service, and says so', async () => {
    await online(async ({ host, modem }) => {
      modem.input({ kind: 'selectNetwork', selection: 'none' });
      const client = await host.allocate('wds');
      const answer = await host.ask(wdsStartNetwork, {}, client);
      expect(answer).toMatchObject({
        error: 'CallFailed',
        values: { endReason: 3, verboseReason: { type: 3, reason: 2001 } },
      });
    });
  });

  it('of a family that its profile lacks is refused by the modem itself', async () => {
    await online(async ({ host, modem, network }) => {
      modem.input({ kind: 'defineContext', context: { cid: 2, type: 'IP', apn: 'internet' } });
      const client = await host.allocate('wds');
      const answer = await host.ask(wdsStartNetwork, { profile: 2, family: 6 }, client);
      expect(answer.values.verboseReason).toEqual({ type: 2, reason: 231 });
      expect(network.asked).toEqual([]);
    });
  });

  it('that runs already is no effect for its client, joined by others with the same wish, refused to the rest', async () => {
    await online(async ({ host, sessions }) => {
      const [a, b, c] = [await host.allocate('wds'), await host.allocate('wds'), await host.allocate('wds')];
      await host.ask(wdsStartNetwork, { apn: 'internet' }, a);
      expect((await host.ask(wdsStartNetwork, { apn: 'internet' }, a)).error).toBe('NoEffect');
      expect((await host.ask(wdsStartNetwork, { apn: 'internet' }, b)).error).toBe('None');
      expect((await host.ask(wdsStartNetwork, { apn: 'other' }, c)).error).toBe('CallFailed');
      await host.release('wds', a);
      expect(sessions.map(({ released }) => released)).toEqual([0]);
      await host.release('wds', b);
      expect(sessions.map(({ released }) => released)).toEqual([1]);
    });
  });

  it('ends with its client, its context with it', async () => {
    await online(async ({ host, modem, sessions }) => {
      const client = await host.allocate('wds');
      await host.ask(
        wdsStartNetwork,
        { apn: 'internet', user: 'u', password: 'p', authentication: 2 },
        client,
      );
      expect(modem.state.contexts.at(-1)).toMatchObject({
        cid: 100,
        credentials: { method: 'chap', user: 'u', password: 'p' },
      });
      await host.release('wds', client);
      expect(sessions[0]?.released).toBe(1);
      expect(modem.state.contexts.map(({ cid }) => cid)).toEqual([1]);
      expect((await host.ask(wdsGetPacketServiceStatus, {}, client)).error).toBe('InvalidClientId');
    });
  });

  it('ends with a sync', async () => {
    await online(async ({ host, sessions }) => {
      await host.ask(wdsStartNetwork, {}, await host.allocate('wds'));
      await host.ask(ctlSync);
      expect(sessions[0]?.released).toBe(1);
      expect(await host.allocate('wds')).toBe(1);
    });
  });

  it('that the network drops is told with the reason', async () => {
    await online(async ({ host, sessions, pass }) => {
      const client = await host.allocate('wds');
      const { values } = await host.ask(wdsStartNetwork, {}, client);
      host.heard(wdsPacketServiceStatus);
      sessions[0]?.end(36);
      await pass(60_000);
      expect(host.heard(wdsPacketServiceStatus)).toEqual([
        {
          client,
          values: {
            status: { status: 1, reconfigure: false },
            endReason: 1,
            verboseReason: { type: 6, reason: 36 },
            family: 4,
          },
        },
      ]);
      expect((await host.ask(wdsGetCurrentSettings, {}, client)).error).toBe('OutOfCall');
      const handle = values.handle as number;
      expect((await host.ask(wdsStopNetwork, { handle }, client)).error).toBe('NoEffect');
      expect(sessions).toHaveLength(1);
    });
  });

  it('can be given up before it is up', async () => {
    await online(async ({ host, sessions, pass }) => {
      const client = await host.allocate('wds');
      const started = host.ask(wdsStartNetwork, {}, client);
      await pass(100);
      // Allocation was transaction 1, the start 2.
      expect((await host.ask(wdsAbort, { transaction: 2 }, client)).error).toBe('None');
      expect((await started).error).toBe('Aborted');
      await pass(1_000);
      expect(sessions[0]?.released).toBe(1);
    });
  });
});

describe('autoconnect', () => {
  it('sets up again what the network drops, and outlives the client', async () => {
    await online(async ({ host, sessions, pass }) => {
      const client = await host.allocate('wds');
      await host.ask(wdsStartNetwork, { autoconnect: true }, client);
      await host.release('wds', client);
      expect(sessions[0]?.released).toBe(0);
      sessions[0]?.end(36);
      await pass(5_000);
      expect(sessions).toHaveLength(2);
      const other = await host.allocate('wds');
      expect((await host.ask(wdsGetPacketServiceStatus, {}, other)).values.status).toBe(2);
    });
  });

  it('waits longer each time the network refuses, and ends with the stop of everything', async () => {
    await online(async ({ host, network, sessions, pass }) => {
      const client = await host.allocate('wds');
      await host.ask(wdsStartNetwork, { autoconnect: true }, client);
      network.refused = 26;
      sessions[0]?.end(36);
      await pass(10 * 60_000);
      expect(network.asked.length).toBeGreaterThan(5);
      expect(network.asked.length).toBeLessThan(20);
      const stop = { handle: everyHandle, disableAutoconnect: true };
      expect((await host.ask(wdsStopNetwork, stop, client)).error).toBe('None');
      const asked = network.asked.length;
      await pass(10 * 60_000);
      expect(network.asked).toHaveLength(asked);
      expect((await host.ask(wdsStopNetwork, stop, client)).error).toBe('NoEffect');
    });
  });
});

describe('what hosts set for calls', () => {
  it('outlives a restart: the modem dials by itself as soon as it has service', async () => {
    const b = bench('mc7455');
    const { sessions } = grantBoth(b);
    await b.drive(async () => {
      await b.pass(20_000);
      const before = qmiHost(b.clock, b.modem);
      const client = await before.allocate('wds');
      b.modem.input({ kind: 'defineContext', context: { cid: 3, type: 'IPV4V6', apn: 'third' } });
      await before.ask(wdsSetLteAttachPdnList, { list: [3] }, client);
      await before.ask(wdsSetDefaultProfileNumber, { profile: { type: 0, family: 0, index: 3 } }, client);
      await before.ask(wdsSetAutoconnectSettings, { status: 1, roaming: 1 }, client);
      await before.ask(wdsStopNetwork, { handle: everyHandle }, client);
      const paused = await before.ask(wdsGetAutoconnectSettings, {}, client);
      expect(paused.values).toEqual({ status: 2, roaming: 1 });
      b.modem.input({ kind: 'reset' });
      await b.pass(60_000);
      const after = qmiHost(b.clock, b.modem);
      const other = await after.allocate('wds');
      expect((await after.ask(wdsGetAutoconnectSettings, {}, other)).values).toEqual({
        status: 1,
        roaming: 1,
      });
      expect((await after.ask(wdsGetLteAttachPdnList, {}, other)).values.current).toEqual([3]);
      expect((await after.ask(wdsGetPacketServiceStatus, {}, other)).values.status).toBe(2);
      expect(b.network.asked.at(-1)).toBe('third');
      expect(sessions.filter(({ released }) => released === 0)).toHaveLength(1);
    });
  });
});

describe('the data path', () => {
  it('carries both families, counts them, and takes packets only as they are fetched', async () => {
    await online(async ({ host, sessions, modem }) => {
      const [client4, client6] = [await host.allocate('wds'), await host.allocate('wds')];
      const port = modem.openNetwork(8);
      port?.send(packet(4)); // no call yet: lost
      await host.ask(wdsStartNetwork, {}, client4);
      const session = sessions[0] as DualSession;
      port?.send(packet(4, 100));
      port?.send(packet(6)); // no call of that family
      expect(session.sent.map(({ length }) => length)).toEqual([100]);

      session.deliver(packet(6), packet(4, 80));
      expect(port?.receive()?.length).toBe(80);
      expect(port?.receive()).toBeUndefined();

      await host.ask(wdsStartNetwork, { family: 6 }, client6);
      let readable = 0;
      port?.onReadable(() => readable++);
      session.deliver(packet(6, 70));
      expect(readable).toBe(1);
      expect(port?.receive()?.length).toBe(70);

      const all = { mask: 0xffff_ffff };
      expect((await host.ask(wdsGetPacketStatistics, all, client4)).values).toMatchObject({
        txPackets: 1,
        txBytes: 100n,
        rxPackets: 1,
        rxBytes: 80n,
      });
      expect((await host.ask(wdsGetPacketStatistics, all, client6)).values).toMatchObject({
        txPackets: 0,
        rxPackets: 1,
        rxBytes: 70n,
      });
    });
  });
});

describe('a modem that knows 802.3', () => {
  it('starts with it, and is switched by WDA', async () => {
    const clock = createVirtualClock();
    const lines: string[] = [];
    const timeline = new Timeline({ clock, redact: (text) => text, write: (line) => lines.push(line) });
    const profile = { ...profileById('mc7455'), qmi: { needsDtr: false, framing: 'either' as const } };
    const modem = createModem({ clock, rng: createRng('x'), timeline, profile, network: testNetwork(clock) });
    await clock.drive('test', async () => {
      const host = qmiHost(clock, modem);
      const port = modem.openNetwork(8);
      expect(port?.framing).toBe('ethernet');
      const client = await host.allocate('wda');
      expect((await host.ask(wdaGetDataFormat, {}, client)).values.linkProtocol).toBe(1);
      await host.ask(wdaSetDataFormat, { linkProtocol: 2 }, client);
      expect(port?.framing).toBe('raw-ip');
    });
  });
});
