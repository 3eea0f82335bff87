import { centreNumber } from '../network/text-centre.ts';
import type { CardState, PreferredNetwork, SimCard } from './sim-card.ts';
import { arm, cancel, indicate, patch, type Turn } from './turn.ts';

// TS 11.11 / TS 31.101 6.4: three tries for the PIN, ten for the PUK.
export const PIN_TRIES = 3;
export const PUK_TRIES = 10;

/** A card as it comes out of its wrapping; one that has been in use keeps its counters. */
export function cardState(card: SimCard | CardState): CardState {
  if ('pinTries' in card) return card;
  return {
    ...card,
    pin: card.pin ?? '0000',
    puk: card.puk ?? '12345678',
    pinEnabled: card.pin !== undefined,
    pinTries: PIN_TRIES,
    pukTries: PUK_TRIES,
    second: { pin: '0000', puk: '12345678', pinTries: PIN_TRIES, pukTries: PUK_TRIES },
    preferredNetworks: [],
    phonebook: [],
    texts: [],
    textCentre: card.textCentre ?? centreNumber,
  };
}

/** The firmware starts to read the card. */
export function readCard(turn: Turn): void {
  const { sim, traits } = turn.state;
  setSim(turn, { state: sim.card ? 'busy' : 'absent', powered: true });
  arm(turn, 'sim', traits.simReadMs);
}

/** The card has answered, or there is none. */
export function cardAnswered(turn: Turn): void {
  const { card } = turn.state.sim;
  setSim(turn, { state: card ? stateAfterReset(card) : 'absent', secondPinGiven: false });
  indicate(turn, { kind: 'sim' });
  if (card) arm(turn, 'phonebook', turn.state.traits.phonebookMs);
}

export function forgetCard(turn: Turn): void {
  cancel(turn, 'sim');
  cancel(turn, 'phonebook');
  setSim(turn, { state: turn.state.sim.card ? 'busy' : 'absent' });
}

function stateAfterReset(card: CardState): 'ready' | 'pin' | 'puk' | 'failed' {
  if (card.pukTries === 0) return 'failed';
  if (card.pinTries === 0) return 'puk';
  return card.pinEnabled ? 'pin' : 'ready';
}

export function insertCard(turn: Turn, card: SimCard): void {
  const { power, traits } = turn.state;
  setSim(turn, { card: cardState(card), state: 'busy', powered: true });
  if (power.phase !== 'on') return;
  if (traits.hotSwap) {
    arm(turn, 'sim', traits.simReadMs);
    return;
  }
  // The reader was given up at start-up: the card is seen but never initialised (fault F41).
  cancel(turn, 'sim');
  setSim(turn, { state: 'failed' });
  indicate(turn, { kind: 'sim' });
}

export function removeCard(turn: Turn): void {
  const was = turn.state.sim.state;
  cancel(turn, 'sim');
  cancel(turn, 'phonebook');
  setSim(turn, { card: undefined, state: 'absent' });
  if (turn.state.power.phase === 'on' && was !== 'absent') indicate(turn, { kind: 'sim' });
}

/** Takes the card's supply away, or gives it back: then the card is read as after a start. */
export function powerCard(turn: Turn, on: boolean): void {
  const { card, powered } = turn.state.sim;
  if (on === powered) return;
  cancel(turn, 'sim');
  cancel(turn, 'phonebook');
  setSim(turn, { powered: on, state: on && card ? 'busy' : 'absent' });
  indicate(turn, { kind: 'sim' });
  if (on) arm(turn, 'sim', turn.state.traits.simReadMs);
}

/** The card stays powered; without its application it only counts as there. */
export function provision(turn: Turn, active: boolean): void {
  const { card, powered, state } = turn.state.sim;
  if (!card || !powered || state === 'failed') return;
  if (active && state === 'busy') arm(turn, 'sim', turn.state.traits.simReadMs);
  if (active || state === 'busy') return;
  cancel(turn, 'phonebook');
  setSim(turn, { state: 'busy' });
  indicate(turn, { kind: 'sim' });
}

export function preferNetworks(turn: Turn, networks: readonly PreferredNetwork[]): void {
  if (turn.state.sim.state === 'ready') setCard(turn, { preferredNetworks: networks });
}

export function enterPin(turn: Turn, pin: string): void {
  if (turn.state.sim.state !== 'pin') return;
  if (verifyPin(turn, pin)) become(turn, 'ready');
}

export function enterPuk(turn: Turn, puk: string, newPin: string): void {
  const { card, state } = turn.state.sim;
  if (!card || state !== 'puk') return;
  if (card.puk === puk && isPin(newPin)) {
    setCard(turn, { pin: newPin, pinEnabled: true, pinTries: PIN_TRIES, pukTries: PUK_TRIES });
    become(turn, 'ready');
    return;
  }
  setCard(turn, { pukTries: card.pukTries - 1 });
  if (card.pukTries === 1) become(turn, 'failed');
}

/** +CLCK="SC": whether the card asks for its PIN from the next start on. */
export function setPinLock(turn: Turn, enabled: boolean, pin: string): void {
  if (turn.state.sim.state === 'ready' && verifyPin(turn, pin)) setCard(turn, { pinEnabled: enabled });
}

export function changePin(turn: Turn, pin: string, newPin: string): void {
  const { card, state } = turn.state.sim;
  if (state !== 'ready' || !card?.pinEnabled || !isPin(newPin)) return;
  if (verifyPin(turn, pin)) setCard(turn, { pin: newPin });
}

/** TS 31.101 9.5.1: four to eight digits. */
function isPin(pin: string): boolean {
  return /^\d{4,8}$/.test(pin);
}

function verifyPin(turn: Turn, pin: string): boolean {
  const { card } = turn.state.sim;
  if (!card) return false;
  const right = card.pin === pin;
  setCard(turn, { pinTries: right ? PIN_TRIES : card.pinTries - 1 });
  if (!right && card.pinTries === 1) become(turn, 'puk');
  return right;
}

function become(turn: Turn, state: 'ready' | 'puk' | 'failed'): void {
  setSim(turn, { state });
  indicate(turn, { kind: 'sim' });
}

function setCard(turn: Turn, change: Partial<CardState>): void {
  const { card } = turn.state.sim;
  if (card) setSim(turn, { card: { ...card, ...change } });
}

function setSim(turn: Turn, change: Partial<Turn['state']['sim']>): void {
  patch(turn, { sim: { ...turn.state.sim, ...change } });
}
