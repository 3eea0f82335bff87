import type { Clock } from '../../../../../core/clock.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import { everyHandle } from '../../../../../protocols/qmi/wds.ts';
import type { Session, SmCause } from '../../../../network/network.ts';
import type { Runtime } from '../../../runtime.ts';
import { bearerOf, isAttached, type PdpContext } from '../../../state.ts';
import type { QmiClient } from '../client.ts';
import { noTraffic, type CallPlace, type DataPath, type Lane } from '../data-path.ts';
import { callEndOf, clientEnd, internalEnd, obstacle, type CallEnd } from './call-end.ts';
import { contextFor, isInternal, type CallRequest } from './context.ts';
import { callSettings, setCalls } from './call-settings.ts';
import {
  keyOf,
  lackOf,
  type CallHolders,
  type DataCall,
  type LiveCall,
  type Pending,
  type StartResult,
} from './data-call.ts';
import { createRedials, type Redials } from './redials.ts';

/** Autoconnect (WDS 0034, 0051): `paused` after a stop, until the next start. */
export type Autoconnect = 'off' | 'on' | 'paused';

export interface DataCallsOptions {
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly dataPath: DataPath;
  readonly onConnected: (call: DataCall) => void;
  readonly onEnded: (call: DataCall, end: CallEnd) => void;
}

/** How long a start without service waits for it. */
const SEARCH_MS = 1_000;
/** Handles count up from here, as Qualcomm's firmware has them. */
const FIRST_HANDLE = 0xe100_0001;

/** The calls of one QMI face. */
export class DataCalls {
  readonly #options: DataCallsOptions;
  /** Both by place. */
  readonly #calls = new Map<string, LiveCall>();
  /** What the last call carried. */
  readonly #last = new Map<string, Lane>();
  readonly #redials: Redials<CallHolders>;
  #nextHandle = FIRST_HANDLE;
  #open = true;
  /** Autoconnect is paused: until the next start of a call, or of the modem. */
  #paused = false;

  constructor(options: DataCallsOptions) {
    this.#options = options;
    this.#redials = createRedials(options.clock);
  }

