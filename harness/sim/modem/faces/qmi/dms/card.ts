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
import { handle, type QmiAnswer, type QmiHandler } from '../handler.ts';

const pinHandlers: readonly QmiHandler[] = [
  handle(dms.setPinProtection, (call, { info }) =>
    pin(info.id, () => protectPin(call.runtime, info.enabled, info.pin)),
  ),
  handle(dms.verifyPin, (call, { info }) => pin(info.id, () => verifyPin(call.runtime, info.pin))),
  handle(dms.unblockPin, (call, { info }) =>
    pin(info.id, () => unblockPin(call.runtime, info.puk, info.newPin)),
  ),
  handle(dms.changePin, (call, { info }) =>
    pin(info.id, () => changePin(call.runtime, info.pin, info.newPin)),
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

function pin(id: 'pin1' | 'pin2', attempt: () => PinResult): QmiAnswer<typeof dms.verifyPin.response> {
  if (id === 'pin2') return { error: 'InvalidPinId' };
  const { error, retries } = attempt();
  return error ? { error, values: { retries } } : { values: { retries } };
}
