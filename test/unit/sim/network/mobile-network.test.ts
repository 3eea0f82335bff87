import { describe, expect, it } from '@jest/globals';

import { createRng } from '../../../../harness/core/chance.ts';
import { Timeline, type TimelineEvent } from '../../../../harness/core/timeline.ts';
import { hours, minutes } from '../../../../harness/core/units.ts';
import { createVirtualClock } from '../../../../harness/core/virtual-clock.ts';
import { decodeEcho, encodeEcho } from '../../../../harness/protocols/ip/icmp.ts';
import type { Fault } from '../../../../harness/sim/faults.ts';
import { healthyPath, type PathQuality } from '../../../../harness/sim/network/internet/path.ts';
import { createNetwork } from '../../../../harness/sim/network/mobile-network.ts';
import type { Session, SmCause } from '../../../../harness/sim/network/network.ts';

interface Setup {
  readonly seed?: string;
  readonly faults?: readonly Fault[];
  readonly path?: PathQuality;
}

function setUp({ seed = 'network', faults = [], path }: Setup = {}) {
  const clock = createVirtualClock();
  const events: TimelineEvent[] = [];
  const write = (line: string): void => void events.push(JSON.parse(line) as TimelineEvent);
  const timeline = new Timeline({ clock, redact: (text) => text, write });
  const network = createNetwork({
    clock,
    rng: createRng(seed),
    timeline,
    subscription: { apns: ['epc.tmobile.com'] },
    faults,
    ...(path ? { path } : {}),
  });
  const activate = (apn: string): Promise<Session | { readonly refused: SmCause }> =>
    new Promise((resolve) => network.activate({ apn, type: 'IP' }, resolve));
  const session = async (): Promise<Session> => {
    const answer = await activate('epc.tmobile.com');
    if ('refused' in answer) throw new Error(`refused with cause ${answer.refused}`);
    return answer;
  };
  return { clock, events, network, activate, session };
}

function request(source: string, destination: string, seq: number): Uint8Array {
  const payload = new Uint8Array(56);
  return encodeEcho({ type: 'request', source, destination, ttl: 64, id: 1, seq, payload });
}

describe('registration', () => {
  it('finds its home within three seconds', () => {
    const { network } = setUp();
    expect(network.cell).toMatchObject({ mcc: '310', mnc: '260', operator: 'T-Mobile' });
    for (let i = 0; i < 50; i++) {
      const answer = network.register('310260000000001');
      if (answer.state !== 'home') throw new Error(answer.state);
      expect(answer.afterMs).toBeGreaterThanOrEqual(1_000);
      expect(answer.afterMs).toBeLessThanOrEqual(3_000);
    }
  });

  it('searches for ever, or is denied, where that fault is planted', () => {
    const searching = setUp({ faults: [{ kind: 'cell.lost' }] });
    expect(searching.network.register('310260000000001')).toEqual({ state: 'searching' });
    const denied = setUp({ faults: [{ kind: 'registration.deny', emmCause: 15 }] });
    expect(denied.network.register('310260000000001')).toMatchObject({ state: 'denied', emmCause: 15 });
    expect(denied.events).toMatchObject([{ source: 'fault', kind: 'registration.deny' }]);
  });
});

describe('activation', () => {
  it('grants the subscribed APN in any case, and the default one without a name', async () => {
    const { clock, activate } = setUp();
    const answers = await clock.drive('activate', () =>
      Promise.all(['epc.tmobile.com', 'EPC.T-Mobile.com'.replace('-', ''), ''].map(activate)),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({
        ipv4: { address: expect.stringMatching(/^10\./), dns: ['8.8.8.8', '8.8.4.4'] },
      });
    }
    expect(clock.now()).toBeLessThanOrEqual(1_200);
  });

  it('refuses unknown names with cause 27 and those of others with 33', async () => {
    const { clock, activate } = setUp();
    await clock.drive('refuse', async () => {
      expect(await activate('internet')).toEqual({ refused: 27 });
      expect(await activate('fast.t-mobile.com')).toEqual({ refused: 33 });
    });
  });
});

