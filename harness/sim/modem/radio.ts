import type { Environment, Functionality, Radio, Voters } from './state.ts';
import { indicate, patch, type Turn } from './turn.ts';

/** AT+CFUN: 0 minimum, 1 full, 4 transceiver off (TS 27.007 8.2). */
export function setFunctionality(turn: Turn, level: Functionality, persists: boolean): void {
  const changed = turn.state.radio.functionality !== level;
  setRadio(turn, { functionality: level, lowPowerPersists: persists });
  if (changed) indicate(turn, { kind: 'functionality' });
}

/** A start sets full functionality, unless low power was to stay, and asks for FCC authentication anew where the modem is locked. */
export function restartRadio(turn: Turn): void {
  setRadio(turn, { functionality: turn.state.radio.lowPowerPersists ? 4 : 1 });
  vote(turn, { bios: turn.state.traits.fccLocked });
}

/** FCC authentication was given: it holds until the next restart. */
export function authenticateFcc(turn: Turn): void {
  vote(turn, { bios: false });
}

export function setWDisablePin(turn: Turn, asserted: boolean): void {
  setRadio(turn, { wDisablePin: asserted });
  weighPin(turn);
}

/** AT!PCOFFEN=2. */
export function ignoreWDisable(turn: Turn, ignore: boolean): void {
  setRadio(turn, { ignoreWDisable: ignore });
  weighPin(turn);
}

function weighPin(turn: Turn): void {
  const { wDisablePin, ignoreWDisable } = turn.state.radio;
  vote(turn, { wDisable: wDisablePin && !ignoreWDisable });
}

export function setEnvironment(turn: Turn, change: Partial<Environment>): void {
  const environment = { ...turn.state.environment, ...change };
  const { maxTemperatureC, millivoltLimits } = turn.state.traits;
  patch(turn, { environment });
  vote(turn, {
    temperature: environment.temperatureC > maxTemperatureC,
    voltage: environment.millivolts < millivoltLimits[0] || environment.millivolts > millivoltLimits[1],
  });
}

function vote(turn: Turn, change: Partial<Voters>): void {
  setRadio(turn, { voters: { ...turn.state.radio.voters, ...change } });
}

export function setRadio(turn: Turn, change: Partial<Radio>): void {
  patch(turn, { radio: { ...turn.state.radio, ...change } });
}
