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
const ISO =
  /^(\[)?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:([.,])\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?= |$|:)/;
// A Windows syslog receiver: `6/5/2018 11:49 AM Notice 192.168.88.1 text`.
const RECEIVER =
  /^"?(\d{1,2})[/.](\d{1,2})[/.](\d{4})"?[,; ]+"?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([AP]M))?"?[,; ]+(?:"?(?:\w+\.)?(?:emerg\w*|alert|crit\w*|err\w*|warn\w*|notice|info\w*|debug)"?[,; ]+)?(?:"?\d{1,3}(?:\.\d{1,3}){3}"?[,; ]*)?/i;
// `dmesg -x` puts facility and level in front, `dmesg -d` the distance behind.
const KERNEL = /^(?:<\d>|\w+ *:\w+ *: ?)?\[\s*(\d+)\.(\d{1,6})(?: <[^<>]*>)?\](?:\[\s*[TC]\d+\])?(?= |$)/;
// Cut by the one who pastes, or distances alone: `dmesg -e`.
const ELIDED = /^\[(?:\.\.\.|snip(?:ped)?|\p{L}{3,4}\d{1,2} \d\d:\d\d|[ <]*\+ *\d+\.\d+>?)\](?= )/u;
// `logread -t`: seconds since 1970 behind the date.
const EPOCH = /^\[(\d{9,}\.\d{3})\] /;
// The log page of LuCI gives the time as the browser's language has it: `[Nov 3, 2024, 8:51:49 PM GMT+1] daemon.info: `.
const PAGE = /^\[([^\]]{8,60})\] (?=[a-z]+\d?\.[a-z]+: )/;
// RFC 5424: `<30>1 2026-03-03T08:10:30.000Z OpenWrt pppd 1201 - - Exit.`
const STRUCTURED = /^<\d{1,3}>1 (\S+) \S+ (\S+) (\S+) \S+ (?:-|(?:\[[^\]]*\])+) ?/;
// Quectel's connection manager: `[04-17_17:20:24:577]`.
const QUECTEL = /^\[(\d\d)-(\d\d)_(\d\d):(\d\d):(\d\d):\d{3}\](?= |$)/;
const CLOCK = /^\[?(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?\]?(?= )/;

/** Reads the time stamp, if there is one. */
export function readStamp(text: string): Stamp | undefined {
  return (
    structured(text) ??
    calendar(text) ??
    iso(text) ??
    receiver(text) ??
    kernelStamp(text) ??
    page(text) ??
    quectel(text) ??
    clock(text)
  );
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
  const rest = text.slice(all.length).replace(/^\]/, '').trimStart();
  const epoch = EPOCH.exec(rest);
  return {
    rest: epoch ? rest.slice(epoch[0].length) : rest,
    timeMs: epoch
      ? Number(epoch[1]) * 1_000
      : instant([year ?? 2000, monthNumber(monthName), day, hour, minute, second]),
    timeResolution: 'second',
    mayHaveHost: year === undefined,
    mayHaveTag: bracket === undefined,
  };
}

/** A month in another language has no number; days within it still have their distance. */
function monthNumber(name: string): number {
  return Math.max(0, MONTHS.indexOf(name.toLowerCase().slice(0, 3))) + 1;
}

function iso(text: string): Stamp | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length).trimStart();
  // A comma is `dmesg --time-format iso`, a dash an AT terminal: neither has host or program. Brackets are a script's.
  const bare = match[8] === ',' || rest.startsWith('- ');
  return {
    rest: rest.replace(/^- /, ''),
    timeMs: instant(match.slice(2, 8)),
    timeResolution: 'second',
    mayHaveHost: !bare && match[1] === undefined,
    mayHaveTag: !bare,
  };
}

function structured(text: string): Stamp | undefined {
  const match = STRUCTURED.exec(text);
  const at = match && iso(match[1] ?? '');
  if (!match || !at) return undefined;
  const [all, , name = '', pid] = match;
  const tag = pid === '-' ? name : `${name}[${pid}]`;
  return { ...at, rest: `${tag}: ${text.slice(all.length)}`, mayHaveHost: false };
}

function page(text: string): Stamp | undefined {
  const match = PAGE.exec(text);
  const inside = match?.[1] ?? '';
  const time = /(\d{1,2}):(\d\d):(\d\d)(?: ?([AP])\.?M)?/i.exec(inside);
  if (!match || !time) return undefined;
  const [all, hour, minute, second, half] = time;
  const date = inside.replace(all, '');
  const year = /\b\d{4}\b/.exec(date)?.[0] ?? 2000;
  const day = /(?<!\d)\d{1,2}(?!\d)/.exec(date)?.[0] ?? 1;
  const month = monthNumber(/\p{L}{3,}/u.exec(date)?.[0] ?? '');
  const rest = text.slice(match[0].length);
  const timeMs = instant([year, month, day, hourOf(hour, half), minute, second]);
  return { rest, timeMs, ...PLAIN, timeResolution: 'second' };
}

/** Of a clock with twelve hours, if `half` says A or P. */
function hourOf(hour: string | undefined, half: string | undefined): number {
  return half ? (Number(hour) % 12) + (half.toUpperCase().startsWith('P') ? 12 : 0) : Number(hour);
}

function quectel(text: string): Stamp | undefined {
  const match = QUECTEL.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length).trimStart();
  return { rest, timeMs: instant([2000, ...match.slice(1, 6)]), ...PLAIN, timeResolution: 'second' };
}

function receiver(text: string): Stamp | undefined {
  const match = RECEIVER.exec(text);
  if (!match) return undefined;
  const [all, month, day, year, hour, minute, second, half] = match;
  return {
    rest: text.slice(all.length).replace(/^"|"$/g, '').trimStart(),
    timeMs: instant([year, month, day, hourOf(hour, half), minute, second ?? 0]),
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
