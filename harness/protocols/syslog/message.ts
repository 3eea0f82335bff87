import { DEFAULT_PRIORITY, HIGHEST_PRIORITY, priorityName } from './priority.ts';
import {
  formatBsdTime,
  formatIsoTime,
  parseIsoTime,
  readBsdTime,
  readIsoTime,
  type SyslogTime,
} from './time.ts';

/** A message of RFC 3164 or RFC 5424. What it lacks is left out. */
export interface SyslogMessage {
  /** Facility times 8 and severity. */
  readonly priority: number;
  readonly time?: SyslogTime;
  readonly host?: string;
  /** TAG or APP-NAME: `netifd` */
  readonly app?: string;
  /** PROCID, a number as a rule. */
  readonly process?: string;
  /** RFC 5424 alone. */
  readonly id?: string;
  /** STRUCTURED-DATA as it stands, RFC 5424 alone. */
  readonly data?: string;
  readonly text: string;
}

const PRIORITY = /^<(\d{1,3})>/;

/**
 * Reads a message in either format. Nothing is refused: what can't be told apart is text, as RFC 3164 (4.3) wants it,
 * for a log that is not quite right is better than none.
 */
export function parseSyslog(raw: string): SyslogMessage {
  const found = PRIORITY.exec(raw);
  const priority = Number(found?.[1]);
  if (!found || priority > HIGHEST_PRIORITY) return { priority: DEFAULT_PRIORITY, text: raw };
  const rest = raw.slice(found[0].length);
  return { priority, ...(parse5424(rest) ?? parse3164(rest)) };
}

type Body = Omit<SyslogMessage, 'priority'>;

// The host is followed by a tag; busybox' syslogd sends none, and OpenWrt's logread a prefix in its place if told so.
const HOST = /^(?![\w./@+-]+(?:\[\d+\])?:(?: |$))(\S+) /;
const TAG = /^([A-Za-z_][\w./@+-]*)(?:\[(\d+)\])?: ?/;

function parse3164(rest: string): Body {
  // rsyslog's RSYSLOG_ForwardFormat has the stamp of RFC 5424 in a message that is otherwise RFC 3164's.
  const stamp = readBsdTime(rest) ?? readIsoTime(rest);
  if (!stamp) return { text: rest };
  const behind = rest.slice(stamp.length);
  const host = HOST.exec(behind);
  const content = host ? behind.slice(host[0].length) : behind;
  const tag = TAG.exec(content);
  return {
    time: stamp.time,
    ...(host?.[1] === undefined ? {} : { host: host[1] }),
    ...(tag?.[1] === undefined ? {} : { app: tag[1] }),
    ...(tag?.[2] === undefined ? {} : { process: tag[2] }),
    text: tag ? content.slice(tag[0].length) : content,
  };
}

// RFC 5424 6: version 1, then five fields, structured data, and the text; `-` stands for what is missing.
const HEADER = /^1 (\S+) (\S+) (\S+) (\S+) (\S+) /;
const ELEMENT = /\[[^\s=\]"]+(?: [^\s=\]"]+="(?:[^"\\\]]|\\.)*")*\]/;
const DATA = new RegExp(`^(-|(?:${ELEMENT.source})+)(?: |$)`, 's');
const MARK = '\ufeff'; // 6.4: says that the text is UTF-8

function parse5424(rest: string): Body | undefined {
  const header = HEADER.exec(rest);
  if (!header) return undefined;
  const data = DATA.exec(rest.slice(header[0].length));
  const [stamp = '-', host = '-', app = '-', process = '-', id = '-'] = header.slice(1);
  const time = stamp === '-' ? undefined : parseIsoTime(stamp);
  if (!data || (stamp !== '-' && !time)) return undefined;
  const text = rest.slice(header[0].length + data[0].length);
  return {
    ...(time ? { time } : {}),
    ...given({ host, app, process, id, data: data[1] as string }),
    // rsyslog's text keeps the blank that RFC 3164 has behind the tag.
    text: (text.startsWith(MARK) ? text.slice(MARK.length) : text).replace(/^ /, ''),
  };
}

function given<T extends Record<string, string>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '-')) as Partial<T>;
}

/** As RFC 3164 has it, and OpenWrt's `logread -r` sends it. */
export function formatBsdMessage(message: SyslogMessage & { readonly time: SyslogTime }): string {
  const { priority, time, host } = message;
  return `<${priority}>${formatBsdTime(time)} ${host === undefined ? '' : `${host} `}${contentOf(message)}`;
}

/** As RFC 5424 has it. */
export function formatSyslog({ priority, time, host, app, process, id, data, text }: SyslogMessage): string {
  const stamp = time?.year === undefined ? undefined : formatIsoTime({ ...time, year: time.year });
  const header = [stamp, host, app, process, id, data].map((field) => field ?? '-').join(' ');
  return `<${priority}>1 ${header}${text === '' ? '' : ` ${text}`}`;
}

/** `Nov 22 08:51:47 daemon.notice netifd: text`: what logread prints, but for the day of the week and the year. */
export function logLine(message: SyslogMessage): string {
  const { priority, time } = message;
  const stamp = time ? `${formatBsdTime(time)} ` : '';
  return `${stamp}${priorityName(priority)} ${contentOf(message)}`;
}

function contentOf({ app, process, text }: SyslogMessage): string {
  if (app === undefined) return text;
  return `${app}${process === undefined ? '' : `[${process}]`}: ${text}`;
}