  get autoconnect(): Autoconnect {
    if (!callSettings(this.#options).autoconnect) return 'off';
    return this.#paused ? 'paused' : 'on';
  }

  set autoconnect(wanted: Autoconnect) {
    this.#paused = wanted === 'paused';
    setCalls(this.#options, { autoconnect: wanted !== 'off' });
  }

  /** The call in this place that is up. */
  connected(place: CallPlace): (DataCall & { readonly lane: Lane }) | undefined {
    const call = this.#calls.get(keyOf(place));
    return call?.lane && { ...call, lane: call.lane };
  }

  /** What went through the last call in this place that is over. */
  lastIn(place: CallPlace): Lane['traffic'] | undefined {
    return this.#last.get(keyOf(place))?.traffic;
  }

  /** Where the call is that this client holds or waits for. */
  heldBy(client: QmiClient): CallPlace | undefined {
    const holds = ({ holders, pending }: LiveCall): boolean =>
      holders.has(client) || pending.some((waiting) => waiting.client === client);
    return [...this.#calls.values()].find(holds);
  }

  start(client: QmiClient, transaction: number, request: CallRequest): Promise<StartResult> {
    return new Promise((done) => this.#start(request, { client, transaction, done }));
  }

  /** A start without a client: the modem's own wish. */
  dial(request: CallRequest): void {
    if (!this.#calls.has(keyOf(request))) this.#start(request, undefined);
  }

  /** There is service: autoconnect sets a call up, unless one is there or on its way. */
  dialByItself(request: CallRequest): void {
    if (this.autoconnect !== 'on' || this.#redials.has(keyOf(request)) || !this.#mayDial()) return;
    if (!bearerOf(this.#options.runtime.state, request.profile)) this.dial(request);
  }

  /** @param place the client's, for the handle that stands for everything */
  stop(client: QmiClient, place: CallPlace, handle: number): QmiErrorName {
    const call = this.#calls.get(keyOf(this.heldBy(client) ?? place));
    if (!call) return this.#redials.cancel(keyOf(place)) ? 'None' : 'NoEffect';
    if (handle !== everyHandle) {
      if (call.holders.get(client) !== handle) return 'InvalidHandle';
      call.holders.delete(client);
      if (call.holders.size > 0) return 'None';
    }
    this.#end(call, clientEnd);
    return 'None';
  }

  /** A start that has not been answered yet is given up; false: there is none. */
  abort(client: QmiClient, transaction: number): boolean {
    for (const call of this.#calls.values()) {
      const aborted = call.pending.filter(
        (waiting) => waiting.client === client && waiting.transaction === transaction,
      );
      if (aborted.length > 0) {
        this.#drop(call, aborted);
        return true;
      }
    }
    return false;
  }

  /** The client is gone: its call ends, unless somebody else holds it or the modem keeps it up by itself. */
  release(client: QmiClient): void {
    for (const holders of this.#redials.waiting()) holders.delete(client);
    for (const call of this.#calls.values()) {
      const held = call.holders.delete(client);
      const waiting = call.pending.filter((pending) => pending.client === client);
      if (held || waiting.length > 0) this.#drop(call, waiting);
    }
  }

  /** The bearer of this context is down. */
  bearerDown(cid: number, by: 'network' | 'user'): void {
    const { state } = this.#options.runtime;
    const end = callEndOf(state.lastEnd?.cause ?? 'no-service', state);
    for (const call of [...this.#calls.values()].filter(({ context, lane }) => lane && context.cid === cid)) {
      this.#forget(call);
      this.#options.onEnded(call, end);
      if (by === 'network') this.#redial(call.request, { holders: call.holders, tries: 0 });
    }
  }

  close(): void {
    this.#open = false;
    this.#redials.cancelAll();
    for (const call of this.#calls.values()) this.#end(call, clientEnd);
  }

  #start(request: CallRequest, pending: Pending | undefined): void {
    const existing = this.#calls.get(keyOf(request));
    if (existing) return this.#join(existing, request, pending);
    const context = this.#contextFor(request);
    if ('endReason' in context) return pending?.done({ error: 'CallFailed', end: context });
    this.#redials.cancel(keyOf(request));
    return this.#dialNow(request, context, pending ? [pending] : [], { holders: new Map(), tries: 0 });
  }

  #dialNow(
    request: CallRequest,
    context: PdpContext,
    pending: readonly Pending[],
    { holders, tries }: Pick<LiveCall, 'holders' | 'tries'>,
  ): void {
    const { clock, runtime } = this.#options;
    const call: LiveCall = {
      channel: request.channel,
      family: request.family,
      request,
      context,
      holders,
      lane: undefined,
      connectedAt: 0,
      pending,
      cancelTry: () => undefined,
      tries,
    };
    const blocked = obstacle(runtime.state) ?? this.#taken(call);
    this.#calls.set(keyOf(request), call);
    if (isInternal(context)) runtime.input({ kind: 'defineContext', context });
    if (blocked) return this.#failed(call, blocked);
    if (isAttached(runtime.state)) return this.#connect(call);
    call.cancelTry = clock.after(SEARCH_MS, () => this.#connect(call));
    return undefined;
  }

  #connect(call: LiveCall): void {
    const { runtime } = this.#options;
    runtime.connect(call.context.cid, {}, (answer) => {
      if (this.#calls.get(keyOf(call)) !== call) return; // given up meanwhile
      const end =
        'refused' in answer
          ? this.#refusal(answer.refused)
          : (this.#taken(call) ?? lackOf(answer, call.family));
      if (end) this.#failed(call, end);
      else this.#succeeded(call, answer as Session);
    });
  }

  #refusal(cause: SmCause): CallEnd {
    const { state } = this.#options.runtime;
    return callEndOf(state.lastEnd?.cause ?? cause, state);
  }

  #succeeded(call: LiveCall, session: Session): void {
    call.lane = { session, traffic: noTraffic() };
    call.connectedAt = this.#options.clock.now();
    this.#options.dataPath.attach(call, call.lane);
    const { pending } = call;
    call.pending = [];
    for (const { client, done } of pending) done({ handle: this.#hold(call, client), joined: false });
    if (pending.length === 0) this.#options.onConnected(call); // else behind the answer to the start
  }

  #failed(call: LiveCall, end: CallEnd): void {
    const { pending, holders, tries } = call;
    call.pending = [];
    this.#forget(call);
    for (const { done } of pending) done({ error: 'CallFailed', end });
    if (pending.length === 0) this.#redial(call.request, { holders, tries: tries + 1 });
  }

  #join(call: LiveCall, request: CallRequest, pending: Pending | undefined): void {
    if (!pending) return;
    const { client, done } = pending;
    if (this.heldBy(client) !== undefined) return done({ error: 'NoEffect' });
    const context = this.#contextFor(request);
    if ('endReason' in context) return done({ error: 'CallFailed', end: context });
    if (context.cid !== call.context.cid) {
      return done({ error: 'CallFailed', end: internalEnd('interfaceInUse') });
    }
    if (!call.lane) call.pending = [...call.pending, pending];
    else done({ handle: this.#hold(call, client), joined: true });
    return undefined;
  }

  #hold(call: LiveCall, client: QmiClient): number {
    const handle = this.#nextHandle++;
    call.holders.set(client, handle);
    return handle;
  }

  /** These starts are not waited for any more. */
  #drop(call: LiveCall, aborted: readonly Pending[]): void {
    call.pending = call.pending.filter((waiting) => !aborted.includes(waiting));
    for (const { done } of aborted) done({ error: 'Aborted' });
    const wanted = call.holders.size > 0 || call.pending.length > 0 || this.autoconnect === 'on';
    if (!wanted) this.#end(call, clientEnd);
  }

  #end(call: LiveCall, end: CallEnd): void {
    const { pending, lane } = call;
    call.pending = [];
    this.#forget(call);
    for (const { done } of pending) done({ error: 'Aborted' });
    if (lane) this.#options.onEnded(call, end);
  }

  /** Out of the books; the bearer ends with its last call. */
  #forget(call: LiveCall): void {
    const { runtime, dataPath } = this.#options;
    call.cancelTry();
    this.#calls.delete(keyOf(call));
    if (call.lane) {
      this.#last.set(keyOf(call), call.lane);
      dataPath.attach(call, undefined);
    }
    const { cid } = call.context;
    if ([...this.#calls.values()].some(({ context }) => context.cid === cid)) return;
    if (bearerOf(runtime.state, cid)) runtime.disconnect(cid);
    if (isInternal(call.context)) runtime.input({ kind: 'undefineContext', cid });
  }

  /** With autoconnect on, the modem sets up again what the network has dropped. */
  #redial(request: CallRequest, { holders, tries }: Pick<LiveCall, 'holders' | 'tries'>): void {
    const key = keyOf(request);
    if (this.autoconnect !== 'on' || !this.#open || this.#calls.has(key)) return;
    this.#redials.plan(key, tries, holders, () => {
      const context = this.#contextFor(request);
      if ('endReason' in context || !this.#mayDial()) this.#redial(request, { holders, tries: tries + 1 });
      else this.#dialNow(request, context, [], { holders, tries });
    });
  }

  #mayDial(): boolean {
    const { state } = this.#options.runtime;
    if (obstacle(state) !== undefined || !isAttached(state)) return false;
    return !callSettings(this.#options).homeOnly || state.registration.packet === 'home';
  }

  #contextFor(request: CallRequest): PdpContext | CallEnd {
    const used = Array.from(this.#calls.values(), ({ context }) => context);
    return contextFor(this.#options.runtime.state, request, used);
  }

  /** A bearer goes through one channel, and a channel may be somebody else's. */
  #taken({ channel, context }: LiveCall): CallEnd | undefined {
    const elsewhere = [...this.#calls.values()].some(
      (other) => other.context.cid === context.cid && other.channel !== channel,
    );
    return elsewhere || !this.#options.dataPath.isFree(channel) ? internalEnd('interfaceInUse') : undefined;
  }
}
