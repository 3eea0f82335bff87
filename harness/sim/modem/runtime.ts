import type { Cancel, Clock } from '../../core/clock.ts';
import type { MobileNetwork, Session, SessionRequest, SmCause } from '../network/network.ts';
import type { RpCause } from '../network/text-centre.ts';
import { step } from './machine.ts';
import { bearerOf, type EndCause, type ModemState } from './state.ts';
import { isOnAir, takesText, tpduOf } from './texts.ts';
import type { ConnectOptions, Effect, Indication, Input, TimerName } from './turn.ts';

export interface RuntimeOptions {
  readonly clock: Clock;
  readonly network: MobileNetwork;
  readonly initial: ModemState;
  readonly onIndication: (what: Indication) => void;
  readonly onEnumerate: (as: 'application' | 'boot-loader') => void;
  readonly onVanish: () => void;
}

/** The machine at work: keeps its state, carries its effects out. */
export interface Runtime {
  readonly state: ModemState;
  readonly network: MobileNetwork;
  /** The state has changed when it returns, unless the machine itself was at work on another input. */
  input(input: Input): void;
  /** Runs `body` with start-up and search taking no time: how a modem that has long been on is made. */
  atOnce(body: () => void): void;
  /** Sets the session of a context up, or joins the one that is there. */
  connect(
    cid: number,
    how: ConnectOptions,
    done: (answer: Session | { readonly refused: SmCause }) => void,
  ): void;
  disconnect(cid: number): void;
  /** Hands a message, its centre's address in front, to the network. */
  sendText(pdu: Uint8Array, done: (answer: TextAnswer) => void): void;
  /** The firmware hangs, or goes on: what it would have done meanwhile, it does then. A loss of power ends it. */
  stall(on: boolean): void;
  readonly stalled: boolean;
  /** Of a context whose bearer is active. */
  sessionOf(cid: number): Session | undefined;
}

/** Sent, with its reference number; or why not: a cause of the network's (TS 24.011 8.2.5.4), or that there is none. */
export type TextAnswer =
  { readonly reference: number } | { readonly refused: RpCause | 'no-service' | 'malformed' };

const HARDWARE: ReadonlySet<Input['kind']> = new Set([
  'simInserted',
  'simRemoved',
  'environment',
  'setWDisablePin',
]);

/** Timers, and answers of the network to what was asked before: a few. */
const MAX_DEFERRED = 256;

interface Waiter {
  readonly cid: number;
  readonly done: (answer: Session | { readonly refused: SmCause }) => void;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  return new MachineRuntime(options);
}

class MachineRuntime implements Runtime {
  readonly network: MobileNetwork;
  readonly #options: RuntimeOptions;
  readonly #timers = new Map<TimerName, Cancel>();
  /** By number of the activation. */
  readonly #sessions = new Map<number, Session>();
  readonly #queue: Input[] = [];
  #state: ModemState;
  #waiters: Waiter[] = [];
  /** What the firmware could not attend to while it hung. */
  #deferred: Input[] = [];
  #stalled = false;
  #busy = false;
  #hurried = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.network = options.network;
    this.#state = options.initial;
    this.network.texts.onDelivery((pdu) => this.#delivered(pdu));
  }

  get state(): ModemState {
    return this.#state;
  }

  get stalled(): boolean {
    return this.#stalled;
  }

