import type { Clock } from '../../../core/clock.ts';
import { createControlProtocol } from '../../../protocols/ppp/control-protocol.ts';
import { decodeIpcpOption, encodeIpcpOption } from '../../../protocols/ppp/ipcp-options.ts';
import { ipcpRequest, judgeIpcp, reviseIpcp, type IpcpWishes } from '../../../protocols/ppp/ipcp.ts';
import type { Ipv4Settings } from '../../network/network.ts';

export interface IpcpServerOptions {
  readonly clock: Clock;
  readonly settings: Ipv4Settings;
  readonly localAddress: string;
  readonly send: (packet: Uint8Array) => void;
  readonly trace: (text: string) => void;
}

/** A network control protocol of the modem's: IPCP, IPV6CP. */
export interface IpcpServer {
  start(): void;
  isOpen(): boolean;
  receive(packet: Uint8Array): void;
  lowerDown(): void;
  /** The peer does not speak it. */
  protocolRejected(): void;
}

/** The modem's end of IPCP: names itself, and hands the session's address and name servers to the peer. */
export function createIpcpServer(options: IpcpServerOptions): IpcpServer {
  const { address, dns } = options.settings;
  const [primaryDns, secondaryDns] = dns;
  const assigned: IpcpWishes = {
    address,
    ...(primaryDns === undefined ? {} : { primaryDns }),
    ...(secondaryDns === undefined ? {} : { secondaryDns }),
  };
  let wishes: IpcpWishes = { address: options.localAddress };
  const ipcp = createControlProtocol(options.clock, options.send, {
    request: () => ipcpRequest(wishes).map(encodeIpcpOption),
    judge: (raw) => {
      const verdict = judgeIpcp(raw.map(decodeIpcpOption), assigned);
      if (verdict.kind === 'ack') options.trace('IPCP acked');
      return { kind: verdict.kind, options: verdict.options.map(encodeIpcpOption) };
    },
    revise: (answer, raw) => {
      wishes = reviseIpcp(wishes, answer, raw.map(decodeIpcpOption));
    },
    onUp: () => options.trace(`IPCP up ${address}`),
  });
  return {
    start: () => {
      ipcp.open();
      ipcp.lowerUp();
    },
    isOpen: () => ipcp.phase() === 'opened',
    receive: (packet) => ipcp.receive(packet),
    lowerDown: () => ipcp.lowerDown(),
    protocolRejected: () => ipcp.protocolRejected(),
  };
}
