import { decodeUdp, encodeUdp, type UdpDatagram } from '../../../protocols/ip/udp.ts';
import type { PacketView } from '../../../protocols/ip/packet.ts';
import { answerDns } from './dns.ts';
import { SERVER_TTL } from './path.ts';

/** Ports of the small servers (RFC 862, 863, 864, 1035). */
export const port = { echo: 7, discard: 9, chargen: 19, dns: 53, http: 80, sink: 5_001 } as const;

/** What became of a datagram: packets that come back, or nobody listens on that port. */
export type UdpOutcome = { readonly answer: Uint8Array | undefined } | 'closed';

/** @throws HarnessError as decodeUdp */
export function answerUdp(view: PacketView, isDnsServer: boolean): UdpOutcome {
  const datagram = decodeUdp(view);
  if (!datagram) return { answer: undefined };
  const reply = (payload: Uint8Array): UdpOutcome => ({ answer: encodeUdp(answerOf(datagram, payload)) });
  switch (datagram.destinationPort) {
    case port.echo:
      return reply(datagram.payload);
    case port.discard:
    case port.sink:
      return { answer: undefined };
    case port.chargen:
      return reply(CHARACTERS);
    case port.dns: {
      if (!isDnsServer) return 'closed';
      const answer = answerDns(datagram.payload);
      return answer ? reply(answer) : { answer: undefined };
    }
    default:
      return 'closed';
  }
}

/** Seven lines of 72 printable characters, each a step further (RFC 864). */
export const CHARACTERS: Uint8Array = Uint8Array.from({ length: 7 * 74 }, (_, i) => {
  const column = i % 74;
  if (column >= 72) return column === 72 ? 13 : 10;
  return 33 + ((Math.floor(i / 74) + column) % 94);
});

function answerOf(datagram: UdpDatagram, payload: Uint8Array): UdpDatagram {
  return {
    source: datagram.destination,
    destination: datagram.source,
    sourcePort: datagram.destinationPort,
    destinationPort: datagram.sourcePort,
    hopLimit: SERVER_TTL,
    payload,
  };
}
