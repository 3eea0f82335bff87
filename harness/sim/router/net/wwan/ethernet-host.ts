import { isHarnessError } from '../../../../core/errors.ts';
import { decodeArp, encodeArp } from '../../../../protocols/ethernet/arp.ts';
import {
  broadcastAddress,
  decodeFrame,
  encodeFrame,
  etherType,
  macBytes,
} from '../../../../protocols/ethernet/frame.ts';
import { familyOf } from '../../../../protocols/ip/packet.ts';

/** The kernel's end of an Ethernet link with the modem: the only neighbour, which answers for every address. */
export interface EthernetHost {
  send(packet: Uint8Array): void;
  /** The packets in a frame. */
  unwrap(frame: Uint8Array): readonly Uint8Array[];
}

/** Packets that wait for a neighbour's address; more are dropped (arp(7), unres_qlen). */
const MAX_HELD = 101;

/** @param transmit gets whole frames */
export function createEthernetHost(mac: string, transmit: (frame: Uint8Array) => void): EthernetHost {
  const own = macBytes(mac);
  let neighbour: Uint8Array | undefined;
  let held: Uint8Array[] = [];

  const put = (destination: Uint8Array, type: number, payload: Uint8Array): void =>
    transmit(encodeFrame({ destination, source: own, type, payload }));
  const carry = (destination: Uint8Array, packet: Uint8Array): void =>
    put(destination, familyOf(packet) === 6 ? etherType.ipv6 : etherType.ipv4, packet);

  const ask = (packet: Uint8Array): void => {
    const targetIp = packet.subarray(16, 20);
    const nobody = new Uint8Array(6);
    const request = { operation: 'request' as const, senderMac: own, senderIp: packet.subarray(12, 16) };
    put(broadcastAddress, etherType.arp, encodeArp({ ...request, targetMac: nobody, targetIp }));
  };
  const learn = (address: Uint8Array): void => {
    neighbour = address.slice();
    const waiting = held;
    held = [];
    for (const packet of waiting) carry(address, packet);
  };

  return {
    send: (packet) => {
      const everybody = groupOf(packet);
      if (everybody) return carry(everybody, packet);
      if (neighbour) return carry(neighbour, packet);
      if (held.length < MAX_HELD) held.push(packet);
      if (familyOf(packet) === 4) ask(packet); // IPv6 waits for the router's advertisement
    },
    unwrap: (bytes) => {
      try {
        const { source, type, payload } = decodeFrame(bytes);
        if (type === etherType.arp && decodeArp(payload)?.operation !== 'reply') return [];
        learn(source);
        return type === etherType.ipv4 || type === etherType.ipv6 ? [payload] : [];
      } catch (error) {
        if (isHarnessError(error) && error.code.startsWith('ethernet.')) return [];
        throw error;
      }
    },
  };
}

/** Where packets go that are not for one host (RFC 1112 section 6.4, RFC 2464 section 7); undefined: they are. */
function groupOf(packet: Uint8Array): Uint8Array | undefined {
  if (familyOf(packet) === 6) {
    return packet[24] === 0xff ? Uint8Array.of(0x33, 0x33, ...packet.subarray(36, 40)) : undefined;
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = packet.subarray(16, 20);
  if (first === 255) return broadcastAddress;
  if (first < 224 || first > 239) return undefined;
  return Uint8Array.of(0x01, 0x00, 0x5e, second & 0x7f, third, fourth);
}
