import { decodeArp, encodeArp } from '../../../../protocols/ethernet/arp.ts';
import {
  decodeFrame,
  encodeFrame,
  etherType,
  type EthernetFrame,
} from '../../../../protocols/ethernet/frame.ts';
import { isHarnessError } from '../../../../core/errors.ts';
import { decodeIcmpv6, encodeIcmpv6, icmpv6Type } from '../../../../protocols/ip/icmpv6.ts';
import { addressAt6, addressBytes6 } from '../../../../protocols/ip/address6.ts';
import { ipProtocol } from '../../../../protocols/ip/ipv4.ts';
import { decodeNeighborMessage, encodeNeighborMessage } from '../../../../protocols/ip/neighbor.ts';
import { familyOf } from '../../../../protocols/ip/packet.ts';
import { sameBytes } from '../../../network/internet/internet.ts';

/** The modem's end of an Ethernet link with one host: there is nobody else, so it answers for every address. */
export interface EthernetEnd {
  /** What a frame holds for the network; undefined: nothing. Frames for this end are answered through `reply`. */
  unwrap(bytes: Uint8Array): Uint8Array | undefined;
  wrap(packet: Uint8Array): Uint8Array;
}

export interface EthernetEndOptions {
  readonly hostMac: Uint8Array;
  readonly modemMac: Uint8Array;
  readonly reply: (frame: Uint8Array) => void;
  /** Is it the host's own address (of either family)? Nobody answers for that: it would look like a duplicate. */
  readonly isHosts: (address: Uint8Array) => boolean;
}

export function createEthernetEnd(options: EthernetEndOptions): EthernetEnd {
  const { modemMac, reply } = options;
  // A host may use another address than the one it was told: the one that it sends from counts.
  let hostMac = options.hostMac;
  const frameFor = (type: number, payload: Uint8Array): Uint8Array =>
    encodeFrame({ destination: hostMac, source: modemMac, type, payload });

  const answerArp = (payload: Uint8Array): void => {
    const asked = decodeArp(payload);
    if (asked?.operation !== 'request' || options.isHosts(asked.targetIp)) return;
    if (sameBytes(asked.senderIp, asked.targetIp)) return; // it announces itself
    const { senderMac, senderIp, targetIp } = asked;
    const answer = { operation: 'reply' as const, senderMac: modemMac, senderIp: targetIp };
    reply(frameFor(etherType.arp, encodeArp({ ...answer, targetMac: senderMac, targetIp: senderIp })));
  };

  /** @returns true: it was a solicitation and goes no further */
  const answerSolicitation = (packet: Uint8Array): boolean => {
    if (packet[6] !== ipProtocol.icmpv6 || packet[40] !== icmpv6Type.neighborSolicitation) return false;
    const message = decodeIcmpv6(packet);
    if (!message) return true;
    const { target } = decodeNeighborMessage(message.body);
    const address = addressBytes6(target);
    // Without a source it looks for duplicates of its own address: silence means that there is none.
    if (message.source.every((octet) => octet === 0) || options.isHosts(address)) return true;
    const option = { kind: 'target-address' as const, address: modemMac };
    const flags = { router: true, solicited: true, override: true };
    const body = encodeNeighborMessage({ target: addressAt6(address, 0), ...flags, options: [option] });
    const type = icmpv6Type.neighborAdvertisement;
    const ends = { source: address, destination: message.source };
    reply(frameFor(etherType.ipv6, encodeIcmpv6({ ...ends, hopLimit: 255, type, code: 0, body })));
    return true;
  };

  const take = (frame: EthernetFrame): Uint8Array | undefined => {
    if (frame.type === etherType.arp) answerArp(frame.payload);
    else if (frame.type === etherType.ipv4) return frame.payload;
    else if (frame.type === etherType.ipv6 && !answerSolicitation(frame.payload)) return frame.payload;
    return undefined;
  };

  return {
    unwrap: (bytes) => {
      try {
        const frame = decodeFrame(bytes);
        if (!sameBytes(hostMac, frame.source)) hostMac = frame.source.slice();
        return take(frame);
      } catch (error) {
        if (isHarnessError(error) && /^(?:ethernet|ip)\./.test(error.code)) return undefined;
        throw error;
      }
    },
    wrap: (packet) => frameFor(familyOf(packet) === 6 ? etherType.ipv6 : etherType.ipv4, packet),
  };
}
