import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createRng } from '../../../../../harness/core/chance.ts';
import type { Clock } from '../../../../../harness/core/clock.ts';
import { Timeline, type TimelineEvent } from '../../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../../harness/core/virtual-clock.ts';
import {
  controlCode,
  decodeControl,
  decodeOptions,
  encodeControl,
  encodeOptions,
} from '../../../../../harness/protocols/ppp/control.ts';
import { createDeframer, encodeFrame } from '../../../../../harness/protocols/ppp/hdlc.ts';
import { decodeLcpOption } from '../../../../../harness/protocols/ppp/lcp-options.ts';
import { pppProtocol } from '../../../../../harness/protocols/ppp/protocols.ts';
import {
  createPppFace,
  type PppEnd,
  type PppFace,
  type PppFaceOptions,
} from '../../../../../harness/sim/modem/faces/ppp.ts';
import type { Session } from '../../../../../harness/sim/network/network.ts';

type Answer = Parameters<Parameters<PppFaceOptions['activate']>[0]>[0];

interface Bench {
  readonly clock: Clock;
  readonly face: PppFace;
  readonly seen: { protocol: number; code: number; id: number; data: Uint8Array }[];
  readonly ends: PppEnd[];
  readonly texts: string[];
  /** Answers of the activation that the face asked for. */
  readonly pending: ((answer: Answer) => void)[];
  readonly send: (protocol: number, code: number, id: number, data?: Uint8Array) => void;
  /** Acknowledges the face's LCP request and has an empty one acknowledged. */
  readonly openLcp: () => void;
}

/** The face alone, with a hand-driven peer. */
function createBench(options: Partial<PppFaceOptions> = {}): Bench {
  const clock = createVirtualClock();
  const texts: string[] = [];
  const write = (line: string): void => {
    texts.push(((JSON.parse(line) as TimelineEvent).data as { text: string }).text);
  };
  const timeline = new Timeline({ clock, redact: (text) => text, write });
  const seen: Bench['seen'] = [];
  const deframer = createDeframer({
    onFrame: (protocol, packet) => seen.push({ protocol, ...decodeControl(packet) }),
  });
  deframer.accm = 0;
  const ends: PppEnd[] = [];
  const pending: Bench['pending'] = [];
  const face = createPppFace({
    clock,
    rng: createRng('face'),
    timeline,
    authentication: 'none',
    write: (bytes) => deframer.push(bytes),
    activate: (done) => pending.push(done),
    onEnd: (end) => ends.push(end),
    ...options,
  });
  const send: Bench['send'] = (protocol, code, id, data = new Uint8Array(0)) =>
    face.receive(encodeFrame(protocol, encodeControl({ code, id, data }), 0xffffffff));
  const openLcp = (): void => {
    const request = seen.find(({ code }) => code === controlCode.configureRequest);
    if (!request) throw new Error('no Configure-Request');
    send(pppProtocol.lcp, controlCode.configureAck, request.id, request.data);
    const accm = encodeOptions([{ type: 2, data: new Uint8Array(4) }]);
    send(pppProtocol.lcp, controlCode.configureRequest, 1, accm);
  };
  return { clock, face, seen, ends, texts, pending, send, openLcp };
}

function createSession(): Session & { released: number; onReleasedBy: ((cause: number) => void)[] } {
  const session = {
    type: 'IP' as const,
    ipv4: { address: '10.1.2.3', gateway: '10.1.2.4', prefixLength: 24, dns: ['8.8.8.8', '8.8.4.4'] },
    ipv6: undefined,
    mtu: 1_500,
    send: () => undefined,
    receive: () => undefined,
    onReadable: () => undefined,
    onReleasedBy: [] as ((cause: number) => void)[],
    onReleased: (f: (cause: number) => void) => void session.onReleasedBy.push(f),
    released: 0,
    release: () => void session.released++,
  };
  return session;
}

const magic = Uint8Array.of(0, 0, 0, 9);

