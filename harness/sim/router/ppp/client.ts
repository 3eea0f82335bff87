import type { Authentication } from '../../../protocols/ppp/lcp-options.ts';
import type { Rng } from '../../../core/chance.ts';
import type { Cancel, Clock } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';
import type { ControlProtocol } from '../../../protocols/ppp/control-protocol.ts';
import { createDeframer } from '../../../protocols/ppp/hdlc.ts';
import { createPppLink, type LcpAgreement, type PppLink } from '../../../protocols/ppp/link.ts';
import { pppProtocol, protocolName } from '../../../protocols/ppp/protocols.ts';
import { createEchoMonitor, type EchoMonitor, type EchoPolicy } from './echo.ts';
import { createIpcpClient, terminatedBy, type PppAddresses } from './ipcp-client.ts';
import { createIpv6cpClient, interfaceIdentifier, listenerReport } from './ipv6.ts';
import type { PppLog } from './log.ts';
import { createLogin, type Login } from './login.ts';
import { pppdExit } from './exit-status.ts';

export interface PppClientOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: PppLog;
  readonly write: (bytes: Uint8Array) => void;
  /** Absent: a peer that wants proof is refused it. */
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
  /** What it lets itself be asked for, the dearest first. */
  readonly methods: readonly Authentication[];
  readonly echo: EchoPolicy;
  readonly ipv6: boolean;
  /** Until then the process gets no CPU: control packets wait; IP does not, since the kernel carries it. */
  readonly starvedUntil: () => Ms;
  readonly onUp: (addresses: PppAddresses) => void;
  readonly onDown: () => void;
  readonly onPacket: (packet: Uint8Array) => void;
  /** LCP is finished; the exit status that its end calls for. */
  readonly onFinished: (status: number) => void;
}

/** From the kernel's first listener report to the next (RFC 3810 section 6.1: at random within a second). */
const REPORT_SPREAD_MS = 1_000;

/** The part of pppd that speaks PPP: from the first Configure-Request to the last Terminate-Ack. */
export class PppClient {
  readonly counters = { sent: 0, received: 0 };
  readonly #options: PppClientOptions;
  readonly #deframer = createDeframer({ onFrame: (protocol, packet) => this.#take(protocol, packet) });
  readonly #link: PppLink;
  readonly #echo: EchoMonitor;
  readonly #ipcp: ControlProtocol;
  readonly #ipv6cp: ControlProtocol;
  readonly #identifier: Uint8Array;
  readonly #login: Login | undefined;
  #packetsIn = 0;
  #upSince: Ms | undefined;
  #status: number | undefined;
  #ending = false;
  #waiting: { protocol: number; packet: Uint8Array }[] = [];
  #cancelWake: Cancel = () => undefined;
  #cancelReport: Cancel = () => undefined;

