/** A sender's time stamp. RFC 3164 has neither a year nor a zone nor anything below the second: it is local time. */
export interface SyslogTime {
  readonly year?: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond?: number;
  /** Minutes east of UTC. */
  readonly zone?: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (n: number): string => String(n).padStart(2, '0');

/** `Nov  2 08:51:47` (RFC 3164 4.1.2). */
export function formatBsdTime({ month, day, hour, minute, second }: SyslogTime): string {
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

const BSD = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?: |$)/;

/** Reads a stamp at the beginning of a text. @returns it and how long it is, the blank behind it included */
export function readBsdTime(text: string): { time: SyslogTime; length: number } | undefined {
  const found = BSD.exec(text);
  if (!found) return undefined;
  const month = MONTHS.findIndex((name) => name === found[1]) + 1;
  const [day = 0, hour = 0, minute = 0, second = 0] = found.slice(2, 6).map(Number);
  const time = { month, day, hour, minute, second };
  return isTime(time) ? { time, length: found[0].length } : undefined;
}

/** Reads a stamp at the beginning of a text, as readBsdTime does. */
export function readIsoTime(text: string): { time: SyslogTime; length: number } | undefined {
  const word = /^\S+/.exec(text)?.[0] ?? '';
  const time = parseIsoTime(word);
  return time && { time, length: word.length + (text[word.length] === ' ' ? 1 : 0) };
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/;

/** `2026-11-22T08:51:47.123456+01:00` (RFC 5424 6.2.3). */
export function parseIsoTime(text: string): SyslogTime | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const fraction = found[7];
  const time = {
    year,
    month,
    day,
    hour,
    minute,
    second,
    ...(fraction === undefined ? {} : { microsecond: Number(fraction.padEnd(6, '0')) }),
    zone: zoneOf(found[8] as string),
  };
  return isTime(time) ? time : undefined;
}

export function formatIsoTime(time: SyslogTime & { readonly year: number }): string {
  const { year, month, day, hour, minute, second, microsecond, zone = 0 } = time;
  const fraction = microsecond === undefined ? '' : `.${String(microsecond).padStart(6, '0')}`;
  const east = Math.abs(zone);
  const offset = zone === 0 ? 'Z' : `${zone < 0 ? '-' : '+'}${two(Math.floor(east / 60))}:${two(east % 60)}`;
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${offset}`;
}

function zoneOf(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text.startsWith('-') ? -minutes : minutes;
}

function isTime({ month, day, hour, minute, second }: SyslogTime): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
}
