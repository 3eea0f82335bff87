import * as dms from '../../../../../protocols/qmi/dms/pin.ts';
import { detailsOf } from '../../../model-details.ts';
import {
  cardObstacle,
  changePin,
  pin1State,
  pin2State,
  protectPin,
  retriesOf,
  trySecondPin,
  unblockPin,
  verifyPin,
  type PinResult,
} from '../card-pin.ts';
import type { SimSlot } from '../../../state.ts';
import { handle, type QmiAnswer, type QmiHandler } from '../handler.ts';

const pinHandlers: readonly QmiHandler[] = [
  handle(dms.setPinProtection, ({ runtime }, { info }) =>
    info.id === 'pin1' ? told(protectPin(runtime, info.enabled, info.pin)) : { error: 'InvalidPinId' },
  ),
  handle(dms.verifyPin, ({ runtime }, { info: { id, pin } }) =>
    told(id === 'pin1' ? verifyPin(runtime, pin) : trySecondPin(runtime, { kind: 'verify', pin })),
  ),
  handle(dms.unblockPin, ({ runtime }, { info: { id, puk, newPin } }) =>
    told(
      id === 'pin1'
        ? unblockPin(runtime, puk, newPin)
        : trySecondPin(runtime, { kind: 'unblock', puk, newPin }),
    ),
  ),
  handle(dms.changePin, ({ runtime }, { info: { id, pin, newPin } }) =>
    told(
      id === 'pin1'
        ? changePin(runtime, pin, newPin)
        : trySecondPin(runtime, { kind: 'change', pin, newPin }),
    ),
  ),
  handle(dms.getPinStatus, ({ runtime: { state } }) => {
    const error = cardObstacle(state.sim);
    return error ? { error } : { values: pinStatus(state.sim) };
  }),
  // The modem is locked to no network: every facility is open.
  handle(dms.getCkStatus, () => ({
    values: { status: { state: 'deactivated' as const, verifyLeft: 10, unblockLeft: 10 }, blocking: false },
  })),
  handle(dms.setCkProtection, () => ({ error: 'NoEffect', values: { verifyLeft: 10 } })),
  handle(dms.unblockCk, () => ({ error: 'NoEffect', values: { unblockLeft: 10 } })),
];

const otherHandlers: readonly QmiHandler[] = [
  handle(dms.getIccid, ({ runtime: { state } }) => {
    const { card } = state.sim;
    const error = cardObstacle(state.sim);
    return error || !card ? { error: error ?? 'Internal' } : { values: { iccid: card.iccid } };
  }),
  handle(dms.getImsi, ({ runtime: { state } }) => {
    const { card } = state.sim;
    const error = cardObstacle(state.sim) ?? (state.sim.state === 'ready' ? undefined : 'UimUninitialized');
    return error || !card ? { error: error ?? 'Internal' } : { values: { imsi: card.imsi } };
  }),
  handle(dms.getUimState, ({ runtime }) => ({ values: { state: uimStateOf(runtime.state.sim) } })),
];

/** The card as DMS sees it. Newer firmware leaves it to UIM, in part or altogether. */
export const cardHandlers: readonly QmiHandler[] = [
  ...pinHandlers.map((handler) => refusable(handler, ['card', 'PIN'])),
  ...otherHandlers.map((handler) => refusable(handler, ['card'])),
];

function refusable({ command, answer }: QmiHandler, parts: readonly string[]): QmiHandler {
  return {
    command,
    answer: (call, request) => {
      const { dmsRefuses } = detailsOf(call.profile);
      return dmsRefuses && parts.includes(dmsRefuses.what)
        ? { error: dmsRefuses.error }
        : answer(call, request);
    },
  };
}

export function pinStatus(sim: SimSlot): { pin1?: PinStatus; pin2?: PinStatus } {
  if (!sim.card) return {};
  return {
    pin1: { state: pin1State(sim), ...retriesOf(sim.card) },
    pin2: { state: pin2State(sim), ...retriesOf(sim.card.second) },
  };
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

function told({ error, retries }: PinResult): QmiAnswer<typeof dms.verifyPin.response> {
  return error ? { error, values: { retries } } : { values: { retries } };
}
