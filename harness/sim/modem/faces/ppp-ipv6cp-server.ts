import type { Clock } from '../../../core/clock.ts';
import { addressBytes6 } from '../../../protocols/ip/address6.ts';
import { createControlProtocol } from '../../../protocols/ppp/control-protocol.ts';
import {
  decodeIpv6cpOption,
  encodeIpv6cpOption,
  judgeIpv6cp,
  reviseIpv6cp,
} from '../../../protocols/ppp/ipv6cp.ts';
import type { Ipv6Settings } from '../../network/network.ts';
import type { IpcpServer } from './ppp-ipcp-server.ts';

export interface Ipv6cpServerOptions {
  readonly clock: Clock;
  readonly settings: Ipv6Settings;
  readonly send: (packet: Uint8Array) => void;
  readonly trace: (text: string) => void;
}

/**
 * The modem's end of IPV6CP: it calls itself what the network's gateway is called, and gives the host the interface
 * identifier that came with the session. The prefix comes in a Router Advertisement (TS 29.061 11.2.1.3.2).
 */
export function createIpv6cpServer(options: Ipv6cpServerOptions): IpcpServer {
  const assigned = addressBytes6(options.settings.address).slice(8);
  let ours: Uint8Array | undefined = addressBytes6(options.settings.gateway).slice(8);
  const ipv6cp = createControlProtocol(options.clock, options.send, {
    request: () => (ours ? [encodeIpv6cpOption({ kind: 'interface-identifier', identifier: ours })] : []),
    judge: (raw) => {
      const verdict = judgeIpv6cp(raw.map(decodeIpv6cpOption), ours ?? assigned, assigned);
      return { kind: verdict.kind, options: verdict.options.map(encodeIpv6cpOption) };
    },
    revise: (answer, raw) => {
      ours = reviseIpv6cp(ours, answer, raw.map(decodeIpv6cpOption));
    },
    onUp: () => options.trace('IPV6CP up'),
  });
  return {
    start: () => {
      ipv6cp.open();
      ipv6cp.lowerUp();
    },
    isOpen: () => ipv6cp.phase() === 'opened',
    receive: (packet) => ipv6cp.receive(packet),
    lowerDown: () => ipv6cp.lowerDown(),
    protocolRejected: () => ipv6cp.protocolRejected(),
  };
}
