import type { Cancel, Clock } from '../../../core/clock.ts';
import {
  chapMd5,
  decodeChap,
  decodePap,
  encodeChap,
  encodePap,
} from '../../../protocols/ppp/authentication.ts';
import { automatonLimits } from '../../../protocols/ppp/automaton.ts';
import type { Authentication } from '../../../protocols/ppp/lcp-options.ts';
import { pppProtocol } from '../../../protocols/ppp/protocols.ts';
import type { PppLog } from './log.ts';

export interface LoginOptions {
  readonly clock: Clock;
  readonly user: string;
  readonly password: string;
  readonly log: PppLog;
  readonly send: (protocol: number, packet: Uint8Array) => void;
  readonly onAccepted: () => void;
  readonly onRefused: () => void;
}

/** pppd proves who it is, and logs how that went: once in the peer's words, once in its own. */
export interface Login {
  /** LCP is up and the peer wants proof. CHAP waits for the challenge. */
  start(method: Authentication): void;
  receive(protocol: number, packet: Uint8Array): void;
  stop(): void;
}

export function createLogin(options: LoginOptions): Login {
  const { clock, user, password, log, send } = options;
  let pending: Authentication | undefined;
  let papId = 0;
  let cancelTimer: Cancel = () => undefined;

  const settle = (accepted: boolean, name: string): void => {
    pending = undefined;
    cancelTimer();
    if (accepted) log('notice', `${name} authentication succeeded`);
    else log('err', `${name} authentication failed`);
    if (accepted) options.onAccepted();
    else options.onRefused();
  };

  const requestPap = (attempts: number): void => {
    if (attempts === 0) {
      log('err', 'No response to PAP authenticate-requests');
      options.onRefused();
      return;
    }
    papId = (papId + 1) & 255;
    send(pppProtocol.pap, encodePap({ kind: 'request', id: papId, peerId: user, password }));
    cancelTimer = clock.after(automatonLimits.restartMs, () => requestPap(attempts - 1));
  };

  const receivePap = (bytes: Uint8Array): void => {
    const packet = decodePap(bytes);
    if (packet.kind === 'request' || packet.id !== papId || pending !== 'pap') return;
    if (packet.message !== '') log('info', `Remote message: ${packet.message}`);
    settle(packet.kind === 'ack', 'PAP');
  };

  const receiveChap = (bytes: Uint8Array): void => {
    const packet = decodeChap(bytes);
    if (packet.kind === 'challenge') {
      const value = chapMd5(packet.id, password, packet.value);
      send(pppProtocol.chap, encodeChap({ kind: 'response', id: packet.id, value, name: user }));
    } else if ('message' in packet && pending === 'chap-md5') {
      const outcome = packet.kind === 'success' ? 'succeeded' : 'failed';
      log('info', `CHAP authentication ${outcome}${packet.message === '' ? '' : `: ${packet.message}`}`);
      settle(packet.kind === 'success', 'CHAP');
    }
  };

  return {
    start: (method) => {
      pending = method;
      if (method === 'pap') requestPap(automatonLimits.maxConfigure);
    },
    receive: (protocol, packet) => {
      if (protocol === pppProtocol.pap) receivePap(packet);
      else receiveChap(packet);
    },
    stop: () => cancelTimer(),
  };
}
