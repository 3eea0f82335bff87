import type { AtValue } from '../../../../protocols/at/command.ts';
import { AT_SESSION } from '../../satellites.ts';
import { constant, error, ok } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** Sierra's error codes of positioning (AT command reference, table "GPS error codes"). */
const NO_SESSION = 12;
const ALREADY_ACTIVE = 13;

/** AT!GPS…: the receiver under a sky without satellites. Replies as in Sierra's references, and as users posted them. */
export const sierraSatellites: Family = {
  '!GPSTRACK': {
    set: track,
    test: constant('!GPSTRACK: <fixtype>,<maxtime>,<maxdist>,<fixcount>,<fixrate>'),
  },
  '!GPSEND': {
    set: (at, values) => {
      if (values[0]?.text !== '0' || values.length > 2) return error;
      return at.satellites.end(AT_SESSION) ? ok() : failed(NO_SESSION);
    },
  },
  '!GPSSTATUS': { read: status },
  '!GPSLOC': { read: constant('Not Available') },
  '!GPSSATINFO': { read: constant('NO_SAT_INFO') },
};

/** Lowest and highest of fix type, seconds, metres, fixes and seconds between them. */
const limits: readonly (readonly [low: number, high: number])[] = [
  [1, 3],
  [0, 255],
  [0, 4_294_967_280],
  [1, 1_000],
  [1, 1_799_999],
];

function track(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const isRight =
    values.length === limits.length &&
    limits.every(([low, high], place) => {
      const text = values[place]?.text ?? '';
      return /^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high;
    });
  if (!isRight) return error;
  return at.satellites.begin(AT_SESSION) ? ok() : failed(ALREADY_ACTIVE);
}

function failed(code: number): AtAnswer {
  return ok(`ERROR CODE = ${code}`);
}

function status(at: AtCall): AtAnswer {
  const now = timeText(at.wall());
  const since = at.satellites.since(AT_SESSION);
  return ok(
    `Current time: ${now}`,
    '',
    `${now} Last Fix Status    = NONE`,
    since ? `${timeText(since)} Fix Session Status = ACTIVE` : `${now} Fix Session Status = NONE`,
    '',
    'TTFF (sec) = No TTFF available',
  );
}

/** `2007 01 06 5 00:25:01`: the weekday counts from Monday, 0. */
function timeText(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split(/[T.]/);
  return `${date.replaceAll('-', ' ')} ${(time.getUTCDay() + 6) % 7} ${clock}`;
}
