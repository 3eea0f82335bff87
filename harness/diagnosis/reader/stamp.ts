import type { Ms } from '../../core/units.ts';
import type { TimeResolution } from '../log.ts';

/** A time stamp at the beginning of a line, and what follows it. */
export interface Stamp {
  readonly rest: string;
  readonly timeMs?: Ms;
  readonly timeResolution: TimeResolution;
  /** A host name may follow: RFC 3164 and journald have one, OpenWrt's logread has none. */
  readonly mayHaveHost: boolean;
  /** The name of a program may follow: syslog has it, dmesg and receivers that re-stamp have not. */
  readonly mayHaveTag: boolean;
}

const PLAIN = { mayHaveHost: false, mayHaveTag: false } as const;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// `Tue May  3 08:47:02 2022`, `Aug 28 14:02:02`, `[Tue Jun 11 15:58:26 2024]`; months of any language.
const CALENDAR =
  /^(?:<\d{1,3}>)?\[?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(\p{L}{3,4})\.? {1,2}(\d{1,2}),? (\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?: (?:[A-Z]{3,4} )?(\d{4})(?!\S))?(\])?(?= |$|\])/iu;
const ISO = /^\[?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?= |$|:)/;
// A Windows syslog receiver: `6/5/2018 11:49 AM Notice 192.168.88.1 text`.
const RECEIVER =
  /^"?(\d{1,2})[/.](\d{1,2})[/.](\d{4})"?[,; ]+"?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([AP]M))?"?[,; ]+(?:"?(?:\w+\.)?(?:emerg\w*|alert|crit\w*|err\w*|warn\w*|notice|info\w*|debug)"?[,; ]+)?(?:"?\d{1,3}(?:\.\d{1,3}){3}"?[,; ]*)?/i;
const KERNEL = /^(?:<\d>)?\[\s*(\d+)\.(\d{1,6})\](?:\[\s*[TC]\d+\])?(?= |$)/;
const ELIDED = /^\[(?:\.\.\.|snip(?:ped)?)\](?= )/;
const CLOCK = /^\[?(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?\]?(?= )/;

/** Reads the time stamp, if there is one. */
export function readStamp(text: string): Stamp | undefined {
  return calendar(text) ?? iso(text) ?? receiver(text) ?? kernelStamp(text) ?? clock(text);
}

/** The kernel's own stamp, seconds since boot: at the start of a dmesg line or after `kernel:`. */
export function kernelStamp(text: string): Stamp | undefined {
  const elided = ELIDED.exec(text);
  if (elided) return { rest: text.slice(elided[0].length).trimStart(), ...PLAIN, timeResolution: 'none' };
  const match = KERNEL.exec(text);
  if (!match) return undefined;
  const micros = Number(`0.${match[2]}`);
  return {
    rest: text.slice(match[0].length).trimStart(),
    timeMs: (Number(match[1]) + micros) * 1_000,
    ...PLAIN,
    timeResolution: 'microsecond',
  };
}

function calendar(text: string): Stamp | undefined {
  const match = CALENDAR.exec(text);
  if (!match) return undefined;
  const [all, monthName = '', day, hour, minute, second, year, bracket] = match;
  // A month in another language has no number; days within it still have their distance.
  const month = Math.max(0, MONTHS.indexOf(monthName.toLowerCase().slice(0, 3)));
  return {
    rest: text.slice(all.length).replace(/^\]/, '').trimStart(),
    timeMs: instant([year ?? 2000, month + 1, day, hour, minute, second]),
    timeResolution: 'second',
    mayHaveHost: year === undefined,
    mayHaveTag: bracket === undefined,
  };
}

function iso(text: string): Stamp | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length).trimStart();
  return {
    rest,
    timeMs: instant(match.slice(1, 7)),
    timeResolution: 'second',
    mayHaveHost: true,
    mayHaveTag: true,
  };
}

function receiver(text: string): Stamp | undefined {
  const match = RECEIVER.exec(text);
  if (!match) return undefined;
  const [all, month, day, year, hour, minute, second, half] = match;
  const hours = half ? (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0) : Number(hour);
  return {
    rest: text.slice(all.length).replace(/^"|"$/g, '').trimStart(),
    timeMs: instant([year, month, day, hours, minute, second ?? 0]),
    ...PLAIN,
    timeResolution: second === undefined ? 'minute' : 'second',
  };
}

function clock(text: string): Stamp | undefined {
  const match = CLOCK.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length).trimStart();
  return { rest, timeMs: instant([2000, 1, 1, ...match.slice(1, 4)]), ...PLAIN, timeResolution: 'second' };
}

/** Milliseconds since 1970 without a time zone: [year, month, day, hour, minute, second]. */
function instant(parts: readonly (string | number | undefined)[]): Ms {
  const [year = 2000, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  // Days from the civil calendar (Hinnant): March is the first month, so that leap days come last.
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const days = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000;
}