  constructor(options: PppClientOptions) {
    const { clock, rng, log, credentials } = options;
    this.#options = options;
    this.#identifier = interfaceIdentifier(rng);
    const freshMagic = (): number => rng.integer(1, 0xfffffffe);
    this.#link = createPppLink({
      clock,
      write: options.write,
      freshMagic,
      wishes: { accm: 0, magic: freshMagic(), protocolCompression: false, addressCompression: false },
      terms: { authentication: credentials ? options.methods : [], compression: false },
      handler: (protocol) => this.#handler(protocol),
      onUp: (agreement) => this.#lcpUp(agreement),
      onDown: () => this.#lcpDown(),
      onFinished: () => options.onFinished(this.#status ?? pppdExit.hangup),
      onGaveUp: () => this.#gaveUp('LCP'),
      onTerminated: (reason) => log('info', terminatedBy('LCP', reason)),
      onEchoReply: () => this.#echo.replied(),
      onPeerRejects: (protocol) => this.#peerRejects(protocol),
    });
    this.#echo = createEchoMonitor({
      clock,
      policy: options.echo,
      send: () => this.#link.sendEcho(),
      packetsIn: () => this.#packetsIn,
      onFailure: (requests) => {
        log('info', `No response to ${requests} echo-requests`);
        log('notice', 'Serial link appears to be disconnected.');
        this.close(pppdExit.peerDead, 'Peer not responding');
      },
    });
    this.#ipcp = createIpcpClient({
      clock,
      log,
      send: (packet) => this.#link.send(pppProtocol.ipcp, packet),
      onUp: (addresses) => this.#ipUp(addresses),
      onDown: () => this.#ipDown(),
      onFinished: () => this.close(pppdExit.negotiationFailed, 'No network protocols running'),
      onGaveUp: () => this.#gaveUp('IPCP'),
    });
    this.#ipv6cp = createIpv6cpClient(clock, this.#identifier, (packet) =>
      this.#link.send(pppProtocol.ipv6cp, packet),
    );
    this.#login = credentials && this.#createLogin(credentials);
  }

  start(): void {
    this.#link.lcp.open();
    this.#link.lcp.lowerUp();
  }

  receive(bytes: Uint8Array): void {
    this.#deframer.push(bytes);
  }

  /** Sends an IPv4 packet; false while IPCP is not up. */
  send(packet: Uint8Array): boolean {
    if (this.#ipcp.phase() !== 'opened') return false;
    this.counters.sent += packet.length;
    this.#link.send(pppProtocol.ip, packet);
    return true;
  }

  /** Ends the link in order. The first cause decides on the exit status. */
  close(status: number, reason: string): void {
    this.#status ??= status;
    if (this.#ending) return;
    this.#ending = true;
    this.#link.lcp.close(reason);
  }

  /** The line is dead: nothing more is sent or awaited, and `onFinished` is not called. */
  hangUp(): void {
    this.#ending = true;
    this.#status ??= pppdExit.hangup;
    this.#cancelWake();
    this.#waiting = [];
    this.#link.lcp.lowerDown();
    this.#lcpDown(); // for timers of a link that never opened
  }

  /** What `hangUp` leaves as exit status. */
  get status(): number {
    return this.#status ?? pppdExit.hangup;
  }

  #createLogin(credentials: { readonly user: string; readonly password: string }): Login {
    return createLogin({
      clock: this.#options.clock,
      ...credentials,
      log: this.#options.log,
      send: (protocol, packet) => this.#link.send(protocol, packet),
      onAccepted: () => this.#startNetwork(),
      onRefused: () => this.close(pppdExit.authToPeerFailed, 'Failed to authenticate ourselves to peer'),
    });
  }

  #take(protocol: number, packet: Uint8Array): void {
    if (protocol === pppProtocol.ip) this.#takeIp(packet);
    else if (this.#waiting.length > 0 || this.#options.clock.now() < this.#options.starvedUntil()) {
      if (this.#waiting.push({ protocol, packet }) === 1) this.#wakeLater();
    } else this.#link.receive(protocol, packet);
  }

  #takeIp(packet: Uint8Array): void {
    if (this.#ipcp.phase() !== 'opened') return;
    this.#packetsIn++;
    this.counters.received += packet.length;
    this.#options.onPacket(packet);
  }

  #wakeLater(): void {
    const { clock } = this.#options;
    this.#cancelWake = clock.after(this.#options.starvedUntil() - clock.now(), () => {
      if (clock.now() < this.#options.starvedUntil()) return this.#wakeLater();
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const { protocol, packet } of waiting) this.#link.receive(protocol, packet);
      return undefined;
    });
  }

  #handler(protocol: number): ((packet: Uint8Array) => void) | undefined {
    switch (protocol) {
      case pppProtocol.ipcp:
        return (packet) => this.#ipcp.receive(packet);
      case pppProtocol.ipv6cp:
        return this.#options.ipv6 ? (packet) => this.#ipv6cp.receive(packet) : undefined;
      case pppProtocol.pap:
      case pppProtocol.chap:
        return (packet) => this.#login?.receive(protocol, packet);
      default:
        return undefined;
    }
  }

  #lcpUp(agreement: LcpAgreement): void {
    this.#deframer.accm = agreement.receiveAccm;
    this.#echo.start();
    if (agreement.weProve) this.#login?.start(agreement.weProve);
    else this.#startNetwork();
  }

  #lcpDown(): void {
    this.#echo.stop();
    this.#login?.stop();
    this.#cancelReport();
    this.#ipcp.lowerDown();
    this.#ipv6cp.lowerDown();
  }

  #startNetwork(): void {
    for (const protocol of this.#options.ipv6 ? [this.#ipcp, this.#ipv6cp] : [this.#ipcp]) {
      protocol.open();
      protocol.lowerUp();
    }
  }

  #gaveUp(protocol: string): void {
    this.#status ??= pppdExit.negotiationFailed;
    this.#options.log('warn', `${protocol}: timeout sending Config-Requests`);
  }

  #ipUp(addresses: PppAddresses): void {
    // The kernel's report goes out while the counters are not yet set to nought.
    if (this.#options.ipv6) this.#reportListener();
    Object.assign(this.counters, { sent: 0, received: 0 });
    this.#upSince = this.#options.clock.now();
    this.#options.onUp(addresses);
  }

  #reportListener(): void {
    const report = listenerReport(this.#identifier);
    this.#link.send(pppProtocol.ipv6, report);
    const delay = this.#options.rng.integer(50, REPORT_SPREAD_MS);
    this.#cancelReport = this.#options.clock.after(delay, () => {
      this.counters.sent += report.length;
      this.#link.send(pppProtocol.ipv6, report);
    });
  }

  #ipDown(): void {
    const { clock, log } = this.#options;
    const since = this.#upSince ?? clock.now();
    this.#upSince = undefined;
    log('info', `Connect time ${connectTime(clock.now() - since)} minutes.`);
    log('info', `Sent ${this.counters.sent} bytes, received ${this.counters.received} bytes.`);
    this.#options.onDown();
  }

  #peerRejects(protocol: number): void {
    if (protocol === pppProtocol.ipcp) this.#ipcp.protocolRejected();
    else if (protocol === pppProtocol.ipv6cp) this.#ipv6cp.protocolRejected();
    else {
      const name = protocolName(protocol);
      const number = `0x${protocol.toString(16)}`;
      const what = name === undefined ? number : `'${name}' (${number})`;
      this.#options.log('warn', `Protocol-Reject for unsupported protocol ${what}`);
    }
  }
}

/** Tenths of a minute, as pppd rounds them: six seconds each, from one second on. */
function connectTime(up: Ms): string {
  return (Math.floor((Math.floor(up / 1_000) + 5) / 6) / 10).toFixed(1);
}
