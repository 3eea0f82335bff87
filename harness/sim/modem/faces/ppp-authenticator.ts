import type { Rng } from '../../../core/chance.ts';
import type { Cancel, Clock } from '../../../core/clock.ts';
import { decodeChap, decodePap, encodeChap, encodePap } from '../../../protocols/ppp/authentication.ts';
import { automatonLimits } from '../../../protocols/ppp/automaton.ts';
import type { Authentication } from '../../../protocols/ppp/lcp-options.ts';
import { pppProtocol } from '../../../protocols/ppp/protocols.ts';
import type { SessionRequest } from '../../network/network.ts';

export interface AuthenticatorOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Answers every attempt with a failure. */
  readonly refuses: boolean;
  readonly send: (protocol: number, packet: Uint8Array) => void;
  readonly trace: (text: string) => void;
  /** With what the peer showed, for the network to judge. */
  readonly onAccepted: (shown?: SessionRequest['credentials']) => void;
  readonly onRefused: () => void;
}

export interface Authenticator {
  /** LCP is up: asks for what was agreed on; nothing: the peer is let in at once. */
  start(method: Authentication | undefined): void;
  receive(protocol: number, packet: Uint8Array): void;
  stop(): void;
}

const REFUSAL = 'Authentication failed';
/** The name by which the firmware calls itself in a challenge. */
const NAME = 'UMTS_CHAP_SRVR';

/**
 * PAP and CHAP as modems do them: whatever the peer says is fine, since the network looks at the credentials only when
 * the data session is set up, and often not even then.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  let method: Authentication | undefined;
  let challengeId = 0;
  let challenged: Uint8Array = new Uint8Array();
  let cancelTimer: Cancel = () => undefined;

  const settle = (shown: SessionRequest['credentials']): void => {
    cancelTimer();
    if (options.refuses) options.onRefused();
    else options.onAccepted(shown);
  };

  const challenge = (value: Uint8Array, attempts: number): void => {
    if (attempts === 0) return;
    const packet = encodeChap({ kind: 'challenge', id: challengeId, value, name: NAME });
    options.send(pppProtocol.chap, packet);
    cancelTimer = options.clock.after(automatonLimits.restartMs, () => challenge(value, attempts - 1));
  };

  const receiveChap = (bytes: Uint8Array): void => {
    const packet = decodeChap(bytes);
    if (packet.kind !== 'response' || packet.id !== challengeId) return;
    options.trace(`CHAP response from "${packet.name}"`);
    const kind = options.refuses ? 'failure' : 'success';
    const message = options.refuses ? REFUSAL : '';
    options.send(pppProtocol.chap, encodeChap({ kind, id: packet.id, message }));
    const { id, name: user, value: response } = packet;
    settle({ method: 'chap', user, id, challenge: challenged, response });
  };

  const receivePap = (bytes: Uint8Array): void => {
    const packet = decodePap(bytes);
    if (packet.kind !== 'request') return;
    options.trace(`PAP request from "${packet.peerId}"`);
    const kind = options.refuses ? 'nak' : 'ack';
    const message = options.refuses ? REFUSAL : '';
    options.send(pppProtocol.pap, encodePap({ kind, id: packet.id, message }));
    settle({ method: 'pap', user: packet.peerId, password: packet.password });
  };

  return {
    start: (agreed) => {
      method = agreed;
      if (method === undefined) return options.onAccepted();
      if (method === 'pap') return undefined;
      challengeId = options.rng.integer(1, 255);
      challenged = Uint8Array.from({ length: 16 }, () => options.rng.integer(0, 255));
      return challenge(challenged, automatonLimits.maxConfigure);
    },
    receive: (protocol, packet) => {
      if (protocol === pppProtocol.chap && method === 'chap-md5') receiveChap(packet);
      if (protocol === pppProtocol.pap && method === 'pap') receivePap(packet);
    },
    stop: () => cancelTimer(),
  };
}
