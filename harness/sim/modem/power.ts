import { adoptComposition } from './composition.ts';
import { restartRadio } from './radio.ts';
import { restartRegistration } from './registration.ts';
import { forgetCard, readCard } from './sim-slot.ts';
import type { Power } from './state.ts';
import { arm, cancel, indicate, patch, type Turn } from './turn.ts';

export function powerOn(turn: Turn): void {
  if (turn.state.power.phase !== 'off') return;
  patch(turn, { resets: 0 });
  boot(turn, 'on');
}

export function powerOff(turn: Turn): void {
  if (turn.state.power.phase === 'off') return;
  leaveUsb(turn);
  setPower(turn, { phase: 'off', next: 'on' });
  quiesce(turn);
}

/** A restart by command: the answer gets out of the port before the port vanishes. */
export function reset(turn: Turn, into: Power['next']): void {
  const { phase } = turn.state.power;
  if (phase !== 'on' && phase !== 'boot-hold') return;
  setPower(turn, { phase, next: into });
  arm(turn, 'restart', turn.state.traits.restartMs);
}

export function restart(turn: Turn): void {
  const { phase, next } = turn.state.power;
  if (phase !== 'on' && phase !== 'boot-hold') return;
  leaveUsb(turn);
  startAnew(turn, next);
}

function startAnew(turn: Turn, into: Power['next']): void {
  patch(turn, { resets: turn.state.resets + 1 });
  boot(turn, into);
  quiesce(turn);
}

/** The firmware dies: nothing more gets out, and it starts anew, or stays in its boot loader. */
export function crash(turn: Turn, into: Power['next']): void {
  if (turn.state.power.phase !== 'on') return;
  turn.effects.push({ kind: 'vanish' });
  startAnew(turn, into);
}

/**
 * The transmitter started in this turn on a supply that can't carry it: the modem resets. What it had begun is taken
 * back by whoever settles registration and bearers next.
 */
export function brownOut(turn: Turn): boolean {
  const { environment, traits } = turn.state;
  if (environment.sagMillivolts === 0 || turn.state.power.phase !== 'on') return false;
  if (environment.millivolts - environment.sagMillivolts >= traits.millivoltLimits[0]) return false;
  if (!turn.effects.some(({ kind }) => kind === 'register' || kind === 'activate')) return false;
  crash(turn, 'on');
  indicate(turn, { kind: 'brownOut' });
  return true;
}

/** Off by command: only the supply brings it back. */
export function shutDown(turn: Turn): void {
  if (turn.state.power.phase === 'on') arm(turn, 'shutdown', turn.state.traits.restartMs);
}

export function shutDownNow(turn: Turn): void {
  if (turn.state.power.phase !== 'on') return;
  leaveUsb(turn);
  setPower(turn, { phase: 'shut-down', next: 'on' });
  quiesce(turn);
}

function boot(turn: Turn, next: Power['next']): void {
  setPower(turn, { phase: 'booting', next });
  arm(turn, 'boot', turn.state.traits.bootMs);
}

/** The firmware, or the boot loader, is up. */
export function booted(turn: Turn): void {
  const { phase, next } = turn.state.power;
  if (phase !== 'booting') return;
  setPower(turn, { phase: next, next: 'on' });
  if (next === 'boot-hold') {
    turn.effects.push({ kind: 'enumerate', as: 'boot-loader' });
    return;
  }
  patch(turn, { bootedAt: turn.now });
  adoptComposition(turn);
  restartRadio(turn);
  restartRegistration(turn);
  turn.effects.push({ kind: 'enumerate', as: 'application' });
  indicate(turn, { kind: 'started' });
  readCard(turn);
}

function leaveUsb(turn: Turn): void {
  const { phase } = turn.state.power;
  if (phase === 'on') indicate(turn, { kind: 'stopping' });
  if (phase === 'on' || phase === 'boot-hold') turn.effects.push({ kind: 'vanish' });
}

// Registration and bearers end by themselves once the power is not on.
function quiesce(turn: Turn): void {
  for (const name of ['restart', 'shutdown'] as const) cancel(turn, name);
  if (turn.state.power.phase !== 'booting') cancel(turn, 'boot');
  forgetCard(turn);
}

function setPower(turn: Turn, power: Power): void {
  patch(turn, { power });
}
