import type { FaultKind } from './faults.ts';
import type { EmulatedModem } from './modem/modem.ts';

/** Why a fault that is done at a moment found nothing to do. */
export function whyIdle({ state }: EmulatedModem, kind: FaultKind): string {
  const { power, sim, bearers } = state;
  switch (kind) {
    case 'bearer.drop':
      return bearers.length === 0 ? 'no data session is up' : 'the data session is not up yet';
    case 'sim.remove':
      return 'no card is in the slot';
    case 'sim.insert':
      return sim.card ? 'a card is in the slot' : 'sim.not-seated holds';
    default:
      return `the firmware does not run (power: ${power.phase})`;
  }
}