describe("the modem's PPP face", () => {
  it('asks for a clear channel, its authentication, a magic number and both compressions', () => {
    const { seen } = createBench({ authentication: 'pap' });
    const options = decodeOptions(seen[0]?.data ?? new Uint8Array(0)).map(decodeLcpOption);
    expect(options).toEqual([
      { kind: 'accm', map: 0 },
      { kind: 'authentication', method: 'pap' },
      { kind: 'magic', number: expect.any(Number) },
      { kind: 'protocol-compression' },
      { kind: 'address-compression' },
    ]);
  });

  it('answers nothing while the data session is pending, and everything afterwards', () => {
    const { seen, pending, send, openLcp } = createBench();
    openLcp();
    expect(pending).toHaveLength(1);
    const before = seen.length;
    send(pppProtocol.lcp, controlCode.echoRequest, 7, magic);
    send(pppProtocol.ipcp, controlCode.configureRequest, 1);
    expect(seen).toHaveLength(before);
    pending[0]?.(createSession());
    expect(seen.slice(before).map(({ protocol, code }) => [protocol, code])).toEqual([
      [pppProtocol.ipcp, controlCode.configureRequest],
      [pppProtocol.lcp, controlCode.echoReply],
      [pppProtocol.ipcp, controlCode.configureAck],
    ]);
  });

  it('gives the address by Configure-Nak, and refuses header compression', () => {
    const { seen, pending, send, openLcp } = createBench();
    openLcp();
    pending[0]?.(createSession());
    const vanJacobson = encodeOptions([{ type: 2, data: Uint8Array.of(0, 0x2d, 15, 1) }]);
    send(pppProtocol.ipcp, controlCode.configureRequest, 1, vanJacobson);
    expect(seen.at(-1)).toMatchObject({ code: controlCode.configureReject, data: vanJacobson });
    send(pppProtocol.ipcp, controlCode.configureRequest, 2, Uint8Array.of(3, 6, 0, 0, 0, 0));
    expect(seen.at(-1)).toMatchObject({
      code: controlCode.configureNak,
      data: Uint8Array.of(3, 6, 10, 1, 2, 3),
    });
  });

  it('rejects protocols that it does not speak, with their packet', () => {
    const { seen, pending, send, openLcp } = createBench();
    openLcp();
    pending[0]?.(createSession());
    send(pppProtocol.ipv6cp, 1, 1);
    expect(seen.at(-1)).toMatchObject({
      protocol: pppProtocol.lcp,
      code: controlCode.protocolReject,
      data: Uint8Array.of(0x80, 0x57, 1, 1, 0, 4),
    });
  });

  it('speaks IPV6CP where the session has IPv6, and rejects IPCP where it has nothing else', () => {
    const { seen, pending, send, openLcp } = createBench();
    openLcp();
    const ipv6 = { address: '2001:db8::2:0:0:7', prefixLength: 64, gateway: 'fe80::2:0:0:1', dns: [] };
    const down: Uint8Array[] = [];
    const up: Uint8Array[] = [];
    let tell: (() => void) | undefined;
    pending[0]?.({
      ...createSession(),
      type: 'IPV6',
      ipv4: undefined,
      ipv6,
      send: (packet) => void up.push(packet),
      receive: () => down.shift(),
      onReadable: (f) => (tell = f),
    });
    const [gateway, host] = [1, 7].map((last) => Uint8Array.of(1, 10, 0, 2, 0, 0, 0, 0, 0, last));
    const request = seen.at(-1);
    expect(request).toMatchObject({
      protocol: pppProtocol.ipv6cp,
      code: controlCode.configureRequest,
      data: gateway,
    });
    send(pppProtocol.ipcp, controlCode.configureRequest, 1);
    expect(seen.at(-1)).toMatchObject({ protocol: pppProtocol.lcp, code: controlCode.protocolReject });
    send(pppProtocol.ipv6cp, controlCode.configureRequest, 1, Uint8Array.of(1, 10, 9, 9, 9, 9, 9, 9, 9, 9));
    expect(seen.at(-1)).toMatchObject({ code: controlCode.configureNak, data: host });
    send(pppProtocol.ipv6cp, controlCode.configureRequest, 2, host);
    expect(seen.at(-1)).toMatchObject({ protocol: pppProtocol.ipv6cp, code: controlCode.configureAck });
    send(pppProtocol.ipv6cp, controlCode.configureAck, request?.id ?? 0, gateway);
    // Any packet of version 6 does; the bench reads it as a control packet.
    const packet = Uint8Array.of(0x60, 1, 0, 6, 1, 2);
    down.push(packet);
    tell?.();
    expect(seen.at(-1)).toMatchObject({ protocol: pppProtocol.ipv6, code: 0x60 });
    send(pppProtocol.ipv6, 0x60, 1, Uint8Array.of(1, 2));
    expect(up).toEqual([packet]);
  });

  it('refuses codes that LCP does not have', () => {
    const { seen, pending, send, openLcp } = createBench();
    openLcp();
    pending[0]?.(createSession());
    send(pppProtocol.lcp, 42, 1);
    expect(seen.at(-1)).toMatchObject({ code: controlCode.codeReject, data: Uint8Array.of(42, 1, 0, 4) });
  });

  it('terminates the call when the session is refused, and when the network ends it', async () => {
    const refused = createBench();
    refused.openLcp();
    refused.pending[0]?.({ refused: 33 });
    const terminate = refused.seen.at(-1);
    expect(terminate).toMatchObject({ code: controlCode.terminateRequest });
    refused.send(pppProtocol.lcp, controlCode.terminateAck, terminate?.id ?? 0);
    expect(refused.ends).toEqual(['refused']);

    const ended = createBench();
    ended.openLcp();
    const session = createSession();
    ended.pending[0]?.(session);
    session.onReleasedBy.forEach((tell) => tell(36));
    // A peer that does not answer is not waited for: two requests, three seconds each.
    await ended.clock.drive('patience', () => ended.clock.sleep(6_100));
    expect(ended.ends).toEqual(['released']);
  });

  it('shows a refused peer the door if it does not go by itself', async () => {
    const { clock, send, seen, openLcp, ends } = createBench({
      authentication: 'pap',
      refusesCredentials: true,
    });
    openLcp();
    send(pppProtocol.pap, 1, 1, Uint8Array.of(1, 0x61, 1, 0x62));
    expect(seen.at(-1)).toMatchObject({ protocol: pppProtocol.pap, code: 3 });
    await clock.drive('door', () => clock.sleep(10_000));
    expect(ends).toEqual(['authentication']);
  });

  it('gives a session back that comes after the call has ended', () => {
    const { face, pending, openLcp, ends } = createBench();
    openLcp();
    face.close();
    const late = createSession();
    pending[0]?.(late);
    expect(late.released).toBe(1);
    expect(ends).toEqual([]);
  });

  it('gives up a host that never speaks PPP', async () => {
    const { clock, ends } = createBench();
    await clock.drive('silence', () => clock.sleep(31_000));
    expect(ends).toEqual(['negotiation']);
  });

  it('survives anything that a host can send', () => {
    const packet = fc.tuple(fc.constantFrom(...Object.values(pppProtocol)), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 30 }), fc.boolean(), (packets, granted) => {
        const { face, pending, openLcp } = createBench({ authentication: 'chap' });
        openLcp();
        for (const [protocol, information] of packets) {
          face.receive(encodeFrame(protocol, information, 0xffffffff));
          if (granted) pending.pop()?.(createSession());
        }
      }),
    );
  });
});
