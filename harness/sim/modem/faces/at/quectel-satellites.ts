import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { LocationSettings } from '../../stored.ts';
import { AT_SESSION, sentenceNamed, STARTS_BY_ITSELF } from '../../satellites.ts';
import { cmeError, constant, error, integerIn, ok } from './answer.ts';
import { itemCommand, kept, keptValue, type Item } from './quectel-items.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** Quectel's own error codes (EC25 GNSS AT commands manual, chapter 3). */
const ALREADY_ACTIVE = 504;
const NO_SESSION = 505;
const NOT_FIXED = 516;

const ports = ['none', 'usbnmea', 'uartdebug'];
const SENTENCES_ON_ASKING = 'nmeasrc';
const xtra = kept('xtra', 0, 1);

const items: Readonly<Record<string, Item>> = {
  outport: {
    read: ({ runtime }) => (runtime.state.stored.location.nmeaPort ? '"usbnmea"' : '"none"'),
    set: (at, values) => {
      const port = values[0]?.text.toLowerCase() ?? '';
      // The debug port is no function of USB: nothing is seen there.
      return ports.includes(port)
        ? change(at, { nmeaPort: port === 'usbnmea' })
        : cmeError(cme.incorrectParameters);
    },
    help: `(${ports.map((port) => `"${port}"`).join(',')})`,
  },
  [SENTENCES_ON_ASKING]: kept(SENTENCES_ON_ASKING, 0, 1),
  gpsnmeatype: {
    read: ({ runtime }) => String(runtime.state.stored.location.nmeaTypes & 31),
    set: (at, values) => {
      const types = integerIn(values[0], 0, 31);
      return types === undefined ? cmeError(cme.incorrectParameters) : change(at, { nmeaTypes: types });
    },
    help: '(0-31)',
  },
  glonassnmeatype: kept('glonassnmeatype', 0, 7),
  galileonmeatype: kept('galileonmeatype', 0, 1),
  beidounmeatype: kept('beidounmeatype', 0, 3),
  gsvextnmeatype: kept('gsvextnmeatype', 0, 1),
  gnssconfig: kept('gnssconfig', 1, 6),
  odpcontrol: kept('odpcontrol', 0, 2),
  dpoenable: kept('dpoenable', 1, 2),
  autogps: kept(STARTS_BY_ITSELF, 0, 1),
};

function change({ runtime }: AtCall, to: Partial<LocationSettings>): AtAnswer {
  const { location: before } = runtime.state.stored;
  runtime.input({ kind: 'store', change: { location: { ...before, ...to } } });
  return ok();
}

/** AT+QGPS…: the receiver under a sky without satellites. */
export const quectelSatellites: Family = {
  '+QGPS': {
    read: (at) => ok(`+QGPS: ${at.satellites.since(AT_SESSION) ? 1 : 0}`),
    test: constant('+QGPS: (1-4),(1-255),(1-1000),(0-1000),(1-65535)'),
    set: start,
  },
  '+QGPSEND': {
    exec: (at) => (at.satellites.end(AT_SESSION) ? ok() : cmeError(NO_SESSION)),
    test: constant(),
  },
  '+QGPSLOC': {
    read: location,
    set: (at, values) =>
      integerIn(values[0], 0, 2) === undefined ? cmeError(cme.incorrectParameters) : location(at),
    test: constant('+QGPSLOC: (0-2)'),
  },
  '+QGPSGNMEA': { set: sentence, test: constant('+QGPSGNMEA: ("GGA","RMC","GSV","GSA","VTG")') },
  '+QGPSCFG': itemCommand('+QGPSCFG', items),
  '+QGPSXTRA': {
    read: (at) => ok(`+QGPSXTRA: ${xtra.read(at)}`),
    test: constant('+QGPSXTRA: (0,1)'),
    set: xtra.set,
  },
  // None was ever given: valid for no minutes, from the epoch of GPS in the time zone of the firmware's makers.
  '+QGPSXTRADATA': { read: constant('+QGPSXTRADATA: 0,"1980/01/05,19:00:00"') },
};

const limits: readonly (readonly [low: number, high: number])[] = [
  [1, 4],
  [1, 255],
  [1, 1_000],
  [0, 1_000],
  [1, 65_535],
];

/** Mode, and what is to be looked for how long: all of it looks here until it is ended. */
function start(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const isRight =
    values.length > 0 &&
    values.length <= limits.length &&
    values.every((value, place) => integerIn(value, ...(limits[place] ?? [0, 0])) !== undefined);
  if (!isRight) return cmeError(cme.incorrectParameters);
  return at.satellites.begin(AT_SESSION) ? ok() : cmeError(ALREADY_ACTIVE);
}

function location({ satellites }: AtCall): AtAnswer {
  return cmeError(satellites.since(AT_SESSION) ? NOT_FIXED : NO_SESSION);
}

function sentence({ runtime, satellites }: AtCall, values: readonly AtValue[]): AtAnswer {
  const text = values.length === 1 ? sentenceNamed(values[0]?.text.toUpperCase() ?? '') : undefined;
  if (text === undefined) return cmeError(cme.incorrectParameters);
  if (keptValue(runtime.state, SENTENCES_ON_ASKING, 0) === 0) return error;
  return satellites.since(AT_SESSION) ? ok(`+QGPSGNMEA: ${text}`) : cmeError(NO_SESSION);
}
