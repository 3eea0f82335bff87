import type { Ms } from '../../core/units.ts';
import { trySecondPin } from './second-pin.ts';
import {
  activateContext,
  deactivateContext,
  defineContext,
  sessionGranted,
  sessionLost,
  settleBearers,
  undefineContext,
} from './bearers.ts';
import { setComposition } from './composition.ts';
import { dropContacts, writeContact } from './phonebook.ts';
import {
  booted,
  brownOut,
  crash,
  powerOff,
  powerOn,
  reset,
  restart,
  shutDown,
  shutDownNow,
} from './power.ts';
import {
  authenticateFcc,
  ignoreWDisable,
  setEnvironment,
  setFunctionality,
  setRadio,
  setWDisablePin,
} from './radio.ts';
import {
  attach,
  cellLost,
  detach,
  networkDetached,
  registrationAnswered,
  rescan,
  scanned,
  searchAnew,
  selectNetwork,
  settleRegistration,
} from './registration.ts';
import {
  cardAnswered,
  changePin,
  enterPin,
  enterPuk,
  insertCard,
  powerCard,
  preferNetworks,
  provision,
  removeCard,
  setPinLock,
} from './sim-slot.ts';
import type { ModemState } from './state.ts';
import { dropTexts, keepText, markText, setTextCentre, textDelivered } from './texts.ts';
import { indicate, patch, type Effect, type Input, type TimerName, type Turn } from './turn.ts';

export interface Step {
  readonly state: ModemState;
  readonly effects: readonly Effect[];
}

/**
 * What becomes of a modem when something happens to it. Pure: the same state, input and time give the same step. What
 * makes no sense now (a PIN without a card, an answer to an old question) changes nothing.
 */
export function step(state: ModemState, input: Input, now: Ms): Step {
  const turn: Turn = { state, now, effects: [] };
  apply(turn, input);
  settleRegistration(turn);
  settleBearers(turn);
  if (brownOut(turn)) {
    settleRegistration(turn);
    settleBearers(turn);
  }
  return { state: turn.state, effects: turn.effects };
}

type Handlers = { readonly [K in Input['kind']]: (turn: Turn, input: Extract<Input, { kind: K }>) => void };

const handlers: Handlers = {
  powerOn: (turn) => powerOn(turn),
  powerOff: (turn) => powerOff(turn),
  reset: (turn, { into }) => reset(turn, into ?? 'on'),
  shutDown: (turn) => shutDown(turn),
  crash: (turn, { into }) => crash(turn, into ?? 'on'),
  simInserted: (turn, { card }) => insertCard(turn, card),
  simRemoved: (turn) => removeCard(turn),
  enterPin: (turn, { pin }) => whileOn(turn, () => enterPin(turn, pin)),
  enterPuk: (turn, { puk, newPin }) => whileOn(turn, () => enterPuk(turn, puk, newPin)),
  setPinLock: (turn, { enabled, pin }) => whileOn(turn, () => setPinLock(turn, enabled, pin)),
  changePin: (turn, { pin, newPin }) => whileOn(turn, () => changePin(turn, pin, newPin)),
  trySecondPin: (turn, { attempt }) => whileOn(turn, () => trySecondPin(turn, attempt)),
  simPower: (turn, { on }) => whileOn(turn, () => powerCard(turn, on)),
  provision: (turn, { active }) => whileOn(turn, () => provision(turn, active)),
  preferNetworks: (turn, { networks }) => whileOn(turn, () => preferNetworks(turn, networks)),
  keepText: (turn, { storage, status, pdu }) => whileOn(turn, () => keepText(turn, storage, status, pdu)),
  markText: (turn, { storage, place, status }) => whileOn(turn, () => markText(turn, storage, place, status)),
  dropTexts: (turn, { storage, places }) => whileOn(turn, () => dropTexts(turn, storage, places)),
  writeContact: (turn, { contact }) => whileOn(turn, () => writeContact(turn, contact)),
  dropContacts: (turn, { places }) => whileOn(turn, () => dropContacts(turn, places)),
  setTextCentre: (turn, { number }) => whileOn(turn, () => setTextCentre(turn, number)),
  textDelivered: (turn, { pdu }) => textDelivered(turn, pdu),
  store: (turn, { change }) => patch(turn, { stored: { ...turn.state.stored, ...change } }),
  setFunctionality: (turn, { level, persists }) =>
    whileOn(turn, () => setFunctionality(turn, level, persists ?? false)),
  authenticateFcc: (turn) => whileOn(turn, () => authenticateFcc(turn)),
  setWDisablePin: (turn, { asserted }) => setWDisablePin(turn, asserted),
  ignoreWDisable: (turn, { ignore }) => whileOn(turn, () => ignoreWDisable(turn, ignore)),
  setRadioAccess: (turn, { access }) => whileOn(turn, () => retune(turn, { access })),
  setLteBands: (turn, { bands }) => whileOn(turn, () => retune(turn, { lteBands: bands })),
  environment: (turn, { environment }) => setEnvironment(turn, environment),
  selectNetwork: (turn, input) =>
    whileOn(turn, () =>
      selectNetwork(turn, input.selection, input.selection === 'manual' ? input.plmn : undefined),
    ),
  attach: (turn) => whileOn(turn, () => attach(turn)),
  detach: (turn) => whileOn(turn, () => detach(turn)),
  scanned: (turn, { attempt, cell }) => scanned(turn, attempt, cell),
  cellLost: (turn) => cellLost(turn),
  networkDetached: (turn, { emmCause }) => networkDetached(turn, emmCause),
  registrationAnswer: (turn, { attempt, answer }) => registrationAnswered(turn, attempt, answer),
  defineContext: (turn, { context }) => whileOn(turn, () => defineContext(turn, context)),
  undefineContext: (turn, { cid }) => whileOn(turn, () => undefineContext(turn, cid)),
  activateContext: (turn, input) => activateContext(turn, input.cid, input),
  deactivateContext: (turn, { cid }) => deactivateContext(turn, cid),
  sessionGranted,
  sessionRefused: (turn, { cid, attempt, cause }) => sessionLost(turn, cid, attempt, cause),
  sessionReleased: (turn, { cid, attempt, cause }) => sessionLost(turn, cid, attempt, cause),
  setComposition: (turn, { composition, type }) =>
    whileOn(turn, () => setComposition(turn, composition, type)),
  timer: (turn, { name }) => timers[name](turn),
};

const timers: Readonly<Record<TimerName, (turn: Turn) => void>> = {
  boot: booted,
  restart,
  shutdown: shutDownNow,
  sim: (turn) => {
    if (turn.state.power.phase === 'on') cardAnswered(turn);
  },
  phonebook: (turn) => indicate(turn, { kind: 'phonebook' }),
  rescan,
};

function apply<K extends Input['kind']>(turn: Turn, input: Extract<Input, { kind: K }>): void {
  const handle = handlers[input.kind] as (turn: Turn, input: Input) => void;
  handle(turn, input);
}

/** Commands reach only firmware that runs. */
function whileOn(turn: Turn, change: () => void): void {
  if (turn.state.power.phase === 'on') change();
}

function retune(turn: Turn, change: Parameters<typeof setRadio>[1]): void {
  setRadio(turn, change);
  searchAnew(turn);
}
