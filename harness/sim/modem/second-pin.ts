import { PIN_TRIES, PUK_TRIES } from './sim-slot.ts';
import type { SecondPin, SecondPinAttempt } from './sim-card.ts';
import { patch, type Turn } from './turn.ts';

/** Nobody can ask for it before the first one is given. A wrong one costs a try, the last of them the PIN. */
export function trySecondPin(turn: Turn, attempt: SecondPinAttempt): void {
  const { sim } = turn.state;
  if (!sim.card || sim.state !== 'ready') return;
  const { second } = sim.card;
  const open = attempt.kind === 'unblock' ? second.pukTries > 0 : second.pinTries > 0;
  if (!open) return;
  const tried = outcome(second, attempt);
  patch(turn, {
    sim: { ...sim, card: { ...sim.card, second: tried.second }, secondPinGiven: tried.right },
  });
}

function outcome(
  second: SecondPin,
  attempt: SecondPinAttempt,
): { readonly right: boolean; readonly second: SecondPin } {
  const fresh = { pinTries: PIN_TRIES, pukTries: PUK_TRIES };
  if (attempt.kind === 'unblock') {
    return attempt.puk === second.puk
      ? { right: true, second: { ...second, ...fresh, pin: attempt.newPin } }
      : { right: false, second: { ...second, pukTries: second.pukTries - 1 } };
  }
  if (attempt.pin !== second.pin) {
    return { right: false, second: { ...second, pinTries: second.pinTries - 1 } };
  }
  const pin = attempt.kind === 'change' ? attempt.newPin : second.pin;
  return { right: true, second: { ...second, pin, pinTries: PIN_TRIES } };
}
