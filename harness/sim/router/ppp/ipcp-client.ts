import type { Clock } from '../../../core/clock.ts';
import { createControlProtocol, type ControlProtocol } from '../../../protocols/ppp/control-protocol.ts';
import { decodeIpcpOption, encodeIpcpOption } from '../../../protocols/ppp/ipcp-options.ts';
import { ipcpRequest, judgeIpcp, reviseIpcp, type IpcpWishes } from '../../../protocols/ppp/ipcp.ts';
import type { PppLog } from './log.ts';

/** What IPCP agreed on. Dotted quads. */
export interface PppAddresses {
  readonly local: string;
  readonly remote: string;
  readonly dns: readonly string[];
}

export interface IpcpClientOptions {
  readonly clock: Clock;
  readonly log: PppLog;
  readonly send: (packet: Uint8Array) => void;
  readonly onUp: (addresses: PppAddresses) => void;
  readonly onDown: () => void;
  /** Refused, given up or terminated: no address will come. */
  readonly onFinished: () => void;
  readonly onGaveUp: () => void;
}

const UNKNOWN = '0.0.0.0';

/** pppd's end of IPCP with `noipdefault usepeerdns novj`: takes every address from the peer. */
export function createIpcpClient(options: IpcpClientOptions): ControlProtocol {
  let wishes: IpcpWishes = { address: UNKNOWN, primaryDns: UNKNOWN, secondaryDns: UNKNOWN };
  let remote = UNKNOWN;

  const up = (): void => {
    const local = wishes.address ?? UNKNOWN;
    const dns = [wishes.primaryDns, wishes.secondaryDns].filter(isKnown);
    options.log('notice', `local  IP address ${local}`);
    options.log('notice', `remote IP address ${remote}`);
    if (dns[0]) options.log('notice', `primary   DNS address ${dns[0]}`);
    if (dns[1]) options.log('notice', `secondary DNS address ${dns[1]}`);
    options.onUp({ local, remote, dns });
  };

  return createControlProtocol(options.clock, options.send, {
    request: () => ipcpRequest(wishes).map(encodeIpcpOption),
    judge: (raw) => {
      const asked = raw.map(decodeIpcpOption);
      const verdict = judgeIpcp(asked, {});
      const address = asked.find((option) => option.kind === 'address');
      if (verdict.kind === 'ack' && address?.kind === 'address') remote = address.address;
      return { kind: verdict.kind, options: verdict.options.map(encodeIpcpOption) };
    },
    revise: (answer, raw) => {
      wishes = reviseIpcp(wishes, answer, raw.map(decodeIpcpOption));
    },
    onUp: up,
    onDown: options.onDown,
    onFinished: options.onFinished,
    onGaveUp: options.onGaveUp,
    onTerminated: (reason) => options.log('info', terminatedBy('IPCP', reason)),
  });
}

/** `LCP terminated by peer (No network service)` */
export function terminatedBy(protocol: string, reason: string): string {
  return `${protocol} terminated by peer${reason === '' ? '' : ` (${reason})`}`;
}

function isKnown(address: string | undefined): address is string {
  return address !== undefined && address !== UNKNOWN;
}
