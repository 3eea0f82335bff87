import type { Rng } from '../../../core/chance.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Timeline } from '../../../core/timeline.ts';
import { createDeframer } from '../../../protocols/ppp/hdlc.ts';
import { lcpOptionsHex } from '../../../protocols/ppp/lcp.ts';
import { createPppLink, type LcpAgreement, type PppLink } from '../../../protocols/ppp/link.ts';
import { pppProtocol } from '../../../protocols/ppp/protocols.ts';
import { familyOf } from '../../../protocols/ip/packet.ts';
import type { Session, SessionRequest, SmCause } from '../../network/network.ts';
import { createAuthenticator } from './ppp-authenticator.ts';
import { createIpcpServer, type IpcpServer } from './ppp-ipcp-server.ts';
import { createIpv6cpServer } from './ppp-ipv6cp-server.ts';

export interface PppFaceOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  /** What it asks of the peer first. A peer that rejects the option is let in without. */
  readonly authentication: 'none' | 'pap' | 'chap';
  /** Answers every CHAP response or PAP request with a failure. */
  readonly refusesCredentials?: boolean;
  /** The modem's own end of the link; `10.64.64.64` by default. */
  readonly localAddress?: string;
  /** May it answer an LCP echo now? Always, by default. Fault `echo.lost` hangs in here. */
  readonly echo?: () => boolean;
  /** Bytes to the host. */
  readonly write: (bytes: Uint8Array) => void;
  /** Does the port take more now? Always, by default. While it does not, packets wait with the network. */
  readonly isClear?: () => boolean;
  /**
   * Asks the modem machine for the data session, after authentication. `done` may be called later or never (no SIM):
   * until then the firmware is blocked and answers nothing. What the peer showed of itself goes along.
   */
  readonly activate: (
    done: (answer: Session | { readonly refused: SmCause }) => void,
    shown: SessionRequest['credentials'],
  ) => void;
  /** The call is over: NO CARRIER, back to command state. Called once; not after `close`. */
  readonly onEnd: (reason: PppEnd) => void;
}

/** Who ended the call: the host (Terminate-Request), the network, authentication, or nobody answered. */
export type PppEnd = 'peer' | 'refused' | 'released' | 'authentication' | 'negotiation';

export interface PppFace {
  /** Bytes from the host, in data state. */
  receive(bytes: Uint8Array): void;
  /** The port is clear again. */
  resume(): void;
  /** The network ended the session: LCP Terminate-Request, then the end of the call. */
  networkReleased(): void;
  /** DTR dropped, unplug, reset: gives the session back, says nothing more. */
  close(): void;
}

/** Packets that the blocked firmware's buffer holds; what comes on top is lost. */
const BLOCKED_PACKETS = 64;

const PATIENCE_MS = 3_000;

/** The PPP server in the modem's firmware: one instance for each data call, made when ATD was answered CONNECT. */
export function createPppFace(options: PppFaceOptions): PppFace {
  return new PppServer(options);
}

/**
 * LCP, then authentication against nothing, then the data session, then IPCP. Authentication is answered by the
 * firmware alone, so CHAP success says nothing about the network.
 */
class PppServer implements PppFace {
  readonly #options: PppFaceOptions;
  readonly #deframer = createDeframer({ onFrame: (protocol, packet) => this.#take(protocol, packet) });
  readonly #link: PppLink;
  readonly #authenticator: ReturnType<typeof createAuthenticator>;
  /** What arrived while the firmware was blocked in the activation; undefined: it is not blocked. */
  #blocked: { protocol: number; packet: Uint8Array }[] | undefined;
  #ipcp: IpcpServer | undefined;
  /** Of a session that has IPv6; without, the protocol is rejected. */
  #ipv6cp: IpcpServer | undefined;
  #session: Session | undefined;
  #end: PppEnd = 'negotiation';
  #withholding = false;
  #over = false;

