import type { Clock } from '../../../../core/clock.ts';
import { isHarnessError } from '../../../../core/errors.ts';
import { addressBytes } from '../../../../protocols/ip/address.ts';
import { answerEcho } from '../../../../protocols/ip/icmp.ts';
import { viewPacket, type PacketView } from '../../../../protocols/ip/packet.ts';
import { sameBytes } from '../../../network/internet/internet.ts';
import type { Session } from '../../../network/network.ts';
import { answerDhcp, isForDhcpServer, type DhcpLease } from '../link/dhcp-server.ts';
import { createNat } from './nat.ts';

/** The router inside an ECM modem: the host is on its LAN, the data session is its WAN. IPv4 alone. */
export interface InnerRouter {
  /** A packet from the host. What the router itself says to it comes back at once. */
  fromHost(packet: Uint8Array): Uint8Array | undefined;
  /** The next packet for the host; undefined: none waits. */
  toHost(): Uint8Array | undefined;
  bind(session: Session | undefined): void;
}

/** Qualcomm's mobile access point: QCMAP's addresses as delivered. */
export const routerAddress = '192.168.225.1';
export const leasedAddress = '192.168.225.20';
const LEASE_S = 43_200;

export function createInnerRouter(clock: Clock): InnerRouter {
  let session: Session | undefined;
  const own = addressBytes(routerAddress);
  const nat = createNat({
    clock,
    router: routerAddress,
    outside: () => session?.ipv4 && { address: session.ipv4.address, dns: session.ipv4.dns[0] },
  });
  const lease = (): DhcpLease => ({
    address: leasedAddress,
    prefixLength: 24,
    gateway: routerAddress,
    dns: [routerAddress],
    mtu: session?.mtu ?? 1_500,
    leaseS: LEASE_S,
  });
  return {
    fromHost: (packet) => {
      const view = viewOrNothing(packet);
      if (!view) return undefined;
      if (isForDhcpServer(view)) return answerDhcp(view, lease());
      if (sameBytes(packet.subarray(16, 20), own)) {
        const echo = answerEcho(packet, 64);
        if (echo) return echo;
      }
      const outwards = nat.outwards(view);
      if (outwards) session?.send(outwards);
      return undefined;
    },
    toHost: () => {
      for (let packet = session?.receive(); packet; packet = session?.receive()) {
        const view = viewOrNothing(packet);
        const inwards = view && nat.inwards(view);
        if (inwards) return inwards;
      }
      return undefined;
    },
    bind: (next) => {
      if (session !== next) nat.clear();
      session = next;
    },
  };
}

function viewOrNothing(packet: Uint8Array): PacketView | undefined {
  try {
    const view = viewPacket(packet);
    return view.family === 4 ? view : undefined;
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('ip.')) return undefined;
    throw error;
  }
}
