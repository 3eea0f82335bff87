import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { CardState } from '../../sim-card.ts';
import { cmeError, constant, ok, simObstacle, withSim } from './answer.ts';
import type { AtAnswer, AtCall, CommandSpec, Family } from './wire.ts';

/** TS 27.007 8.3 and 7: the card and its PIN. */
export const gppSim: Family = {
  '+CPIN': { read: readPin, set: enterPin, test: constant() },
  '+CPINR': { exec: remainingTries, test: constant(), set: remainingTries },
  '+CLCK': { set: facilityLock, test: constant('+CLCK: ("SC")') },
  '+CPWD': { set: changePassword, test: constant('+CPWD: ("SC",8),("P2",8)') },
  '+CIMI': cardValue((card) => [card.imsi]),
  '+CCID': cardValue((card) => [`+CCID: ${card.iccid}`]),
  '+CNUM': cardValue((card) => (card.msisdn ? [`+CNUM: ,"${card.msisdn}",145`] : [])),
};

/** A command that reads the card, with or without a question mark: firmware takes both. */
export function cardValue(lines: (card: CardState) => readonly string[]): CommandSpec {
  const read = (at: AtCall): AtAnswer =>
    withSim(at, () => {
      const { card } = at.runtime.state.sim;
      return card ? ok(...lines(card)) : cmeError(cme.simNotInserted);
    });
  return { exec: read, read, test: constant() };
}

function readPin({ runtime }: AtCall): AtAnswer {
  const { state } = runtime.state.sim;
  if (state === 'ready') return ok('+CPIN: READY');
  if (state === 'pin') return ok('+CPIN: SIM PIN');
  if (state === 'puk') return ok('+CPIN: SIM PUK');
  return cmeError(simObstacle(runtime.state) ?? cme.simFailure);
}

function enterPin({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const [first, second] = values.map(({ text }) => text);
  const { state } = runtime.state.sim;
  if (!first || values.length > 2) return cmeError(cme.incorrectParameters);
  if (state === 'pin' && second === undefined) runtime.input({ kind: 'enterPin', pin: first });
  else if (state === 'puk' && second !== undefined) {
    runtime.input({ kind: 'enterPuk', puk: first, newPin: second });
  } else return cmeError(simObstacle(runtime.state) ?? cme.notAllowed);
  return afterAttempt(runtime.state.sim.state, state);
}

function afterAttempt(now: string, before: string): AtAnswer {
  if (now === 'ready') return ok();
  if (now === 'failed') return cmeError(cme.simFailure);
  return cmeError(now === 'puk' && before === 'pin' ? cme.simPukRequired : cme.incorrectPassword);
}

function remainingTries(at: AtCall): AtAnswer {
  const { card } = at.runtime.state.sim;
  if (!card) return cmeError(simObstacle(at.runtime.state) ?? cme.simFailure);
  const { second } = card;
  return ok(
    `+CPINR: SIM PIN,${card.pinTries},3`,
    `+CPINR: SIM PUK,${card.pukTries},10`,
    `+CPINR: SIM PIN2,${second.pinTries},3`,
    `+CPINR: SIM PUK2,${second.pukTries},10`,
  );
}

/** +CLCK="SC",mode[,"pin"]: 0 unlock, 1 lock, 2 query (TS 27.007 7.4). */
function facilityLock(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [facility, mode, pin] = values.map(({ text }) => text);
  if (facility?.toUpperCase() !== 'SC' || !/^[012]$/.test(mode ?? '')) {
    return cmeError(cme.incorrectParameters);
  }
  return withSim(at, () => {
    const enabled = mode === '1';
    if (mode === '2') return ok(`+CLCK: ${at.runtime.state.sim.card?.pinEnabled ? 1 : 0}`);
    if (!pin) return cmeError(cme.incorrectParameters);
    at.runtime.input({ kind: 'setPinLock', enabled, pin });
    const { card } = at.runtime.state.sim;
    return card?.pin === pin ? ok() : passwordError(at);
  });
}

function changePassword(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [facility, pin, newPin] = values.map(({ text }) => text);
  const which = facility?.toUpperCase();
  if ((which !== 'SC' && which !== 'P2') || !pin || !newPin || !/^\d{4,8}$/.test(newPin)) {
    return cmeError(cme.incorrectParameters);
  }
  if (which === 'P2') return withSim(at, () => changeSecondPin(at, pin, newPin));
  return withSim(at, () => {
    const before = at.runtime.state.sim.card;
    if (!before?.pinEnabled) return cmeError(cme.notAllowed);
    at.runtime.input({ kind: 'changePin', pin, newPin });
    return before.pin === pin ? ok() : passwordError(at);
  });
}

function changeSecondPin({ runtime }: AtCall, pin: string, newPin: string): AtAnswer {
  if (runtime.state.sim.card?.second.pinTries === 0) return cmeError(cme.simPuk2Required);
  runtime.input({ kind: 'trySecondPin', attempt: { kind: 'change', pin, newPin } });
  const { card, secondPinGiven } = runtime.state.sim;
  if (secondPinGiven) return ok();
  return cmeError(card?.second.pinTries === 0 ? cme.simPuk2Required : cme.incorrectPassword);
}

function passwordError(at: AtCall): AtAnswer {
  return cmeError(at.runtime.state.sim.state === 'puk' ? cme.simPukRequired : cme.incorrectPassword);
}