  constructor(options: PppFaceOptions) {
    this.#options = options;
    const rng = options.rng.fork('ppp');
    const freshMagic = (): number => rng.integer(1, 0xfffffffe);
    this.#link = createPppLink({
      clock: options.clock,
      write: options.write,
      freshMagic,
      wishes: {
        accm: 0,
        magic: freshMagic(),
        ...(options.authentication === 'none' ? {} : { authentication: method(options.authentication) }),
        protocolCompression: true,
        addressCompression: true,
      },
      terms: { authentication: [], compression: true },
      handler: (protocol) => this.#handler(protocol),
      onUp: (agreement) => this.#lcpUp(agreement),
      onDown: () => this.#networkDown(),
      onFinished: () => this.#finish(),
      onTerminated: (reason) => {
        if (this.#end === 'negotiation') this.#end = 'peer';
        this.#trace(`LCP TermReq ${reason}`.trim());
      },
      mayEcho: () => this.#mayEcho(),
      onPeerRejects: (protocol) => {
        if (protocol === pppProtocol.ipcp) this.#ipcp?.protocolRejected();
        if (protocol === pppProtocol.ipv6cp) this.#ipv6cp?.protocolRejected();
      },
      onWeReject: (protocol) => this.#trace(`protocol-reject ${protocol.toString(16)}`),
      onRefused: (answer, refused) => {
        this.#trace(`LCP nak/rej ${lcpOptionsHex(refused)}`);
        if (answer === 'reject' && refused.some((option) => option.kind === 'authentication')) {
          this.#trace('auth option rejected, going on without');
        }
      },
    });
    this.#authenticator = createAuthenticator({
      clock: options.clock,
      rng,
      refuses: options.refusesCredentials ?? false,
      send: (protocol, packet) => this.#link.send(protocol, packet),
      trace: (text) => this.#trace(text),
      onAccepted: (shown) => this.#activate(shown),
      onRefused: () => {
        this.#end = 'authentication';
        // The peer hangs up by itself; one that doesn't is shown the door.
        options.clock.after(PATIENCE_MS, () => this.#terminate('authentication', 'Authentication failed'));
      },
    });
    this.#link.lcp.open();
    this.#link.lcp.lowerUp();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#over) this.#deframer.push(bytes);
  }

  resume(): void {
    this.#forward();
  }

  networkReleased(): void {
    this.#terminate('released', 'Network released the session');
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#blocked = undefined;
    this.#authenticator.stop();
    this.#networkDown();
    this.#link.lcp.lowerDown();
    this.#session?.release();
  }

  #take(protocol: number, packet: Uint8Array): void {
    if (!this.#blocked) this.#link.receive(protocol, packet);
    else if (this.#blocked.length < BLOCKED_PACKETS) this.#blocked.push({ protocol, packet });
  }

  #handler(protocol: number): ((packet: Uint8Array) => void) | undefined {
    switch (protocol) {
      case pppProtocol.ip:
        return (packet) => this.#uplink(this.#ipcp, packet);
      case pppProtocol.ipcp:
        // Before the network phase it is dropped without a word (RFC 1661 section 3.5).
        return this.#knows(this.#ipcp) ? (packet) => this.#ipcp?.receive(packet) : undefined;
      case pppProtocol.ipv6:
        return this.#ipv6cp && ((packet) => this.#uplink(this.#ipv6cp, packet));
      case pppProtocol.ipv6cp:
        return this.#ipv6cp && ((packet) => this.#ipv6cp?.receive(packet));
      case pppProtocol.pap:
      case pppProtocol.chap:
        return (packet) => this.#authenticator.receive(protocol, packet);
      default:
        return undefined;
    }
  }

  #lcpUp(agreement: LcpAgreement): void {
    this.#deframer.accm = agreement.receiveAccm;
    this.#trace(`LCP opened, auth ${authName(agreement.peerProves)}`);
    this.#trace(`LCP up accm ${agreement.receiveAccm.toString(16)}`);
    this.#authenticator.start(agreement.peerProves);
  }

  #mayEcho(): boolean {
    const may = this.#options.echo?.() ?? true;
    if (!may && !this.#withholding) this.#trace('withholding echo-reply');
    this.#withholding = !may;
    return may;
  }

  #activate(shown: SessionRequest['credentials']): void {
    if (this.#session || this.#blocked) return;
    this.#blocked = [];
    this.#trace('data session requested');
    this.#options.activate((answer) => this.#activated(answer), shown);
  }

  #activated(answer: Session | { readonly refused: SmCause }): void {
    if (this.#over) {
      if (!('refused' in answer)) answer.release();
      return;
    }
    if ('refused' in answer) {
      this.#trace(`data session refused, cause ${answer.refused}`);
      this.#blocked = undefined;
      this.#terminate('refused', 'No network service');
      return;
    }
    this.#session = answer;
    answer.onReadable(() => this.#forward());
    answer.onReleased(() => this.networkReleased());
    this.#startNetwork(answer);
    this.#unblock();
  }

  #startNetwork({ ipv4, ipv6 }: Session): void {
    const { clock, localAddress = '10.64.64.64' } = this.#options;
    const parts = (
      protocol: number,
    ): Pick<Parameters<typeof createIpcpServer>[0], 'clock' | 'send' | 'trace'> => ({
      clock,
      send: (packet) => this.#link.send(protocol, packet),
      trace: (text) => this.#trace(text),
    });
    if (ipv4) {
      this.#ipcp = createIpcpServer({ ...parts(pppProtocol.ipcp), settings: ipv4, localAddress });
      this.#ipcp.start();
    }
    if (ipv6) {
      this.#ipv6cp = createIpv6cpServer({ ...parts(pppProtocol.ipv6cp), settings: ipv6 });
      this.#ipv6cp.start();
    }
  }

  #networkDown(): void {
    this.#ipcp?.lowerDown();
    this.#ipv6cp?.lowerDown();
  }

  /** Before the session is there, nobody knows which protocols it has. */
  #knows(protocol: IpcpServer | undefined): boolean {
    return protocol !== undefined || this.#session === undefined;
  }

  #uplink(protocol: IpcpServer | undefined, packet: Uint8Array): void {
    if (protocol?.isOpen()) this.#session?.send(packet);
  }

  /** Hands the network's packets on, as many as the port takes. */
  #forward(): void {
    while (this.#options.isClear?.() ?? true) {
      const packet = this.#session?.receive();
      if (!packet) return;
      if (familyOf(packet) === 6) {
        if (this.#ipv6cp?.isOpen()) this.#link.send(pppProtocol.ipv6, packet);
      } else if (this.#ipcp?.isOpen()) this.#link.send(pppProtocol.ip, packet);
    }
  }

  /** What waited is read now, in its order. */
  #unblock(): void {
    const waiting = this.#blocked ?? [];
    this.#blocked = undefined;
    for (const { protocol, packet } of waiting) this.#take(protocol, packet);
  }

  #terminate(end: PppEnd, reason: string): void {
    if (this.#over) return;
    this.#end = end;
    this.#link.lcp.close(reason);
  }

  #finish(): void {
    if (this.#over) return;
    this.#trace(`call ended: ${this.#end}`);
    this.close();
    this.#options.onEnd(this.#end);
  }

  #trace(text: string): void {
    this.#options.timeline.add('modem', 'ppp', { text });
  }
}

function method(authentication: 'pap' | 'chap'): 'pap' | 'chap-md5' {
  return authentication === 'pap' ? 'pap' : 'chap-md5';
}

function authName(proof: LcpAgreement['peerProves']): string {
  if (proof === 'chap-md5') return 'chap';
  return proof ?? 'none';
}
