import type { QmapLimits } from '../../../../protocols/qmi/qmap.ts';
import type { Session } from '../../../network/network.ts';
import type { LinkSessions } from '../link/families.ts';
import type { MultiplexedLink } from '../link/multiplexed-link.ts';

/** What went through a call, in packets and bytes. */
export interface Traffic {
  txPackets: number;
  rxPackets: number;
  txBytes: number;
  rxBytes: number;
}

export function noTraffic(): Traffic {
  return { txPackets: 0, rxPackets: 0, txBytes: 0, rxBytes: 0 };
}

/** One call's part of the data channel. */
export interface Lane {
  readonly session: Session;
  readonly traffic: Traffic;
}

export type IpFamily = 4 | 6;

/** What one bulk transfer holds. */
export interface DataFormat {
  readonly framing: 'raw-ip' | 'ethernet';
  /** Undefined: a transfer is a packet. */
  readonly aggregation: QmapLimits | undefined;
  /** A wish of the host's: firmware that knows one format stays with it. */
  choose(framing: 'raw-ip' | 'ethernet'): void;
  /** Likewise. */
  aggregate(limits: QmapLimits | undefined): void;
}

/** Where a call is: channels that share one data port are told apart by their number. */
export interface CallPlace {
  readonly channel: number;
  readonly family: IpFamily;
}

/** Where the calls of a QMI face put their sessions. */
export interface DataPath extends DataFormat {
  /** Calls that the modem makes by itself come up here. */
  readonly autoconnects: boolean;
  /** The channel of a client that is bound to this id (Bind Mux Data Port); undefined: it is bound to none. */
  channelOf(muxId: number | undefined): number;
  /** False: somebody else's packets go through it. */
  isFree(channel: number): boolean;
  /** The call in this place is up, or over. */
  attach(place: CallPlace, lane: Lane | undefined): void;
}

/**
 * The calls of one function on its link.
 * @param framing `either`: starts with 802.3 frames and can be switched; firmware of that age aggregates nothing
 */
export function createDataPath(link: MultiplexedLink, framing: 'raw-ip' | 'either'): DataPath {
  let present: 'raw-ip' | 'ethernet' = framing === 'either' ? 'ethernet' : 'raw-ip';
  let aggregation: QmapLimits | undefined;
  const channels = new Map<number, Lanes>();
  const lanesOf = (channel: number): Lanes => {
    const lanes = channels.get(channel) ?? createLanes((sessions) => link.bind(channel, sessions));
    channels.set(channel, lanes);
    return lanes;
  };
  return {
    get framing() {
      return present;
    },
    get aggregation() {
      return aggregation;
    },
    choose: (wanted) => {
      if (framing !== 'either') return;
      present = wanted;
      link.setFraming(wanted);
    },
    aggregate: (limits) => {
      if (framing === 'either') return;
      aggregation = limits;
      link.aggregate(limits);
    },
    autoconnects: true,
    // Without aggregation there is one channel: whatever a client is bound to, packets go there.
    channelOf: (muxId = 0) => (aggregation ? muxId : 0),
    isFree: () => true,
    attach: ({ channel, family }, lane) => lanesOf(channel).attach(family, lane),
  };
}

/** The calls of one channel: IPv4 and IPv6 share it, also where they share the session. */
export interface Lanes {
  attach(family: IpFamily, lane: Lane | undefined): void;
}

/** @param bind gets the sessions that carry the channel's packets from now on */
export function createLanes(bind: (sessions: LinkSessions) => void): Lanes {
  const lanes = new Map<IpFamily, Lane>();
  let counted: readonly CountedSession[] = [];
  const countedOf = (lane: Lane | undefined): CountedSession | undefined =>
    lane && (counted.find(({ of }) => of === lane.session) ?? count(lane.session, lanes));
  return {
    attach: (family, lane) => {
      if (lane) lanes.set(family, lane);
      else lanes.delete(family);
      const ipv4 = countedOf(lanes.get(4));
      const ipv6 = lanes.get(6)?.session === ipv4?.of ? ipv4 : countedOf(lanes.get(6));
      counted = [ipv4, ipv6].filter((session) => session !== undefined);
      bind({ ipv4, ipv6 });
    },
  };
}

interface CountedSession extends Session {
  readonly of: Session;
}

/** A session whose packets are counted by family; packets of a family that has no call are dropped. */
function count(session: Session, lanes: ReadonlyMap<IpFamily, Lane>): CountedSession {
  const trafficOf = (packet: Uint8Array): Traffic | undefined => {
    const lane = lanes.get(((packet[0] ?? 0) >> 4) as IpFamily);
    return lane?.session === session ? lane.traffic : undefined;
  };
  return {
    of: session,
    type: session.type,
    ipv4: session.ipv4,
    ipv6: session.ipv6,
    mtu: session.mtu,
    onReadable: (f) => session.onReadable(f),
    onReleased: (f) => session.onReleased(f),
    release: () => session.release(),
    send: (packet) => {
      const traffic = trafficOf(packet);
      if (!traffic) return;
      traffic.txPackets++;
      traffic.txBytes += packet.length;
      session.send(packet);
    },
    receive: () => {
      for (let packet = session.receive(); packet; packet = session.receive()) {
        const traffic = trafficOf(packet);
        if (!traffic) continue;
        traffic.rxPackets++;
        traffic.rxBytes += packet.length;
        return packet;
      }
      return undefined;
    },
  };
}
