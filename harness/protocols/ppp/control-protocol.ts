import type { Cancel, Clock } from '../../core/clock.ts';
import {
  automatonLimits,
  initialAutomaton,
  reduceAutomaton,
  type Automaton,
  type AutomatonAction,
  type AutomatonEvent,
  type Phase,
} from './automaton.ts';
import {
  controlCode,
  decodeControl,
  decodeOptions,
  encodeControl,
  encodeOptions,
  type ControlPacket,
  type RawOption,
} from './control.ts';

/** What to answer to a Configure-Request: take it, propose other values, or refuse options. */
export type Judgement =
  { readonly kind: 'ack' } | { readonly kind: 'nak' | 'reject'; readonly options: readonly RawOption[] };

/** What a control protocol wants and does: LCP, IPCP. */
export interface ControlPolicy {
  /** Options of the next Configure-Request. */
  readonly request: () => readonly RawOption[];
  readonly judge: (options: readonly RawOption[]) => Judgement;
  /** The peer proposed other values for our options, or refused some; the next `request` heeds it. */
  readonly revise: (answer: 'nak' | 'reject', options: readonly RawOption[]) => void;
  readonly onUp: () => void;
  readonly onDown?: () => void;
  /** The lower layer is not needed any more. */
  readonly onFinished?: () => void;
  /** Ten Configure-Requests went unanswered; `onFinished` follows. */
  readonly onGaveUp?: () => void;
  /** The peer ended the open protocol, with this text. */
  readonly onTerminated?: (reason: string) => void;
  /** An Echo-Request came while opened. Absent: the protocol has no echo. */
  readonly onEcho?: (packet: ControlPacket) => void;
  /** Takes codes above 7; false: Code-Reject. */
  readonly onCode?: (packet: ControlPacket) => boolean;
}

export interface ControlProtocol {
  readonly phase: () => Phase;
  open(): void;
  /** Terminate-Request with this text, then finished. */
  close(reason: string): void;
  lowerUp(): void;
  lowerDown(): void;
  /** The peer does not speak this protocol. */
  protocolRejected(): void;
  /** @throws HarnessError of decodeControl and decodeOptions; nothing has changed then */
  receive(information: Uint8Array): void;
  /** Sends a packet with a fresh identifier: echoes, Protocol-Reject. */
  send(code: number, data: Uint8Array): void;
}

/** Naks in a row after which options are rejected instead, lest both ends go on for ever (Max-Failure). */
const MAX_NAKS = 5;

/** Runs the automaton: carries its actions out over `transmit` and the clock. One for LCP, one for each NCP. */
export function createControlProtocol(
  clock: Clock,
  transmit: (information: Uint8Array) => void,
  policy: ControlPolicy,
): ControlProtocol {
  return new Negotiator(clock, transmit, policy);
}

class Negotiator implements ControlProtocol {
  readonly #clock: Clock;
  readonly #transmit: (information: Uint8Array) => void;
  readonly #policy: ControlPolicy;
  #automaton: Automaton = initialAutomaton;
  #nextId = 1;
  /** The last Configure-Request, and whether an answer to it still counts. */
  #request: ControlPacket = { code: controlCode.configureRequest, id: 0, data: NOTHING };
  #awaited = false;
  #terminateReason = '';
  #naks = 0;
  #cancelTimer: Cancel = () => undefined;

  constructor(clock: Clock, transmit: (information: Uint8Array) => void, policy: ControlPolicy) {
    this.#clock = clock;
    this.#transmit = transmit;
    this.#policy = policy;
  }

  phase(): Phase {
    return this.#automaton.phase;
  }

  open(): void {
    this.#run('open');
  }

  close(reason: string): void {
    this.#terminateReason = reason;
    this.#run('close');
  }

  lowerUp(): void {
    this.#run('up');
  }

  lowerDown(): void {
    this.#run('down');
  }

  protocolRejected(): void {
    this.#run('rxj-');
  }

  send(code: number, data: Uint8Array): void {
    this.#sendPacket({ code, id: this.#freshId(), data });
  }

  receive(information: Uint8Array): void {
    const packet = decodeControl(information);
    switch (packet.code) {
      case controlCode.configureRequest:
        return this.#receiveRequest(packet);
      case controlCode.configureAck:
      case controlCode.configureNak:
      case controlCode.configureReject:
        return this.#receiveAnswer(packet);
      case controlCode.terminateRequest:
        if (this.phase() === 'opened') this.#policy.onTerminated?.(String.fromCharCode(...packet.data));
        return this.#run('rtr', terminateAck(packet.id));
      case controlCode.terminateAck:
        return this.#run('rta');
      case controlCode.codeReject:
        // Refusing one of the first seven codes leaves no way to go on (RFC 1661 section 4.3, RXJ-).
        return this.#run((packet.data[0] ?? 0) <= controlCode.codeReject ? 'rxj-' : 'rxj+');
      default:
        return this.#receiveOther(packet, information);
    }
  }

