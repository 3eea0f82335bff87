import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createRng, type Rng } from '../../../../harness/core/chance.ts';
import type { Clock } from '../../../../harness/core/clock.ts';
import { createVirtualClock } from '../../../../harness/core/virtual-clock.ts';
import { createDeframer, type Deframer } from '../../../../harness/protocols/ppp/hdlc.ts';
import type { LcpTerms, LcpWishes } from '../../../../harness/protocols/ppp/lcp.ts';
import { createPppLink, type LcpAgreement, type PppLink } from '../../../../harness/protocols/ppp/link.ts';

interface End {
  readonly deframer: Deframer;
  readonly link: PppLink;
  readonly agreements: LcpAgreement[];
  readonly story: string[];
}

interface Plan {
  readonly wishes: Partial<LcpWishes>;
  readonly terms: LcpTerms;
}

const plain: Plan = { wishes: { accm: 0, magic: 1 }, terms: { authentication: [], compression: false } };

/** Two ends on a wire that takes `10 ms` and loses writes at random. */
function connect(clock: Clock, rng: Rng, loss: number, plans: readonly [Plan, Plan]): readonly [End, End] {
  const ends: End[] = [];
  const create = (index: 0 | 1): End => {
    const agreements: LcpAgreement[] = [];
    const story: string[] = [];
    const deframer = createDeframer({ onFrame: (protocol, packet) => link.receive(protocol, packet) });
    const link: PppLink = createPppLink({
      clock,
      write: (bytes) => {
        if (rng.chance(loss)) return;
        clock.after(10, () => ends[1 - index]?.deframer.push(bytes));
      },
      wishes: { protocolCompression: false, addressCompression: false, ...plans[index].wishes },
      terms: plans[index].terms,
      freshMagic: () => rng.integer(2, 0xffffffff),
      handler: (protocol) => (protocol === 0x21 ? () => story.push('ip') : undefined),
      onUp: (agreement) => {
        deframer.accm = agreement.receiveAccm;
        agreements.push(agreement);
      },
      onDown: () => story.push('down'),
      onFinished: () => story.push('finished'),
      onGaveUp: () => story.push('gave up'),
      onTerminated: (reason) => story.push(`terminated: ${reason}`),
      onEchoReply: () => story.push('echo'),
      onPeerRejects: (protocol) => story.push(`rejected ${protocol.toString(16)}`),
    });
    return { link, deframer, agreements, story };
  };
  ends.push(create(0), create(1));
  for (const { link } of ends) {
    link.lcp.open();
    link.lcp.lowerUp();
  }
  return ends as unknown as readonly [End, End];
}

describe('LCP between two ends', () => {
  it('agrees on a map and on CHAP, and sees equal magic numbers', async () => {
    const clock = createVirtualClock();
    const rng = createRng('agree');
    const server: Plan = {
      ...plain,
      wishes: { accm: 0, magic: 1, authentication: 'chap-md5', protocolCompression: true },
    };
    const client: Plan = { ...plain, terms: { authentication: ['chap-md5', 'pap'], compression: false } };
    const [a, b] = connect(clock, rng, 0, [server, client]);
    await clock.drive('agree', () => clock.sleep(5_000));
    expect(a.agreements).toEqual([{ receiveAccm: 0, peerProves: 'chap-md5', weProve: undefined }]);
    expect(b.agreements).toEqual([{ receiveAccm: 0, peerProves: undefined, weProve: 'chap-md5' }]);
  });

  it('settles on PAP where that is all that the peer can', async () => {
    const clock = createVirtualClock();
    const server: Plan = { ...plain, wishes: { authentication: 'chap-md5' } };
    const client: Plan = { ...plain, terms: { authentication: ['pap'], compression: false } };
    const [a] = connect(clock, createRng('pap'), 0, [server, client]);
    await clock.drive('pap', () => clock.sleep(5_000));
    expect(a.agreements[0]?.peerProves).toBe('pap');
  });

  it('opens over a wire that loses a third, whatever the ends wish', async () => {
    const wishes = fc.record(
      {
        accm: fc.integer({ min: 0, max: 0xffffffff }),
        magic: fc.integer({ min: 1, max: 3 }),
        authentication: fc.constantFrom('pap' as const, 'chap-md5' as const),
        protocolCompression: fc.boolean(),
        addressCompression: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const terms = fc.record({
      authentication: fc.subarray(['pap', 'chap-md5'] as const),
      compression: fc.boolean(),
    });
    const plan = fc.record({ wishes, terms });
    await fc.assert(
      fc.asyncProperty(plan, plan, fc.string(), async (first, second, seed) => {
        const clock = createVirtualClock();
        const [a, b] = connect(clock, createRng(seed), 0.33, [first, second]);
        await clock.drive('lossy', () => clock.sleep(200_000));
        const gaveUp = a.story.includes('gave up') || b.story.includes('gave up');
        const open = a.link.lcp.phase() === 'opened' && b.link.lcp.phase() === 'opened';
        expect(open || gaveUp).toBe(true);
        if (open) expect(a.agreements.at(-1)?.peerProves).toBe(b.agreements.at(-1)?.weProve);
      }),
      { numRuns: 60 },
    );
  });

  it('echoes, refuses unknown protocols, and ends in order', async () => {
    const clock = createVirtualClock();
    const [a, b] = connect(clock, createRng('end'), 0, [plain, { ...plain, wishes: { accm: 0, magic: 2 } }]);
    await clock.drive('end', async () => {
      await clock.sleep(1_000);
      a.link.sendEcho();
      a.link.send(0x57, Uint8Array.of(1));
      a.link.send(0x21, Uint8Array.of(1));
      await clock.sleep(1_000);
      a.link.lcp.close('enough');
      await clock.sleep(10_000);
    });
    expect(a.story).toEqual(['echo', 'rejected 57', 'down', 'finished']);
    expect(b.story).toEqual(['ip', 'terminated: enough', 'down', 'finished']);
  });

  it('gives up after 30 s of silence', async () => {
    const clock = createVirtualClock();
    const [a] = connect(clock, createRng('silence'), 1, [plain, plain]);
    const at = await clock.drive('silence', async () => {
      while (a.story.length === 0) await clock.sleep(100);
      return clock.now();
    });
    expect(a.story).toEqual(['gave up', 'finished']);
    expect(at).toBeGreaterThanOrEqual(30_000);
    expect(at).toBeLessThan(31_000);
  });
});
