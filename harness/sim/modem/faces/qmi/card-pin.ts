import type { QmiErrorName } from '../../../../protocols/qmi/result.ts';
import type { UimPinState } from '../../../../protocols/qmi/uim/card-status.ts';
import type { Runtime } from '../../runtime.ts';
import type { CardState, SecondPinAttempt } from '../../sim-card.ts';
import type { SimSlot } from '../../state.ts';
import type { Input } from '../../turn.ts';

export interface Retries {
  readonly verifyLeft: number;
  readonly unblockLeft: number;
}

/** What became of a try with a PIN; DMS and UIM say the same. */
export interface PinResult {
  readonly error?: QmiErrorName;
  readonly retries?: Retries;
}

/** Undefined: the card can be asked about its PIN. */
export function cardObstacle({ card, state }: SimSlot): QmiErrorName | undefined {
  if (state === 'busy') return 'UimUninitialized';
  if (!card || state === 'absent') return 'Internal';
  return state === 'failed' && card.pukTries > 0 ? 'Internal' : undefined;
}

type Counters = Pick<CardState, 'pinTries' | 'pukTries'>;

export function retriesOf({ pinTries, pukTries }: Counters): Retries {
  return { verifyLeft: pinTries, unblockLeft: pukTries };
}

export function pin1State({ card, state }: SimSlot): UimPinState {
  if (!card || state === 'absent' || state === 'busy') return 'not-initialized';
  if (card.pukTries === 0) return 'permanently-blocked';
  if (card.pinTries === 0) return 'blocked';
  if (!card.pinEnabled) return 'disabled';
  return state === 'ready' ? 'enabled-verified' : 'enabled-not-verified';
}

export function pin2State({ card, state, secondPinGiven }: SimSlot): UimPinState {
  if (!card || state === 'absent' || state === 'busy') return 'not-initialized';
  const { pinTries, pukTries } = card.second;
  if (pukTries === 0) return 'permanently-blocked';
  if (pinTries === 0) return 'blocked';
  return secondPinGiven ? 'enabled-verified' : 'enabled-not-verified';
}

/** The second PIN: it is always enabled, and asked for when something needs it. */
export function trySecondPin(runtime: Runtime, attempt: SecondPinAttempt): PinResult {
  const { card, state } = runtime.state.sim;
  const obstacle = cardObstacle(runtime.state.sim);
  if (obstacle || !card) return { error: obstacle ?? 'Internal' };
  if (state !== 'ready') return { error: 'AuthenticationLock' };
  const retries = retriesOf(card.second);
  const unblocks = attempt.kind === 'unblock';
  if (retries.unblockLeft === 0) return { error: 'PinAlwaysBlocked', retries };
  if (retries.verifyLeft === 0 && !unblocks) return { error: 'PinBlocked', retries };
  if (retries.verifyLeft > 0 && unblocks) return { error: 'NoEffect', retries };
  if (attempt.kind !== 'verify' && !isPin(attempt.newPin)) return { error: 'InvalidArgument', retries };
  runtime.input({ kind: 'trySecondPin', attempt });
  const after = runtime.state.sim.card?.second ?? card.second;
  return outcome(card.second, after, unblocks ? 'unblocks' : 'verifies');
}

export function verifyPin(runtime: Runtime, pin: string): PinResult {
  return attempt(runtime, ({ pinEnabled }, { state }) => {
    if (!pinEnabled || state === 'ready') return 'NoEffect';
    return { kind: 'enterPin', pin };
  });
}

export function unblockPin(runtime: Runtime, puk: string, newPin: string): PinResult {
  return attempt(
    runtime,
    (_, { state }) => {
      if (state !== 'puk') return 'NoEffect';
      return isPin(newPin) ? { kind: 'enterPuk', puk, newPin } : 'InvalidArgument';
    },
    'unblocks',
  );
}

export function changePin(runtime: Runtime, pin: string, newPin: string): PinResult {
  return attempt(runtime, ({ pinEnabled }, { state }) => {
    if (!pinEnabled) return 'NoEffect';
    if (state !== 'ready') return 'AuthenticationLock';
    return isPin(newPin) ? { kind: 'changePin', pin, newPin } : 'InvalidArgument';
  });
}

/** A PIN that has not been given yet is given by the same try. */
export function protectPin(runtime: Runtime, enabled: boolean, pin: string): PinResult {
  const { sim } = runtime.state;
  if (sim.state === 'pin' && !enabled) {
    const verified = verifyPin(runtime, pin);
    if (verified.error) return verified;
  }
  return attempt(runtime, ({ pinEnabled }) =>
    pinEnabled === enabled ? 'NoEffect' : { kind: 'setPinLock', enabled, pin },
  );
}

type Try = (card: CardState, slot: SimSlot) => Input | QmiErrorName;

/** One try, and what the card's counters say afterwards. */
function attempt(runtime: Runtime, input: Try, kind: 'verifies' | 'unblocks' = 'verifies'): PinResult {
  const before = runtime.state.sim;
  const obstacle = cardObstacle(before);
  if (obstacle || !before.card) return { error: obstacle ?? 'Internal' };
  if (before.card.pukTries === 0) return { error: 'PinAlwaysBlocked', retries: retriesOf(before.card) };
  if (before.state === 'puk' && kind === 'verifies') {
    return { error: 'PinBlocked', retries: retriesOf(before.card) };
  }
  const next = input(before.card, before);
  if (typeof next === 'string') return { error: next, retries: retriesOf(before.card) };
  runtime.input(next);
  return outcome(before.card, runtime.state.sim.card ?? before.card, kind);
}

function outcome(before: Counters, after: Counters, kind: 'verifies' | 'unblocks'): PinResult {
  const retries = retriesOf(after);
  if (after.pukTries === 0) return { error: 'PinAlwaysBlocked', retries };
  const wrong = kind === 'unblocks' ? after.pukTries < before.pukTries : after.pinTries < before.pinTries;
  if (!wrong) return { retries };
  return { error: kind === 'verifies' && after.pinTries === 0 ? 'PinBlocked' : 'IncorrectPin', retries };
}

/** TS 31.101 9.5.1. */
function isPin(pin: string): boolean {
  return /^\d{4,8}$/.test(pin);
}
