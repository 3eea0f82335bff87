import {
  ATTEMPTS_UNKNOWN,
  pin,
  pinList,
  radioState,
  subscriberReadyStatus,
} from '../../../../protocols/mbim/basic-connect/subscriber.ts';
import type { ValueOf } from '../../../../protocols/binary/field.ts';
import type { SecondPin } from '../../sim-card.ts';
import type { ModemState } from '../../state.ts';
import type { Input } from '../../turn.ts';
import { handle, type MbimAnswer, type MbimCall, type MbimHandler } from './handler.ts';
import { cardObstacle } from './obstacle.ts';

type ReadyStatus = ValueOf<typeof subscriberReadyStatus.response>;
type PinStatus = ValueOf<typeof pin.response>;

/** What SUBSCRIBER_READY_STATUS says, asked or unasked. */
export function readyStatus({ sim }: ModemState): ReadyStatus {
  const { card } = sim;
  const readable = sim.state === 'ready' && card !== undefined;
  // The card gives its number away before its PIN: a host keeps the PIN by it. umbim takes no shorter answer.
  const isLocked = sim.state === 'pin' || sim.state === 'puk';
  return {
    readyState: readyStates[sim.state],
    subscriberId: readable ? card.imsi : '',
    simIccId: card && (readable || isLocked) ? card.iccid : '',
    readyInfo: 0,
    telephoneNumbers: readable && card.msisdn ? [card.msisdn] : [],
  };
}

const readyStates: Readonly<Record<ModemState['sim']['state'], ReadyStatus['readyState']>> = {
  ready: 'initialized',
  busy: 'notInitialized',
  absent: 'simNotInserted',
  pin: 'deviceLocked',
  puk: 'deviceLocked',
  failed: 'badSim',
};

/** What RADIO_STATE says, asked or unasked. */
export function radioStatus({ radio }: ModemState): ValueOf<typeof radioState.response> {
  const { voters, functionality } = radio;
  return {
    hardware: voters.wDisable ? 'off' : 'on',
    software: functionality === 1 && !voters.bios ? 'on' : 'off',
  };
}

const radio = handle(radioState)({
  query: ({ runtime }) => ({ values: radioStatus(runtime.state) }),
  set: ({ runtime }, { radioState: wanted }) => {
    // An OEM's lock: the host has to authenticate first (fault F50).
    if (wanted === 'on' && runtime.state.radio.voters.bios) return { status: 'OperationNotAllowed' };
    runtime.input({ kind: 'setFunctionality', level: wanted === 'on' ? 1 : 4 });
    return { values: radioStatus(runtime.state) };
  },
});

function pinStatus({ sim }: ModemState): PinStatus {
  const { card, state } = sim;
  if (card && state === 'pin') {
    return { pinType: 'pin1', pinState: 'locked', remainingAttempts: card.pinTries };
  }
  if (card && state === 'puk') {
    return { pinType: 'puk1', pinState: 'locked', remainingAttempts: card.pukTries };
  }
  return { pinType: 'none', pinState: 'unlocked', remainingAttempts: ATTEMPTS_UNKNOWN };
}

type PinOrder = ValueOf<NonNullable<typeof pin.set>>;

const pins = handle(pin)({
  query: ({ runtime }) => {
    const obstacle = cardObstacle(runtime.state);
    if (obstacle && obstacle !== 'PinRequired') return { status: obstacle };
    return { values: pinStatus(runtime.state) };
  },
  set: (call, order) => {
    const { card, state } = call.runtime.state.sim;
    const obstacle = cardObstacle(call.runtime.state);
    if (!card || (obstacle && obstacle !== 'PinRequired')) return { status: obstacle ?? 'SimNotInserted' };
    if (order.pinType === 'puk1') {
      if (state !== 'puk') return { status: 'OperationNotAllowed' };
      if (!isPin(order.newPin)) return { status: 'InvalidParameters' };
      return attempt(call, { kind: 'enterPuk', puk: order.pin, newPin: order.newPin });
    }
    if (order.pinType === 'pin2' || order.pinType === 'puk2') return orderSecondPin(call, card.second, order);
    if (order.pinType !== 'pin1') return { status: 'NoDeviceSupport' };
    if (state === 'puk') return { status: 'PinRequired', values: pinStatus(call.runtime.state) };
    return orderPin1(call, order);
  },
});

