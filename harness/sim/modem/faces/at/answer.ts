import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { ModemState } from '../../state.ts';
import type { AtAnswer, AtCall, CommandSpec } from './wire.ts';

/** `OK`, after these lines. */
export function ok(...lines: readonly string[]): AtAnswer {
  return { lines, result: { kind: 'ok' } };
}

export const error: AtAnswer = { lines: [], result: { kind: 'error' } };

export const noCarrier: AtAnswer = { lines: [], result: { kind: 'no-carrier' } };

/** `+CME ERROR: …`, as +CMEE has it. */
export function cmeError(code: number): AtAnswer {
  return { lines: [], result: { kind: 'cme', code } };
}

/** A command that always says the same. */
export function constant(...lines: readonly string[]): () => AtAnswer {
  return () => ok(...lines);
}

/** A whole number within limits; undefined for anything else. */
export function integerIn(value: AtValue | undefined, low: number, high: number): number | undefined {
  if (!value || !/^\d{1,9}$/.test(value.text)) return undefined;
  const n = Number(value.text);
  return n >= low && n <= high ? n : undefined;
}

type NumericSetting = 'errorLevel' | 'creg' | 'cgreg' | 'cereg' | 'operatorFormat' | 'packetEvents';

/** A number of the port's own with read, test and set: `+CMEE: 1`, `+CMEE: (0-2)`. */
export function portSetting(name: string, key: NumericSetting, highest: number): CommandSpec {
  return {
    read: ({ wire }) => ok(`${name}: ${wire[key]}`),
    test: constant(`${name}: (0-${highest})`),
    set: ({ wire }, values) => {
      const n = integerIn(values[0], 0, highest);
      if (n === undefined || values.length > 1) return cmeError(cme.incorrectParameters);
      wire[key] = n;
      return ok();
    },
  };
}

/** A number that is only remembered: it has no effect on an emulated wire. */
export function remembered(name: string, factory: number, highest: number): CommandSpec {
  return {
    read: ({ wire }) => ok(`${name}: ${wire.others.get(name) ?? factory}`),
    test: constant(`${name}: (0-${highest})`),
    set: ({ wire }, values) => {
      const n = integerIn(values[0], 0, highest);
      if (n === undefined) return cmeError(cme.incorrectParameters);
      wire.others.set(name, n);
      return ok();
    },
  };
}

/** Why a command that needs the card can't be served now; undefined: the card is ready. */
export function simObstacle(state: ModemState): number | undefined {
  const codes = {
    ready: undefined,
    pin: cme.simPinRequired,
    puk: cme.simPukRequired,
    absent: cme.simNotInserted,
    busy: cme.simBusy,
    failed: cme.simFailure,
  };
  return codes[state.sim.state];
}

/** Runs `answer` with the card ready, or says what is the matter with it. */
export function withSim(at: AtCall, answer: () => AtAnswer): AtAnswer {
  const code = simObstacle(at.runtime.state);
  return code === undefined ? answer() : cmeError(code);
}

/** Upper-case hexadecimal of at least this many digits. */
export function hex(n: number | bigint, digits = 1): string {
  return n.toString(16).toUpperCase().padStart(digits, '0');
}
