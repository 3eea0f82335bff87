import { verboseReasonType } from '../../../../../protocols/qmi/wds.ts';
import { isRadioOn, type EndCause, type ModemState } from '../../../state.ts';

/** Why a call failed or ended, in both of QMI's ways (libqmi, qmi-enums-wds.h). */
export interface CallEnd {
  readonly endReason: number;
  readonly verboseReason: { readonly type: number; readonly reason: number };
}

const endReason = { unspecified: 1, clientEnd: 2, noService: 3 } as const;
const managerReason = { clientEnd: 2000, noService: 2001, offline: 2500, invalidSim: 2504 } as const;
const internalReason = {
  apnDisabled: 220,
  invalidProfile: 233,
  ipVersionMismatch: 231,
  interfaceInUse: 237,
} as const;

function manager(general: keyof typeof endReason, reason: keyof typeof managerReason): CallEnd {
  return {
    endReason: endReason[general],
    verboseReason: { type: verboseReasonType.callManager, reason: managerReason[reason] },
  };
}

/** A refusal of the modem's own data services, before the network was asked. */
export function internalEnd(reason: keyof typeof internalReason): CallEnd {
  return {
    endReason: endReason.unspecified,
    verboseReason: { type: verboseReasonType.internal, reason: internalReason[reason] },
  };
}

/** A cause of the network's (TS 24.008 10.5.6.6). */
export function networkEnd(cause: number): CallEnd {
  return {
    endReason: endReason.unspecified,
    verboseReason: { type: verboseReasonType.gpp, reason: cause },
  };
}

export const clientEnd: CallEnd = manager('clientEnd', 'clientEnd');

/** What keeps the modem from even asking; undefined: nothing, though it may not be attached yet. */
export function obstacle(state: ModemState): CallEnd | undefined {
  if (state.sim.state !== 'ready') return manager('unspecified', 'invalidSim');
  return isRadioOn(state) ? undefined : manager('noService', 'offline');
}

/** The machine's cause in QMI's words. */
export function callEndOf(cause: EndCause, state: ModemState): CallEnd {
  if (typeof cause === 'number') return networkEnd(cause);
  if (cause === 'requested') return clientEnd;
  if (cause === 'no-context') return internalEnd('invalidProfile');
  return obstacle(state) ?? manager('noService', 'noService');
}