  #receiveOther(packet: ControlPacket, information: Uint8Array): void {
    const { onEcho, onCode } = this.#policy;
    if (packet.code === controlCode.echoRequest && onEcho) {
      const { actions } = reduceAutomaton(this.#automaton, 'rxr');
      if (actions.includes('send-echo-reply')) onEcho(packet);
    } else if (!onCode?.(packet)) {
      this.#run('ruc', { code: controlCode.codeReject, id: this.#freshId(), data: information });
    }
  }

  #receiveRequest(packet: ControlPacket): void {
    const options = decodeOptions(packet.data);
    // In these phases the answer is no matter of options.
    if (IGNORING_REQUESTS.has(this.phase())) return;
    if (this.phase() === 'closed') return this.#run('rcr+', terminateAck(packet.id));
    let verdict = this.#policy.judge(options);
    if (verdict.kind === 'ack') return this.#run('rcr+', { ...packet, code: controlCode.configureAck });
    if (verdict.kind === 'nak' && ++this.#naks > MAX_NAKS) verdict = { ...verdict, kind: 'reject' };
    const code = verdict.kind === 'nak' ? controlCode.configureNak : controlCode.configureReject;
    return this.#run('rcr-', { code, id: packet.id, data: encodeOptions(verdict.options) });
  }

  #receiveAnswer(packet: ControlPacket): void {
    if (!this.#awaited || packet.id !== this.#request.id) return;
    if (packet.code === controlCode.configureAck) {
      if (!sameBytes(packet.data, this.#request.data)) return;
      this.#awaited = false;
      this.#run('rca', terminateAck(packet.id));
    } else {
      const options = decodeOptions(packet.data);
      this.#awaited = false;
      this.#policy.revise(packet.code === controlCode.configureNak ? 'nak' : 'reject', options);
      this.#run('rcn', terminateAck(packet.id));
    }
  }

  /** @param answer what the `send-configure-ack` … `send-code-reject` action of this event sends */
  #run(event: AutomatonEvent, answer?: ControlPacket): void {
    const { phase, restarts } = this.#automaton;
    const step = reduceAutomaton(this.#automaton, event);
    this.#automaton = step.automaton;
    if (event === 'timeout' && restarts === 0 && isConfiguring(phase)) this.#policy.onGaveUp?.();
    for (const action of step.actions) this.#carryOut(action, event, answer);
  }

  #carryOut(action: AutomatonAction, event: AutomatonEvent, answer: ControlPacket | undefined): void {
    switch (action) {
      case 'this-layer-up':
        this.#naks = 0;
        return this.#policy.onUp();
      case 'this-layer-down':
        return this.#policy.onDown?.();
      case 'this-layer-finished':
        return this.#policy.onFinished?.();
      case 'this-layer-started':
        return undefined;
      case 'send-configure-request':
        return this.#sendRequest(event);
      case 'send-terminate-request':
        return this.send(controlCode.terminateRequest, bytesOf(this.#terminateReason));
      case 'start-timer':
        this.#cancelTimer();
        this.#cancelTimer = this.#clock.after(automatonLimits.restartMs, () => this.#run('timeout'));
        return undefined;
      case 'stop-timer':
        return this.#cancelTimer();
      default:
        return answer && this.#sendPacket(answer);
    }
  }

  #sendRequest(event: AutomatonEvent): void {
    // A retransmission keeps its identifier, so that a late answer to the first copy still counts.
    const id = event === 'timeout' ? this.#request.id : this.#freshId();
    const data = encodeOptions(this.#policy.request());
    this.#request = { code: controlCode.configureRequest, id, data };
    this.#awaited = true;
    this.#sendPacket(this.#request);
  }

  #sendPacket(packet: ControlPacket): void {
    this.#transmit(encodeControl(packet));
  }

  #freshId(): number {
    return this.#nextId++ & 255;
  }
}

const NOTHING = new Uint8Array(0);
const IGNORING_REQUESTS: ReadonlySet<Phase> = new Set(['initial', 'starting', 'closing', 'stopping']);

function isConfiguring(phase: Phase): boolean {
  return phase === 'request-sent' || phase === 'ack-received' || phase === 'ack-sent';
}

function terminateAck(id: number): ControlPacket {
  return { code: controlCode.terminateAck, id, data: NOTHING };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
