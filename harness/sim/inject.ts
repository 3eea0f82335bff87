import type { Rng } from '../core/chance.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Ms } from '../core/units.ts';
import type { Fault, FaultKind } from './faults.ts';
import { createCarrier, type Carrier, type DisturbedNetwork } from './inject-carrier.ts';
import type { EmulatedModem } from './modem/modem.ts';

export interface InjectorOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly modem: EmulatedModem;
  readonly network: DisturbedNetwork;
  /** The list that modem, network and router were made with (`faultsInForce`): the injector adds to it and takes away. */
  readonly inForce: Fault[];
  /** Those with a `when` are injected when their moment comes, those that are done at a moment at once. */
  readonly plan?: readonly Fault[];
}

/** Faults, while the rig runs. */
export interface Injector {
  /** Does it now, or lets it hold from now on; `when` is heeded. */
  inject(fault: Fault): void;
  /** Ends what holds of this kind, before its time. */
  clear(kind: FaultKind): void;
  /** Planned faults (with a `when`) that never bit. */
  unfired(): readonly Fault[];
  /** Nothing is injected any more. */
  close(): void;
}

/** The conditions of a plan that stand from the start, as the list that everybody is made with. */
export function faultsInForce(plan: readonly Fault[]): Fault[] {
  return plan.filter((fault) => !fault.when && holds(fault));
}

export function createInjector(options: InjectorOptions): Injector {
  const injector = new FaultInjector(options);
  for (const fault of options.plan ?? []) {
    if (fault.when || !holds(fault)) injector.inject(fault);
  }
  injector.settle();
  return injector;
}

class FaultInjector implements Injector {
  readonly #options: InjectorOptions;
  readonly #carrier: Carrier;
  /** Planned, and not yet seen to bite. */
  readonly #waiting = new Set<Fault>();
  /** Timers and watches that are still to come. */
  readonly #pending = new Set<Cancel>();
  #plans = 0;

  constructor(options: InjectorOptions) {
    this.#options = options;
    this.#carrier = createCarrier(options.modem, options.network, options.inForce);
    this.#pending.add(
      options.timeline.watch(({ source, kind }) => {
        if (source === 'fault') this.#bit(kind);
      }),
    );
  }

  inject(fault: Fault): void {
    const { when } = fault;
    if (!when) {
      this.#begin(fault);
      return;
    }
    this.#waiting.add(fault);
    const rng = this.#options.rng.fork(`fault/${++this.#plans}`);
    const delay = when.afterMs + Math.round(rng.next() * (when.jitterMs ?? 0));
    const begin = (): void => this.#begin(fault);
    if (when.event === undefined) this.#after(delay, begin);
    else this.#onceSeen(when.event, () => this.#after(delay, begin));
  }

  clear(kind: FaultKind): void {
    for (const fault of this.#options.inForce.filter((candidate) => candidate.kind === kind))
      this.#end(fault);
  }

  settle(): void {
    this.#carrier.settle();
  }

  unfired(): readonly Fault[] {
    return [...this.#waiting];
  }

  close(): void {
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  #begin(fault: Fault): void {
    const { inForce, timeline } = this.#options;
    const { kind, when: _when, ...data } = fault;
    if (holds(fault)) inForce.push(fault);
    if (this.#carrier.begin(fault)) timeline.add('fault', kind, data);
    const forMs = 'forMs' in fault ? fault.forMs : undefined;
    if (forMs !== undefined && holds(fault)) this.#after(forMs, () => this.#end(fault));
  }

  #end(fault: Fault): void {
    const { inForce, timeline } = this.#options;
    const at = inForce.indexOf(fault);
    if (at < 0) return;
    inForce.splice(at, 1);
    timeline.add('fault', 'over', { fault: fault.kind });
    this.#carrier.settle();
  }

  // Of several of one kind, the one in force has bitten.
  #bit(kind: string): void {
    for (const fault of this.#waiting) {
      if (fault.kind !== kind || (holds(fault) && !this.#options.inForce.includes(fault))) continue;
      this.#waiting.delete(fault);
      return;
    }
  }

  #after(delay: Ms, act: () => void): void {
    const cancel = this.#options.clock.after(delay, () => {
      this.#pending.delete(cancel);
      act();
    });
    this.#pending.add(cancel);
  }

  #onceSeen(event: string, act: () => void): void {
    const cancel = this.#options.timeline.watch(({ source, kind }) => {
      if (source !== 'modem' || kind !== event) return;
      cancel();
      this.#pending.delete(cancel);
      act();
    });
    this.#pending.add(cancel);
  }
}

/** A condition, and not something done at a moment. */
function holds(fault: Fault): boolean {
  return !MOMENTARY.has(fault.kind) && !(fault.kind === 'bearer.drop' && fault.meanMs === undefined);
}

const MOMENTARY: ReadonlySet<FaultKind> = new Set<FaultKind>(['sim.remove', 'sim.insert', 'crash']);
