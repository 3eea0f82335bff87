import type { Session } from '../../../network/network.ts';
import type { Link } from '../link/link.ts';

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
  /** A wish of the host's: firmware that knows one format stays with it. */
  choose(framing: 'raw-ip' | 'ethernet'): void;
}

/** Where the calls of a QMI face put their sessions. */
export interface DataPath extends DataFormat {
  /** The call of this family is up, or over. */
  attach(family: IpFamily, lane: Lane | undefined): void;
}

/**
 * The calls of one function on its link: IPv4 and IPv6 share the channel, also where they share the session.
 * @param framing `either`: starts with 802.3 frames and can be switched
 */
export function createDataPath(link: Link, framing: 'raw-ip' | 'either'): DataPath {
  const lanes = new Map<IpFamily, Lane>();
  let counted: readonly CountedSession[] = [];
  let present: 'raw-ip' | 'ethernet' = framing === 'either' ? 'ethernet' : 'raw-ip';
  const countedOf = (lane: Lane | undefined): CountedSession | undefined =>
    lane && (counted.find(({ of }) => of === lane.session) ?? count(lane.session, lanes));
  return {
    get framing() {
      return present;
    },
    choose: (wanted) => {
      if (framing !== 'either') return;
      present = wanted;
      link.setFraming(wanted);
    },
    attach: (family, lane) => {
      if (lane) lanes.set(family, lane);
      else lanes.delete(family);
      const ipv4 = countedOf(lanes.get(4));
      const ipv6 = lanes.get(6)?.session === ipv4?.of ? ipv4 : countedOf(lanes.get(6));
      counted = [ipv4, ipv6].filter((session) => session !== undefined);
      link.bind({ ipv4, ipv6 });
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
