import type { Timeline } from '../core/timeline.ts';
import { holds, type Fault } from './faults.ts';

/** A fault that was asked for and has not bitten. */
export interface Unfired {
  readonly fault: Fault;
  /** False: its moment has not come. True: it holds or has held, and nothing came that it could bite. */
  readonly begun: boolean;
}

/** The faults of a rig from before it is made: some bite while it comes to be. */
export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** What holds now; those without a `when` do from the start. Whoever carries a fault out looks here each time. */
  readonly inForce: Fault[];
  /** What was asked for and has not bitten; true: it has begun. */
  readonly unfired: Map<Fault, boolean>;
  close(): void;
}

export function createFaultPlan(timeline: Timeline, faults: readonly Fault[]): FaultPlan {
  const inForce = faults.filter((fault) => !fault.when && holds(fault));
  const unfired = new Map(inForce.map((fault) => [fault, true]));
  const close = timeline.watch(({ source, kind }) => {
    // Of several of one kind the first is the one that shows (`faultOf`).
    const biting = inForce.find((fault) => fault.kind === kind);
    if (source === 'fault' && biting) unfired.delete(biting);
  });
  return { faults, inForce, unfired, close };
}
