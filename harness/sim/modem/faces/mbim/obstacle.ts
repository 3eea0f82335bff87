import type { MbimStatusName } from '../../../../protocols/mbim/status.ts';
import { isAttached, isRadioOn, type ModemState } from '../../state.ts';

/** Why the card can't be used; undefined: it can. */
export function cardObstacle({ sim }: ModemState): MbimStatusName | undefined {
  switch (sim.state) {
    case 'ready':
      return undefined;
    case 'absent':
      return 'SimNotInserted';
    case 'pin':
    case 'puk':
      return 'PinRequired';
    case 'failed':
      return 'BadSim';
    default:
      return 'NotInitialized';
  }
}

/** Why the modem can't look for a network. */
export function radioObstacle(state: ModemState): MbimStatusName | undefined {
  return cardObstacle(state) ?? (isRadioOn(state) ? undefined : 'RadioPowerOff');
}

/** Why no data session can be set up. */
export function serviceObstacle(state: ModemState): MbimStatusName | undefined {
  const { circuit, packet } = state.registration;
  const registered = [circuit, packet].some((domain) => domain === 'home' || domain === 'roaming');
  const before = radioObstacle(state) ?? (registered ? undefined : 'NotRegistered');
  return before ?? (isAttached(state) ? undefined : 'PacketServiceDetached');
}
