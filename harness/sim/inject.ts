import type { Rng } from '../core/chance.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Ms } from '../core/units.ts';
import type { FaultPlan, Unfired } from './fault-plan.ts';
import { holdingTime, holds, type Fault, type FaultKind } from './faults.ts';
import { createCarrier, type Carrier, type DisturbedNetwork } from './inject-carrier.ts';
import type { EmulatedModem } from './modem/modem.ts';

export interface InjectorOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly modem: EmulatedModem;
  readonly network: DisturbedNetwork;
  /** Modem, network and router were made with its list of what is in force: the injector adds to it and takes away. */
  readonly plan: FaultPlan;
}

/** Faults, while the rig runs. */
export interface Injector {
  /**
   * Does it now, or lets it hold from now on; `when` is heeded.
   * @returns false: it is something done at a moment, and there was nothing to do
   */
  inject(fault: Fault): boolean;
  /** Ends what holds of this kind, and forgets what is planned of it. @returns how many these were */
  clear(kind: FaultKind): number;
  /** Those of the plan, and those injected, that never bit; what was cleared is not among them. */
  unfired(): readonly Unfired[];
  /** Nothing is injected any more. */
  close(): void;
}

export function createInjector(options: InjectorOptions): Injector {
  const injector = new FaultInjector(options);
  const { faults, inForce } = options.plan;
  const standing = [...inForce];
  for (const fault of faults) {
    if (standing.includes(fault)) injector.stand(fault);
    else injector.inject(fault);
  }
  injector.settle();
  return injector;
}

/** In a rig file what has no `when` belongs to the scene, and need not bite. */
export function plannedAndUnfired(injector: Injector): readonly Fault[] {
  return injector.unfired().flatMap(({ fault }) => (fault.when ? [fault] : []));
}

class FaultInjector implements Injector {
  readonly #options: InjectorOptions;
  readonly #carrier: Carrier;
  /** Timers and watches that are still to come. */
  readonly #pending = new Set<Cancel>();
  #plans = 0;

  constructor(options: InjectorOptions) {
    this.#options = options;
    this.#carrier = createCarrier(options.modem, options.network, options.plan.inForce);
  }

  inject(fault: Fault): boolean {
    const { when } = fault;
    this.#options.plan.unfired.set(fault, false);
    if (!when) {
      const idle = !this.#begin(fault) && !holds(fault);
      if (idle) this.#options.plan.unfired.delete(fault);
      return !idle;
    }
    const rng = this.#options.rng.fork(`fault/${++this.#plans}`);
    const delay = when.afterMs + Math.round(rng.next() * (when.jitterMs ?? 0));
    const begin = (): void => {
      if (this.#options.plan.unfired.has(fault)) this.#begin(fault);
    };
    if (when.event === undefined) this.#after(delay, begin);
    else this.#onceSeen(when.event, () => this.#after(delay, begin));
    return true;
  }

  /** Modem and network were made with it in force. */
  stand(fault: Fault): void {
    if (LEVELS.has(fault.kind)) this.#record(fault);
    this.#endInTime(fault);
  }

  clear(kind: FaultKind): number {
    const { inForce } = this.#options.plan;
    const asked = new Set(
      [...inForce, ...this.#options.plan.unfired.keys()].filter((fault) => fault.kind === kind),
    );
    for (const fault of asked) {
      this.#end(fault);
      this.#options.plan.unfired.delete(fault);
    }
    return asked.size;
  }

  settle(): void {
    this.#carrier.settle();
  }

  unfired(): readonly Unfired[] {
    return Array.from(this.#options.plan.unfired, ([fault, begun]) => ({ fault, begun }));
  }

  close(): void {
    this.#options.plan.close();
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  /** @returns whether it bit at once */
  #begin(fault: Fault): boolean {
    if (holds(fault)) this.#options.plan.inForce.push(fault);
    this.#options.plan.unfired.set(fault, true);
    const bit = this.#carrier.begin(fault);
    if (bit) this.#record(fault);
    if (holds(fault)) this.#endInTime(fault);
    return bit;
  }

  #record(fault: Fault): void {
    const { kind, when: _when, ...data } = fault;
    this.#options.plan.unfired.delete(fault);
    this.#options.timeline.add('fault', kind, data);
  }

  #endInTime(fault: Fault): void {
    const forMs = holdingTime(fault);
    if (forMs !== undefined) this.#after(forMs, () => this.#end(fault));
  }

  #end(fault: Fault): void {
    const { plan, timeline } = this.#options;
    const { inForce } = plan;
    const at = inForce.indexOf(fault);
    if (at < 0) return;
    inForce.splice(at, 1);
    timeline.add('fault', 'over', { fault: fault.kind, bit: !this.#options.plan.unfired.has(fault) });
    this.#carrier.settle();
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

/** Conditions that show from the moment on at which they are in force, whatever the modem does. */
const LEVELS: ReadonlySet<FaultKind> = new Set<FaultKind>(['latency', 'loss', 'stall']);
