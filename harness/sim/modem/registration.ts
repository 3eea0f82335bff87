import type { Registration } from '../../rig/modem.ts';
import type { Cell, RegistrationAnswer } from '../network/network.ts';
import { isRadioOn, type ModemState, type RegistrationPart } from './state.ts';
import { arm, cancel, indicate, patch, type Turn } from './turn.ts';

// TS 24.301 5.5.1.2.5: after these causes the card is invalid until it is taken out or the modem is switched off.
const PERMANENT_CAUSES: ReadonlySet<number> = new Set([3, 6, 7, 8]);
/** T3402, TS 24.301 table 10.2.1. */
const RETRY_AFTER_DENIAL_MS = 720_000;

/** Draws the conclusions from everything else: searches, asks, gives up. Called at the end of every step. */
export function settleRegistration(turn: Turn): void {
  const { selection, phase } = turn.state.registration;
  const wanted = isRadioOn(turn.state) && selection !== 'none';
  if (!wanted) {
    if (phase !== 'off') goIdle(turn);
    return;
  }
  if (phase === 'off') scan(turn);
  else if (phase === 'scanning' || phase === 'waiting') settleSearch(turn);
  else if (!isSimReady(turn.state)) {
    if (phase !== 'camped') camp(turn);
  } else if (phase === 'camped') ask(turn);
}

/** The card became usable, or stopped being so, in the midst of a search. */
function settleSearch(turn: Turn): void {
  const status = searching(turn.state);
  const { circuit, phase } = turn.state.registration;
  if (circuit === status) return;
  update(turn, both(status));
  if (status === 'searching' && phase === 'waiting') scan(turn);
}

function isSimReady(state: ModemState): boolean {
  return state.sim.state === 'ready' && state.sim.card !== undefined;
}

/** Everything ends: the radio went off, or the user deregistered. */
function goIdle(turn: Turn): void {
  cancel(turn, 'rescan');
  update(turn, { phase: 'off', cell: undefined, emmCause: undefined, ...both('idle') });
}

/** Starts over; what was known of the network is forgotten. */
export function scan(turn: Turn): void {
  cancel(turn, 'rescan');
  const attempt = turn.state.registration.attempt + 1;
  update(turn, { phase: 'scanning', attempt, cell: undefined, ...both(searching(turn.state)) });
  turn.effects.push({ kind: 'scan', attempt, afterMs: turn.state.traits.scanMs });
}

// A modem without a usable card does not search for a network to register with.
function searching(state: ModemState): Registration {
  return isSimReady(state) ? 'searching' : 'idle';
}

/** The scan is over. Without a cell the network is asked all the same: it decides what the modem may find. */
export function scanned(turn: Turn, attempt: number, cell: Cell | undefined): void {
  const { registration } = turn.state;
  if (registration.phase !== 'scanning' || registration.attempt !== attempt) return;
  const usable = cell && suits(turn.state, cell) ? cell : undefined;
  update(turn, { cell: usable });
  if (cell && !usable) wait(turn);
  else if (isSimReady(turn.state)) ask(turn);
  else if (usable) camp(turn);
  else wait(turn);
}

/** Do access technology, bands and the chosen network allow this cell? Cells are LTE. */
function suits(state: ModemState, cell: Cell): boolean {
  const { access, lteBands } = state.radio;
  const { selection, plmn } = state.registration;
  const inBand = ((lteBands >> BigInt(cell.band - 1)) & 1n) === 1n;
  return access !== 'umts' && inBand && (selection !== 'manual' || plmn === cell.mcc + cell.mnc);
}

function camp(turn: Turn): void {
  cancel(turn, 'rescan');
  update(turn, { phase: 'camped', ...both('idle') });
}

function ask(turn: Turn): void {
  const attempt = turn.state.registration.attempt + 1;
  update(turn, { phase: 'asking', attempt, ...both('searching') });
  turn.effects.push({ kind: 'register', attempt, imsi: turn.state.sim.card?.imsi ?? '' });
}

function wait(turn: Turn): void {
  update(turn, { phase: 'waiting', ...both(searching(turn.state)) });
  arm(turn, 'rescan', turn.state.traits.rescanMs);
}

export function registrationAnswered(turn: Turn, attempt: number, answer: RegistrationAnswer): void {
  const { registration } = turn.state;
  if (registration.phase !== 'asking' || registration.attempt !== attempt) return;
  if (answer.state === 'searching') wait(turn);
  else if (answer.state === 'denied') deny(turn, answer.emmCause);
  else {
    const packet = registration.wantsAttach ? answer.state : 'idle';
    const circuit = turn.state.sim.card?.dataOnly ? 'denied' : answer.state;
    update(turn, { phase: 'registered', circuit, packet, emmCause: undefined });
  }
}

function deny(turn: Turn, emmCause: number): void {
  update(turn, { phase: 'denied', emmCause, ...both('denied') });
  if (!PERMANENT_CAUSES.has(emmCause)) arm(turn, 'rescan', RETRY_AFTER_DENIAL_MS);
}

/** As if the request for this registration had been refused. */
export function networkDetached(turn: Turn, emmCause: number): void {
  if (turn.state.registration.phase === 'registered') deny(turn, emmCause);
}

export function cellLost(turn: Turn): void {
  if (turn.state.registration.phase === 'off') return;
  update(turn, { cell: undefined, attempt: turn.state.registration.attempt + 1 });
  wait(turn);
}

export function rescan(turn: Turn): void {
  const { phase } = turn.state.registration;
  if (phase === 'waiting' || phase === 'denied') scan(turn);
}

/** After a change of band, access technology or network: starts over if the modem looks for service at all. */
export function searchAnew(turn: Turn): void {
  if (turn.state.registration.phase !== 'off') scan(turn);
}

export function selectNetwork(
  turn: Turn,
  selection: RegistrationPart['selection'],
  plmn: string | undefined,
): void {
  const before = turn.state.registration;
  update(turn, { selection, plmn });
  if (selection !== 'none' && (before.selection !== selection || before.plmn !== plmn)) searchAnew(turn);
}

/** AT+CGATT=1: the packet domain only; an LTE modem attaches by registering anew. */
export function attach(turn: Turn): void {
  if (turn.state.registration.wantsAttach) return;
  update(turn, { wantsAttach: true });
  if (turn.state.registration.phase === 'registered') ask(turn);
}

export function detach(turn: Turn): void {
  update(turn, { wantsAttach: false });
  if (turn.state.registration.phase === 'registered') update(turn, { packet: 'idle' });
}

/** What a start forgets. */
export function restartRegistration(turn: Turn): void {
  update(turn, { selection: 'automatic', plmn: undefined, wantsAttach: true });
}

function both(status: Registration): Pick<RegistrationPart, 'circuit' | 'packet'> {
  return { circuit: status, packet: status };
}

function update(turn: Turn, change: Partial<RegistrationPart>): void {
  const before = turn.state.registration;
  const registration = { ...before, ...change };
  patch(turn, { registration });
  const circuit = registration.circuit !== before.circuit;
  const packet = registration.packet !== before.packet;
  if (circuit || packet) indicate(turn, { kind: 'registration', circuit, packet });
}