describe('a data session', () => {
  it('reaches public hosts within the round trip of its path, and no private ones', async () => {
    const { clock, session } = setUp({ path: { ...healthyPath, loss: 0 } });
    await clock.drive('ping', async () => {
      const data = await session();
      const replies: { seq: number; ttl: number; rtt: number }[] = [];
      let sentAt = 0;
      onPackets(data, (packet) => {
        const echo = decodeEcho(packet);
        if (echo) replies.push({ seq: echo.seq, ttl: echo.ttl, rtt: clock.now() - sentAt });
      });
      for (let seq = 0; seq < 200; seq++) {
        sentAt = clock.now();
        data.send(request(addressOf(data), '8.8.8.8', seq));
        data.send(request(addressOf(data), '192.168.1.1', 9_999));
        await clock.sleep(100);
      }
      expect(replies.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, seq) => seq));
      for (const { ttl, rtt } of replies) {
        expect(ttl).toBe(58);
        expect(rtt).toBeGreaterThanOrEqual(10);
        expect(rtt).toBeLessThanOrEqual(45.001);
      }
    });
  });

  it('never loses three in a row, however bad the luck', async () => {
    const { clock, session } = setUp({ path: { ...healthyPath, loss: 0.9 } });
    await clock.drive('losses', async () => {
      const data = await session();
      const seen = new Set<number>();
      onPackets(data, (packet) => void seen.add(decodeEcho(packet)?.seq ?? -1));
      for (let seq = 0; seq < 300; seq++) data.send(request(addressOf(data), '1.1.1.1', seq));
      await clock.sleep(1_000);
      for (let seq = 0; seq + 2 < 300; seq++) {
        expect([seq, seq + 1, seq + 2].some((one) => seen.has(one))).toBe(true);
      }
      expect(seen.size).toBeLessThan(200);
    });
  });

  it('drops damaged packets, foreign sources, and everything after its release', async () => {
    const { clock, session } = setUp({ path: { ...healthyPath, loss: 0 } });
    await clock.drive('release', async () => {
      const data = await session();
      let replies = 0;
      onPackets(data, () => replies++);
      data.send(Uint8Array.of(0x45, 1, 2));
      data.send(request('10.1.1.1', '8.8.8.8', 0));
      await clock.sleep(100);
      expect(replies).toBe(0);
      data.send(request(addressOf(data), '8.8.8.8', 1));
      data.release();
      await clock.sleep(100);
      expect(replies).toBe(0);
    });
  });

  it('is ended by the network at random where that fault is planted', async () => {
    const meanMs = minutes(30);
    const lifetimes: number[] = [];
    for (let run = 0; run < 200; run++) {
      const { clock, session, events } = setUp({
        seed: `drop-${run}`,
        faults: [{ kind: 'bearer.drop', meanMs }],
      });
      await clock.drive('drop', async () => {
        const data = await session();
        const since = clock.now();
        const cause = await new Promise<SmCause>((resolve) => data.onReleased(resolve));
        expect(cause).toBe(36);
        lifetimes.push(clock.now() - since);
      });
      expect(events).toMatchObject([{ source: 'fault', kind: 'bearer.drop' }]);
    }
    const mean = lifetimes.reduce((sum, one) => sum + one, 0) / lifetimes.length;
    expect(mean / meanMs).toBeGreaterThan(0.75);
    expect(mean / meanMs).toBeLessThan(1.25);
  });

  it('is not ended after it was given back', async () => {
    const { clock, session, events } = setUp({ faults: [{ kind: 'bearer.drop', meanMs: minutes(1) }] });
    await clock.drive('given back', async () => {
      const data = await session();
      data.onReleased(() => {
        throw new Error('ended twice');
      });
      data.release();
      await clock.sleep(hours(1));
    });
    expect(events).toEqual([]);
  });
});

function addressOf(session: Session): string {
  return session.ipv4?.address ?? '';
}

/** Takes each packet as soon as it is there. */
function onPackets(session: Session, take: (packet: Uint8Array) => void): void {
  session.onReadable(() => {
    for (let packet = session.receive(); packet; packet = session.receive()) take(packet);
  });
}