  stall(on: boolean): void {
    if (on === this.#stalled) return;
    this.#stalled = on;
    if (on) return;
    const missed = this.#deferred;
    this.#deferred = [];
    for (const input of missed) this.input(input);
  }

  input(input: Input): void {
    if (this.#stalled && !this.#reaches(input)) return;
    this.#queue.push(input);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { state, effects } = step(this.#state, next, this.#options.clock.now());
      this.#state = state;
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#busy = false;
  }

  atOnce(body: () => void): void {
    this.#hurried = true;
    body();
    this.#hurried = false;
  }

  connect(cid: number, how: ConnectOptions, done: Waiter['done']): void {
    const session = this.sessionOf(cid);
    if (session) return done(session);
    this.#waiters.push({ cid, done });
    return this.input({ kind: 'activateContext', cid, ...how });
  }

  disconnect(cid: number): void {
    this.input({ kind: 'deactivateContext', cid });
  }

  sendText(pdu: Uint8Array, done: (answer: TextAnswer) => void): void {
    if (!isOnAir(this.#state)) return done({ refused: 'no-service' });
    const tpdu = tpduOf(pdu);
    if (!tpdu) return done({ refused: 'malformed' });
    const textReference = (this.#state.stored.textReference + 1) % 256;
    this.input({ kind: 'store', change: { textReference } });
    const from = this.#state.sim.card?.msisdn;
    return this.network.texts.submit({ from, tpdu }, (refused) =>
      done(refused === undefined ? { reference: textReference } : { refused }),
    );
  }

  sessionOf(cid: number): Session | undefined {
    const bearer = bearerOf(this.#state, cid);
    return bearer?.phase === 'active' ? this.#sessions.get(bearer.attempt) : undefined;
  }

  #delivered(pdu: Uint8Array): boolean {
    if (this.#stalled || !takesText(this.#state, pdu)) return false;
    this.input({ kind: 'textDelivered', pdu });
    return true;
  }

  /** Hardware heeds its supply and its card slot whatever the firmware does; the rest waits. */
  #reaches(input: Input): boolean {
    if (input.kind === 'powerOff' || input.kind === 'crash') {
      this.#stalled = false;
      this.#deferred = [];
    } else if (!HARDWARE.has(input.kind)) {
      if (this.#deferred.length < MAX_DEFERRED) this.#deferred.push(input);
      return false;
    }
    return true;
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'arm':
        return this.#arm(effect.name, effect.afterMs);
      case 'cancel':
        return this.#cancel(effect.name);
      case 'enumerate':
        return this.#options.onEnumerate(effect.as);
      case 'vanish':
        return this.#options.onVanish();
      case 'scan':
        return this.#scan(effect.attempt, effect.afterMs);
      case 'register':
        return this.#register(effect.attempt, effect.imsi);
      case 'activate':
        return this.#activate(effect.cid, effect.attempt, effect.request);
      case 'deactivate':
        return this.#deactivate(effect.attempt);
      case 'indication':
        return this.#indicate(effect.what);
    }
  }

  #arm(name: TimerName, afterMs: number): void {
    this.#cancel(name);
    if (this.#hurried && name !== 'rescan') return this.input({ kind: 'timer', name });
    const fire = (): void => {
      this.#timers.delete(name);
      this.input({ kind: 'timer', name });
    };
    this.#timers.set(name, this.#options.clock.after(afterMs, fire));
    return undefined;
  }

  #cancel(name: TimerName): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #scan(attempt: number, afterMs: number): void {
    const look = (): void => this.input({ kind: 'scanned', attempt, cell: this.network.cell });
    if (this.#hurried) look();
    else this.#options.clock.after(afterMs, look);
  }

  #register(attempt: number, imsi: string): void {
    const answer = this.network.register(imsi);
    const tell = (): void => this.input({ kind: 'registrationAnswer', attempt, answer });
    if (answer.state === 'searching') tell();
    else this.#options.clock.after(answer.afterMs, tell);
  }

  #activate(cid: number, attempt: number, request: SessionRequest): void {
    this.network.activate(request, (answer) => {
      if ('refused' in answer) {
        this.input({ kind: 'sessionRefused', cid, attempt, cause: answer.refused });
      } else this.#granted(cid, attempt, answer);
    });
  }

  #granted(cid: number, attempt: number, session: Session): void {
    if (bearerOf(this.#state, cid)?.attempt !== attempt) return session.release(); // given up meanwhile
    this.#sessions.set(attempt, session);
    session.onReleased((cause) => this.input({ kind: 'sessionReleased', cid, attempt, cause }));
    const { ipv4, ipv6 } = session;
    return this.input({
      kind: 'sessionGranted',
      cid,
      attempt,
      address: ipv4?.address,
      address6: ipv6?.address,
    });
  }

  #deactivate(attempt: number): void {
    const session = this.#sessions.get(attempt);
    this.#sessions.delete(attempt);
    session?.release();
  }

  #indicate(what: Indication): void {
    this.#options.onIndication(what);
    if (what.kind === 'registration') this.network.texts.retry();
    if (what.kind === 'bearerUp') this.#answer(what.cid, this.sessionOf(what.cid));
    if (what.kind === 'bearerDown') this.#answer(what.cid, undefined);
  }

  #answer(cid: number, session: Session | undefined): void {
    const mine = this.#waiters.filter((waiter) => waiter.cid === cid);
    this.#waiters = this.#waiters.filter((waiter) => waiter.cid !== cid);
    const answer = session ?? { refused: causeNumber(this.#state.lastEnd?.cause ?? 'no-service') };
    for (const { done } of mine) done(answer);
  }
}

/** The modem's own causes in the network's numbers (TS 24.008 10.5.6.6). */
export function causeNumber(cause: EndCause): SmCause {
  if (typeof cause === 'number') return cause;
  if (cause === 'requested') return 36;
  return cause === 'no-context' ? 27 : 38;
}
