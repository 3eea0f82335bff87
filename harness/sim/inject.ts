import type { Rng } from '../core/chance.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Ms } from '../core/units.ts';
import { faultOf, holds, holdingTime, type Fault, type FaultKind, type FaultMoment } from './faults.ts';
import { createCarrier, type Carrier, type DisturbedNetwork, type Missed } from './inject-carrier.ts';
import type { EmulatedModem } from './modem/modem.ts';
import { momentNotCome, occasions, type Unfired } from './unfired.ts';

export interface InjectorOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  /** Those with a `when` come at their moment; of the others conditions hold from the start, deeds are done at it. */
  readonly plan?: readonly Fault[];
}

/** Faults, while the rig runs. It is made before the modem: it hears what bites while that starts. */
export interface Injector {
  /** Those that hold: the list that modem, network and router are made with, and that changes under them. */
  readonly inForce: readonly Fault[];
  /**
   * Modem and network are there and switched on. Called once, before anything is injected.
   * @returns deeds of the plan that found nothing to do
   */
  start(modem: EmulatedModem, network: DisturbedNetwork): readonly Unfired[];
  /**
   * Does it now, or lets it hold from now on; `when` is heeded.
   * @returns what was found in place of what it was to bite; undefined: it bit, or may yet
   */
  inject(fault: Fault): Missed | undefined;
  /**
   * Ends what holds of this kind, before its time, and forgets what is planned.
   * @returns false if there was neither
   */
  clear(kind: FaultKind): boolean;
  /** Of the plan, and of what was injected with a `when`: those that never bit. */
  unfired(): readonly Unfired[];
  /** Nothing is injected any more. */
  close(): void;
}

export function createInjector(options: InjectorOptions): Injector {
  return new FaultInjector(options);
}

class FaultInjector implements Injector {
  readonly inForce: Fault[] = [];
  readonly #options: InjectorOptions;
  readonly #plan: readonly Fault[];
  /** Why those that must bite have not bitten yet. */
  readonly #owed = new Map<Fault, string>();
  readonly #bitten = new Set<Fault>();
  /** Those whose moment is still to come. */
  readonly #awaited = new Map<Fault, Cancel>();
  /** Timers and watches that are still to come. */
  readonly #pending = new Set<Cancel>();
  #carrier: Carrier | undefined;
  /** True while it writes down itself what has bitten. */
  #telling = false;
  #plans = 0;

  constructor(options: InjectorOptions) {
    this.#options = options;
    this.#plan = options.plan ?? [];
    this.#pending.add(
      options.timeline.watch(({ source, kind }) => {
        if (source === 'fault' && !this.#telling) this.#bit(faultOf(this.inForce, kind as FaultKind));
      }),
    );
    for (const fault of this.#plan) {
      if (fault.when) this.#await(fault, fault.when);
      else if (holds(fault)) this.#stand(fault);
    }
  }

  start(modem: EmulatedModem, network: DisturbedNetwork): readonly Unfired[] {
    const tell = (kind: FaultKind): void => {
      const fault = faultOf(this.inForce, kind);
      if (fault && !this.#bitten.has(fault)) this.#tell(fault);
    };
    this.#carrier = createCarrier(modem, network, this.inForce, tell);
    for (const fault of this.inForce) this.#carrier.uphold(fault);
    const deeds = this.#plan.filter((fault) => !fault.when && !holds(fault));
    return deeds.flatMap((fault) => {
      this.#owed.set(fault, occasions[fault.kind]);
      const missed = this.#begin(fault);
      return missed ? [{ fault, found: missed.found }] : [];
    });
  }

  inject(fault: Fault): Missed | undefined {
    const { when } = fault;
    if (!when) return this.#begin(fault);
    this.#await(fault, when);
    return undefined;
  }

  clear(kind: FaultKind): boolean {
    const those = this.inForce.filter((candidate) => candidate.kind === kind);
    for (const fault of those) this.#end(fault);
    const planned = [...this.#awaited.keys()].filter((fault) => fault.kind === kind);
    for (const fault of planned) this.#forget(fault);
    return those.length + planned.length > 0;
  }

  unfired(): readonly Unfired[] {
    return [...this.#owed].map(([fault, found]) => ({ fault, found }));
  }

  close(): void {
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  /** From the start: whatever it bites is made with it. */
  #stand(fault: Fault): void {
    this.inForce.push(fault);
    this.#owed.set(fault, occasions[fault.kind]);
    this.#endInTime(fault);
  }

  #await(fault: Fault, when: FaultMoment): void {
    this.#owed.set(fault, momentNotCome(when));
    const rng = this.#options.rng.fork(`fault/${++this.#plans}`);
    const delay = when.afterMs + Math.round(rng.next() * (when.jitterMs ?? 0));
    const begin = (): void => {
      this.#awaited.delete(fault);
      this.#begin(fault);
    };
    const arm = (): void => void this.#awaited.set(fault, this.#after(delay, begin));
    if (when.event === undefined) arm();
    else this.#awaited.set(fault, this.#onceSeen(when.event, arm));
  }

  #forget(fault: Fault): void {
    this.#awaited.get(fault)?.();
    this.#awaited.delete(fault);
    this.#owed.delete(fault);
  }

  #begin(fault: Fault): Missed | undefined {
    if (holds(fault)) this.inForce.push(fault);
    const came = this.#carrier?.begin(fault) ?? 'holds';
    if (typeof came === 'object') {
      if (holds(fault)) this.inForce.splice(this.inForce.indexOf(fault), 1);
      if (this.#owed.has(fault)) this.#owed.set(fault, came.found);
      this.#options.timeline.add('fault', 'missed', { fault: fault.kind, found: came.found });
      return came;
    }
    if (came === 'bit') this.#tell(fault);
    else if (this.#owed.has(fault)) this.#owed.set(fault, occasions[fault.kind]);
    if (holds(fault)) this.#endInTime(fault);
    return undefined;
  }

  #endInTime(fault: Fault): void {
    const forMs = holdingTime(fault);
    if (forMs !== undefined) this.#after(forMs, () => this.#end(fault));
  }

  #end(fault: Fault): void {
    const at = this.inForce.indexOf(fault);
    if (at < 0) return;
    this.inForce.splice(at, 1);
    const bit = this.#bitten.has(fault);
    const why = bit ? {} : { found: occasions[fault.kind] };
    this.#options.timeline.add('fault', 'over', { fault: fault.kind, bit, ...why });
    this.#carrier?.end(fault);
  }

  #tell(fault: Fault): void {
    const { kind, when: _when, ...data } = fault;
    this.#telling = true;
    this.#options.timeline.add('fault', kind, data);
    this.#telling = false;
    this.#bit(fault);
  }

  #bit(fault: Fault | undefined): void {
    if (!fault) return;
    this.#bitten.add(fault);
    this.#owed.delete(fault);
  }

  #after(delay: Ms, act: () => void): Cancel {
    return this.#pend((came) => this.#options.clock.after(delay, came), act);
  }

  #onceSeen(event: string, act: () => void): Cancel {
    const watch = (came: () => void): Cancel =>
      this.#options.timeline.watch(({ source, kind }) => {
        if (source === 'modem' && kind === event) came();
      });
    return this.#pend(watch, act);
  }

  /** Waits until it came, or until that is cancelled. */
  #pend(wait: (came: () => void) => Cancel, act: () => void): Cancel {
    const end = (): void => {
      cancel();
      this.#pending.delete(end);
    };
    const cancel = wait(() => {
      end();
      act();
    });
    this.#pending.add(end);
    return end;
  }
}
