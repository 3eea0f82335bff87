import { addressBytes } from '../../harness/protocols/ip/address.ts';
import { addressBytes6 } from '../../harness/protocols/ip/address6.ts';
import { decodeTcp, encodeTcp, tcpFlag, type TcpSegment } from '../../harness/protocols/ip/tcp.ts';
import type { Session } from '../../harness/sim/network/network.ts';

/** A plain TCP client behind a session, written apart from the servers': it takes what is in order and asks again else. */
export interface TcpClient {
  readonly segments: TcpSegment[];
  readonly received: Uint8Array[];
  /** Bytes of payload taken in order. */
  total: number;
  /** Unacknowledged bytes that it has sent. */
  readonly outstanding: number;
  readonly peerWindow: number;
  readonly established: boolean;
  readonly ended: boolean;
  readonly reset: boolean;
  /** While true, segments are answered with a window of 0. */
  stopped: boolean;
  /** Keeps payloads and segments; off for measurements. */
  keep: boolean;
  take(packet: Uint8Array): void;
  write(bytes: Uint8Array): void;
  end(): void;
  /** Tells the present window. */
  acknowledge(): void;
  send(fields: Partial<TcpSegment>): void;
}

const { syn, ack, fin, psh, rst } = tcpFlag;
const SCALE = 8;

export interface TcpClientOptions {
  readonly session: Session;
  readonly to: string;
  readonly port: number;
  readonly sourcePort?: number;
  readonly window?: number;
  readonly mss?: number;
}

export function openTcp(options: TcpClientOptions): TcpClient {
  const { session, to, port, sourcePort = 40_000, window = 4_194_304, mss = 1_400 } = options;
  const isIpv4 = to.includes('.');
  const ends = {
    source: isIpv4 ? addressBytes(session.ipv4?.address ?? '') : addressBytes6(session.ipv6?.address ?? ''),
    destination: isIpv4 ? addressBytes(to) : addressBytes6(to),
    sourcePort,
    destinationPort: port,
    hopLimit: 64,
  };
  const nothing = new Uint8Array(0);
  let [next, acknowledged, expected] = [1_000, 1_000, 0];
  let [established, ended, reset] = [false, false, false];
  let peerWindow = 0;
  let peerScale = 0;
  let sinceAck = 0;
  const send: TcpClient['send'] = (fields) => {
    const scaled = client.stopped ? 0 : window >>> ((fields.flags ?? ack) & syn ? 8 : SCALE);
    session.send(
      encodeTcp({
        ...ends,
        seq: next,
        ack: expected,
        flags: ack,
        window: Math.min(scaled, 0xffff),
        payload: nothing,
        ...fields,
      }),
    );
  };
  const data = (segment: TcpSegment): void => {
    if (segment.payload.length === 0 && (segment.flags & fin) === 0) {
      if (segment.seq !== expected) send({}); // a probe
      return;
    }
    const inOrder = segment.seq === expected;
    if (inOrder) {
      if (client.keep) client.received.push(segment.payload.slice());
      client.total += segment.payload.length;
      expected = (expected + segment.payload.length) >>> 0;
      if ((segment.flags & fin) !== 0) {
        expected = (expected + 1) >>> 0;
        ended = true;
      }
    }
    if (!inOrder || ended || ++sinceAck >= 2 || client.keep) {
      sinceAck = 0;
      send({});
    }
  };
  const client: TcpClient = {
    segments: [],
    received: [],
    total: 0,
    stopped: false,
    keep: true,
    get outstanding() {
      return (next - acknowledged) >>> 0;
    },
    get peerWindow() {
      return peerWindow;
    },
    get established() {
      return established;
    },
    get ended() {
      return ended;
    },
    get reset() {
      return reset;
    },
    take: (packet) => {
      const segment = decodeTcp(packet);
      if (!segment || segment.destinationPort !== sourcePort) return;
      if (client.keep) client.segments.push(segment);
      if ((segment.flags & rst) !== 0) {
        reset = true;
        return;
      }
      if ((segment.flags & ack) !== 0) acknowledged = segment.ack;
      if ((segment.flags & syn) !== 0) {
        expected = (segment.seq + 1) >>> 0;
        peerScale = segment.windowScale ?? 0;
        peerWindow = segment.window;
        established = true;
        send({});
        return;
      }
      peerWindow = segment.window * 2 ** peerScale;
      data(segment);
    },
    write: (bytes) => {
      for (let at = 0; at < bytes.length; at += mss) {
        const payload = bytes.subarray(at, at + mss);
        const seq = next;
        next = (next + payload.length) >>> 0;
        send({ seq, flags: ack | psh, payload });
      }
    },
    end: () => {
      send({ flags: ack | fin });
      next = (next + 1) >>> 0;
    },
    acknowledge: () => send({}),
    send,
  };
  send({ flags: syn, ack: 0, mss, windowScale: SCALE });
  next = 1_001;
  return client;
}
