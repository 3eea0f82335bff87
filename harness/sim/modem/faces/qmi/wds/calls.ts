import type { Cancel, Clock } from '../../../../../core/clock.ts';
import type { Ms } from '../../../../../core/units.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import { everyHandle } from '../../../../../protocols/qmi/wds.ts';
import type { Session, SmCause } from '../../../../network/network.ts';
import type { Runtime } from '../../../runtime.ts';
import { bearerOf, isAttached, type PdpContext } from '../../../state.ts';
import type { QmiClient } from '../client.ts';
import { noTraffic, type DataPath, type IpFamily, type Lane } from '../data-path.ts';
import { callEndOf, clientEnd, internalEnd, networkEnd, obstacle, type CallEnd } from './call-end.ts';
import { contextFor, isInternal, type CallRequest } from './context.ts';

/** A data call of this face: at most one of each IP family, as they share one data channel. */
export interface DataCall {
  readonly family: IpFamily;
  readonly request: CallRequest;
  readonly context: PdpContext;
  /** Its handle, by the client that started or joined it. */
  readonly holders: ReadonlyMap<QmiClient, number>;
  /** Undefined while it is being set up. */
  readonly lane: Lane | undefined;
  readonly connectedAt: Ms;
}

export type StartResult =
  | { readonly handle: number; readonly joined: boolean }
  | { readonly error: QmiErrorName; readonly end?: CallEnd };

/** Autoconnect (WDS 0034, 0051): `paused` after a stop, until the next start. */
export type Autoconnect = 'off' | 'on' | 'paused';

export interface DataCallsOptions {
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly dataPath: DataPath;
  readonly onConnected: (call: DataCall) => void;
  readonly onEnded: (call: DataCall, end: CallEnd) => void;
}

interface Pending {
  readonly client: QmiClient;
  readonly transaction: number;
  readonly done: (result: StartResult) => void;
}

interface LiveCall extends DataCall {
  readonly holders: Map<QmiClient, number>;
  lane: Lane | undefined;
  connectedAt: Ms;
  /** Starts that wait for the network's answer. */
  pending: readonly Pending[];
  /** Without service the modem looks for some before it gives up. */
  cancelTry: Cancel;
  /** Tries of autoconnect before this one. */
  readonly tries: number;
}

/** A call that the network has dropped and the modem will set up again. */
interface Redial {
  readonly cancel: Cancel;
  readonly holders: Map<QmiClient, number>;
}

/** How long a start without service waits for it. */
const SEARCH_MS = 1_000;
/** Between the end of a call that the network dropped and the modem's next try; the last one stays. */
const REDIAL_MS = [1_000, 5_000, 10_000, 30_000, 60_000] as const;
/** Handles count up from here, as Qualcomm's firmware has them. */
const FIRST_HANDLE = 0xe100_0001;

/** The calls of one QMI face. */
export class DataCalls {
  readonly #options: DataCallsOptions;
  readonly #calls = new Map<IpFamily, LiveCall>();
  readonly #redials = new Map<IpFamily, Redial>();
  /** Bytes of the last call, by family. */
  readonly #last = new Map<IpFamily, Lane>();
  #nextHandle = FIRST_HANDLE;
  #open = true;
  autoconnect: Autoconnect = 'off';
  /** Autoconnect works in the home network alone. */
  homeOnly = false;

  constructor(options: DataCallsOptions) {
    this.#options = options;
  }

  /** The call of this family that is up. */
  connected(family: IpFamily): (DataCall & { readonly lane: Lane }) | undefined {
    const call = this.#calls.get(family);
    return call?.lane && { ...call, lane: call.lane };
  }

  /** What went through the last call of this family that is over. */
  lastOf(family: IpFamily): Lane['traffic'] | undefined {
    return this.#last.get(family)?.traffic;
  }

