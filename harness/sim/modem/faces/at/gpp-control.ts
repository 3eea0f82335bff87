import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import { isAttached } from '../../state.ts';
import { freePlace } from '../../texts.ts';
import { cmeError, constant, ok, remembered } from './answer.ts';
import { csqOf, signalOf } from './gpp-radio.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 8.1, 8.9 and 8.15: what the equipment does, its indicators and its clock. */
export const gppControl: Family = {
  // A packet call is no call in this sense: ready.
  '+CPAS': { exec: constant('+CPAS: 0'), test: constant('+CPAS: (0,3,4)') },
  '+CIND': { read: indicators, test: indicatorHelp },
  '+CCLK': { read: clock, set: setClock, test: constant() },
  '+CTZU': remembered('+CTZU', 0, 1),
  '+CTZR': remembered('+CTZR', 0, 1),
};

/** As Qualcomm's firmware has them; there is neither a battery nor voice. */
const indicatorValues: readonly (readonly [name: string, highest: number, of: (at: AtCall) => number])[] = [
  ['battchg', 5, () => 0],
  ['signal', 5, signalBars],
  ['service', 1, ({ runtime }) => (runtime.state.registration.phase === 'registered' ? 1 : 0)],
  ['call', 1, () => 0],
  ['roam', 1, ({ runtime }) => (runtime.state.registration.packet === 'roaming' ? 1 : 0)],
  [
    'smsfull',
    1,
    ({ runtime: { state } }) => (state.sim.card && freePlace(state, 'sim') === undefined ? 1 : 0),
  ],
  ['GPRS coverage', 1, ({ runtime }) => (isAttached(runtime.state) ? 1 : 0)],
  ['callsetup', 3, () => 0],
];

const HIGHEST_CSQ = 31;

function signalBars(at: AtCall): number {
  const csq = csqOf(signalOf(at));
  return csq > HIGHEST_CSQ ? 0 : Math.ceil((csq * 5) / HIGHEST_CSQ);
}

function indicators(at: AtCall): AtAnswer {
  return ok(`+CIND: ${indicatorValues.map(([, , of]) => of(at)).join(',')}`);
}

function indicatorHelp(): AtAnswer {
  return ok(`+CIND: ${indicatorValues.map(([name, highest]) => `("${name}",(0-${highest}))`).join(',')}`);
}

/** `26/01/05,08:00:00+00`: the zone in quarters of an hour; the emulated network is in UTC. */
export function clockText(time: Date): string {
  const parts = [time.getUTCFullYear() % 100, time.getUTCMonth() + 1, time.getUTCDate()];
  const hours = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()];
  return `${parts.map(twoDigits).join('/')},${hours.map(twoDigits).join(':')}+00`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

function clock({ runtime, wall }: AtCall): AtAnswer {
  return ok(`+CCLK: "${clockText(new Date(wall().getTime() + runtime.state.stored.clockOffset))}"`);
}

const CLOCK = /^(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?$/;
const QUARTER_HOUR_MS = 900_000;

function setClock({ runtime, wall }: AtCall, values: readonly AtValue[]): AtAnswer {
  const [all, ...parts] = CLOCK.exec(values[0]?.text ?? '') ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0] = parts.map((part) =>
    Number(part || 0),
  );
  const local = Date.UTC(2_000 + year, month - 1, day, hour, minute, second);
  // A day or an hour that does not exist comes back as another one.
  const exists = clockText(new Date(local)).startsWith((all ?? '').slice(0, 17));
  if (all === undefined || !exists || values.length > 1) return cmeError(cme.incorrectParameters);
  const clockOffset = local - zone * QUARTER_HOUR_MS - wall().getTime();
  runtime.input({ kind: 'store', change: { clockOffset } });
  return ok();
}
