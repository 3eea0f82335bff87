import * as dms from '../../../../../protocols/qmi/dms/pin.ts';
import { detailsOf } from '../../../model-details.ts';
import {
  cardObstacle,
  changePin,
  pin1State,
  pin2,
  protectPin,
  retriesOf,
  unblockPin,
  verifyPin,
  type PinResult,
} from '../card-pin.ts';
import type { SimSlot } from '../../../state.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import { handle, type QmiAnswer, type QmiCall, type QmiHandler } from '../handler.ts';

/** The card as DMS sees it. Newer firmware leaves it to UIM and refuses all of these. */
export const cardHandlers: readonly QmiHandler[] = [
  handle(dms.setPinProtection, (call, { info }) =>
    pin(call, info.id, () => protectPin(call.runtime, info.enabled, info.pin)),
  ),
  handle(dms.verifyPin, (call, { info }) => pin(call, info.id, () => verifyPin(call.runtime, info.pin))),
  handle(dms.unblockPin, (call, { info }) =>
    pin(call, info.id, () => unblockPin(call.runtime, info.puk, info.newPin)),
  ),
  handle(dms.changePin, (call, { info }) =>
    pin(call, info.id, () => changePin(call.runtime, info.pin, info.newPin)),
  ),
  handle(dms.getPinStatus, (call) => {
    const error = obstacle(call);
    return error ? { error } : { values: pinStatus(call.runtime.state.sim) };
  }),
  handle(dms.getIccid, (call) => {
    const error = obstacle(call);
    const { card } = call.runtime.state.sim;
    return error || !card ? { error: error ?? 'Internal' } : { values: { iccid: card.iccid } };
  }),
  handle(dms.getImsi, (call) => {
    const { card, state } = call.runtime.state.sim;
    const error = obstacle(call) ?? (state === 'ready' ? undefined : 'UimUninitialized');
    return error || !card ? { error: error ?? 'Internal' } : { values: { imsi: card.imsi } };
  }),
  handle(dms.getUimState, ({ runtime }) => ({ values: { state: uimStateOf(runtime.state.sim) } })),
  // The modem is locked to no network: every facility is open.
  handle(dms.getCkStatus, () => ({
    values: { status: { state: 'deactivated' as const, verifyLeft: 10, unblockLeft: 10 }, blocking: false },
  })),
  handle(dms.setCkProtection, () => ({ error: 'NoEffect', values: { verifyLeft: 10 } })),
  handle(dms.unblockCk, () => ({ error: 'NoEffect', values: { unblockLeft: 10 } })),
];

export function pinStatus(sim: SimSlot): { pin1?: PinStatus; pin2?: PinStatus } {
  return sim.card ? { pin1: { state: pin1State(sim), ...retriesOf(sim.card) }, pin2 } : {};
}

interface PinStatus {
  readonly state: ReturnType<typeof pin1State>;
  readonly verifyLeft: number;
  readonly unblockLeft: number;
}

export function uimStateOf({ state }: SimSlot): 'ready' | 'locked-or-failed' | 'absent' | 'unknown' {
  if (state === 'ready' || state === 'absent') return state;
  return state === 'busy' ? 'unknown' : 'locked-or-failed';
}

function obstacle({ profile, runtime }: QmiCall): QmiErrorName | undefined {
  return detailsOf(profile).dmsKnowsCard ? cardObstacle(runtime.state.sim) : 'NotSupported';
}

function pin(
  call: QmiCall,
  id: 'pin1' | 'pin2',
  attempt: () => PinResult,
): QmiAnswer<typeof dms.verifyPin.response> {
  const refused = obstacle(call) ?? (id === 'pin2' ? 'InvalidPinId' : undefined);
  if (refused) return { error: refused };
  const { error, retries } = attempt();
  return error ? { error, values: { retries } } : { values: { retries } };
}