  /** The family of the call that this client holds or waits for. */
  heldBy(client: QmiClient): IpFamily | undefined {
    const holds = ({ holders, pending }: LiveCall): boolean =>
      holders.has(client) || pending.some((waiting) => waiting.client === client);
    return [...this.#calls.values()].find(holds)?.family;
  }

  start(client: QmiClient, transaction: number, request: CallRequest): Promise<StartResult> {
    return new Promise((done) => this.#start(request, { client, transaction, done }));
  }

  /** A start without a client: the modem's own wish. */
  dial(request: CallRequest): void {
    if (!this.#calls.has(request.family)) this.#start(request, undefined);
  }

  /** @param family of the client, for the handle that stands for everything */
  stop(client: QmiClient, family: IpFamily, handle: number): QmiErrorName {
    const call = this.#calls.get(this.heldBy(client) ?? family);
    if (!call) {
      const redial = this.#redials.get(family);
      this.#cancelRedial(family);
      return redial ? 'None' : 'NoEffect';
    }
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
    for (const { holders } of this.#redials.values()) holders.delete(client);
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
    for (const family of this.#redials.keys()) this.#cancelRedial(family);
    for (const call of this.#calls.values()) this.#end(call, clientEnd);
  }

  #start(request: CallRequest, pending: Pending | undefined): void {
    const existing = this.#calls.get(request.family);
    if (existing) return this.#join(existing, request, pending);
    const { runtime } = this.#options;
    const context = contextFor(runtime.state, request);
    if ('endReason' in context) return pending?.done({ error: 'CallFailed', end: context });
    this.#cancelRedial(request.family);
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
    this.#calls.set(request.family, call);
    if (isInternal(context)) runtime.input({ kind: 'defineContext', context });
    const blocked = obstacle(runtime.state);
    if (blocked) return this.#failed(call, blocked);
    if (isAttached(runtime.state)) return this.#connect(call);
    call.cancelTry = clock.after(SEARCH_MS, () => this.#connect(call));
    return undefined;
  }

  #connect(call: LiveCall): void {
    const { runtime } = this.#options;
    runtime.connect(call.context.cid, {}, (answer) => {
      if (this.#calls.get(call.family) !== call) return; // given up meanwhile
      const end = 'refused' in answer ? this.#refusal(answer.refused) : lackOf(answer, call.family);
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
    this.#options.dataPath.attach(call.family, call.lane);
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
    const context = contextFor(this.#options.runtime.state, request);
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
    this.#calls.delete(call.family);
    if (call.lane) {
      this.#last.set(call.family, call.lane);
      dataPath.attach(call.family, undefined);
    }
    const { cid } = call.context;
    if ([...this.#calls.values()].some(({ context }) => context.cid === cid)) return;
    if (bearerOf(runtime.state, cid)) runtime.disconnect(cid);
    if (isInternal(call.context)) runtime.input({ kind: 'undefineContext', cid });
  }

  /** With autoconnect on, the modem sets up again what the network has dropped. */
  #redial(request: CallRequest, { holders, tries }: Pick<LiveCall, 'holders' | 'tries'>): void {
    if (this.autoconnect !== 'on' || !this.#open || this.#calls.has(request.family)) return;
    const afterMs = REDIAL_MS[Math.min(tries, REDIAL_MS.length - 1)] as Ms;
    const again = (): void => {
      this.#redials.delete(request.family);
      const { state } = this.#options.runtime;
      const context = contextFor(state, request);
      if ('endReason' in context || !this.#mayDial()) this.#redial(request, { holders, tries: tries + 1 });
      else this.#dialNow(request, context, [], { holders, tries });
    };
    this.#cancelRedial(request.family);
    this.#redials.set(request.family, { cancel: this.#options.clock.after(afterMs, again), holders });
  }

  #mayDial(): boolean {
    const { state } = this.#options.runtime;
    if (obstacle(state) !== undefined || !isAttached(state)) return false;
    return !this.homeOnly || state.registration.packet === 'home';
  }

  #cancelRedial(family: IpFamily): void {
    this.#redials.get(family)?.cancel();
    this.#redials.delete(family);
  }
}

/** The network granted the other family alone (TS 24.301 9.9.4.4: 50 IPv4 only, 51 IPv6 only). */
function lackOf(session: Session | { readonly refused: SmCause }, family: IpFamily): CallEnd | undefined {
  if ('refused' in session) return networkEnd(session.refused);
  if (family === 4) return session.ipv4 ? undefined : networkEnd(51);
  return session.ipv6 ? undefined : networkEnd(50);
}
