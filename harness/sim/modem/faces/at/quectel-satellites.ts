import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { LocationSettings } from '../../stored.ts';
import { AT_SESSION, sentenceNamed } from '../../satellites.ts';
import { cmeError, constant, integerIn, ok } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** Quectel's own error codes (EC25 GNSS AT commands manual, chapter 3). */
const ALREADY_ACTIVE = 504;
const NO_SESSION = 505;
const NOT_FIXED = 516;

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
  '+QGPSCFG': {
    set: configure,
    test: constant('+QGPSCFG: "outport",("none","usbnmea","uartdebug")', '+QGPSCFG: "gpsnmeatype",(0-31)'),
  },
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

function sentence({ satellites }: AtCall, values: readonly AtValue[]): AtAnswer {
  const text = values.length === 1 ? sentenceNamed(values[0]?.text.toUpperCase() ?? '') : undefined;
  if (text === undefined) return cmeError(cme.incorrectParameters);
  return satellites.since(AT_SESSION) ? ok(`+QGPSGNMEA: ${text}`) : cmeError(NO_SESSION);
}

/** `"outport"` asks, `"outport","none"` sets. */
function configure(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [name, value] = values.map(({ text }) => text.toLowerCase());
  const { location: settings } = at.runtime.state.stored;
  const change = (to: Partial<LocationSettings>): AtAnswer => {
    at.runtime.input({ kind: 'store', change: { location: { ...settings, ...to } } });
    return ok();
  };
  if (values.length > 2) return cmeError(cme.incorrectParameters);
  if (name === 'outport') {
    if (value === undefined) return ok(`+QGPSCFG: "outport","${settings.nmeaPort ? 'usbnmea' : 'none'}"`);
    // The debug port is no function of USB: nothing is seen there.
    const isPort = ['none', 'usbnmea', 'uartdebug'].includes(value);
    return isPort ? change({ nmeaPort: value === 'usbnmea' }) : cmeError(cme.incorrectParameters);
  }
  if (name !== 'gpsnmeatype') return cmeError(cme.incorrectParameters);
  if (value === undefined) return ok(`+QGPSCFG: "gpsnmeatype",${settings.nmeaTypes & 31}`);
  const types = integerIn(values[1], 0, 31);
  return types === undefined ? cmeError(cme.incorrectParameters) : change({ nmeaTypes: types });
}
