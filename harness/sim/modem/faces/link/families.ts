import { familyOf } from '../../../../protocols/ip/packet.ts';
import type { Session } from '../../../network/network.ts';

/** Which session carries which family: the same one twice for a bearer of two families. */
export interface LinkSessions {
  readonly ipv4?: Session | undefined;
  readonly ipv6?: Session | undefined;
}

/** The packets of one or two sessions as one stream. */
export type PacketFlow = Pick<Session, 'send' | 'receive' | 'onReadable'>;

/** What comes for a family that is not bound is dropped, both ways. */
export function joinFamilies({ ipv4, ipv6 }: LinkSessions): PacketFlow {
  return {
    send: (packet) => {
      const family = familyOf(packet);
      if (family === 6) ipv6?.send(packet);
      else if (family === 4) ipv4?.send(packet);
    },
    receive: () => next(ipv4, 4, ipv6) ?? (ipv6 === ipv4 ? undefined : next(ipv6, 6)),
    onReadable: (f) => {
      for (const session of new Set([ipv4, ipv6])) session?.onReadable(f);
    },
  };
}

/** The next packet of a family that this session is bound for; what it has of the other one is dropped. */
function next(session: Session | undefined, family: 4 | 6, both?: Session): Uint8Array | undefined {
  for (let packet = session?.receive(); packet; packet = session?.receive()) {
    if (session === both || familyOf(packet) === family) return packet;
  }
  return undefined;
}