function orderPin1(call: MbimCall, { operation, pin: given, newPin }: PinOrder): MbimAnswer<PinStatus> {
  const { card, state } = call.runtime.state.sim;
  if (operation === 'enter') {
    if (state !== 'pin') return { status: card?.pinEnabled ? 'OperationNotAllowed' : 'PinDisabled' };
    return attempt(call, { kind: 'enterPin', pin: given });
  }
  if (state !== 'ready') return { status: 'PinRequired', values: pinStatus(call.runtime.state) };
  if (operation === 'change') {
    if (!card?.pinEnabled) return { status: 'PinDisabled' };
    if (!isPin(newPin)) return { status: 'InvalidParameters' };
    return attempt(call, { kind: 'changePin', pin: given, newPin });
  }
  return attempt(call, { kind: 'setPinLock', enabled: operation === 'enable', pin: given });
}

/** It is entered, changed and unblocked; what can't be is to disable it. */
function orderSecondPin(
  { runtime }: MbimCall,
  before: SecondPin,
  { pinType, operation, pin: given, newPin }: PinOrder,
): MbimAnswer<PinStatus> {
  if (runtime.state.sim.state !== 'ready') return { status: 'PinRequired', values: pinStatus(runtime.state) };
  const unblocks = pinType === 'puk2';
  const changes = operation === 'change';
  if (!unblocks && operation !== 'enter' && !changes) return { status: 'NoDeviceSupport' };
  if (unblocks && before.pinTries > 0) return { status: 'OperationNotAllowed' };
  if (!unblocks && before.pinTries === 0) return { status: 'PinRequired', values: secondPinStatus(before) };
  if ((unblocks || changes) && !isPin(newPin)) return { status: 'InvalidParameters' };
  const kind = unblocks ? 'unblock' : changes ? 'change' : 'verify';
  runtime.input({ kind: 'trySecondPin', attempt: { kind, pin: given, puk: given, newPin } });
  const { card, secondPinGiven } = runtime.state.sim;
  if (secondPinGiven) return { values: pinStatus(runtime.state) };
  return { status: 'Failure', values: secondPinStatus(card?.second ?? before) };
}

function secondPinStatus({ pinTries, pukTries }: SecondPin): PinStatus {
  return pinTries > 0
    ? { pinType: 'pin2', pinState: 'locked', remainingAttempts: pinTries }
    : { pinType: 'puk2', pinState: 'locked', remainingAttempts: pukTries };
}

/** TS 31.101 9.5.1: four to eight digits. */
function isPin(text: string): boolean {
  return /^\d{4,8}$/.test(text);
}

/** A wrong code costs a try: that is how it shows. */
function attempt({ runtime }: MbimCall, input: Input): MbimAnswer<PinStatus> {
  const tries = (): number => {
    const { card } = runtime.state.sim;
    return card ? card.pinTries + card.pukTries : 0;
  };
  const before = tries();
  runtime.input(input);
  const { card, state } = runtime.state.sim;
  if (tries() >= before) return { values: pinStatus(runtime.state) };
  const locked = state === 'pin' || state === 'puk';
  const values: PinStatus = locked
    ? pinStatus(runtime.state)
    : { pinType: 'pin1', pinState: 'unlocked', remainingAttempts: card?.pinTries ?? 0 };
  return { status: 'Failure', values };
}

const unsupported = { mode: 'notSupported', format: 'unknown', minimumLength: 0, maximumLength: 0 } as const;

const list = handle(pinList)({
  query: ({ runtime }) => {
    const { card } = runtime.state.sim;
    const obstacle = cardObstacle(runtime.state);
    if (obstacle && obstacle !== 'PinRequired') return { status: obstacle };
    const numeric = { format: 'numeric', minimumLength: 4, maximumLength: 8 } as const;
    return {
      values: {
        pin1: { mode: card?.pinEnabled ? 'enabled' : 'disabled', ...numeric },
        pin2: { mode: 'enabled', ...numeric },
        deviceSimPin: unsupported,
        deviceFirstSimPin: unsupported,
        networkPin: unsupported,
        networkSubsetPin: unsupported,
        serviceProviderPin: unsupported,
        corporatePin: unsupported,
        subsidyLock: unsupported,
        custom: unsupported,
      },
    };
  },
});

export const subscriberHandlers: readonly MbimHandler[] = [
  handle(subscriberReadyStatus)({ query: ({ runtime }) => ({ values: readyStatus(runtime.state) }) }),
  radio,
  pins,
  list,
];
