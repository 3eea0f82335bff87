/** RFC 5424 table 1, with syslog.h's names as OpenWrt's logread prints them; 12 to 15 have none there. */
const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp 12 13 14 15 local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  );

/** RFC 5424 table 2. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;

/** The highest PRI: local7.debug. */
export const HIGHEST_PRIORITY = FACILITIES.length * 8 - 1;

/** user.notice: what a message without PRI counts as (RFC 3164 4.3.3). */
export const DEFAULT_PRIORITY = 13;

/** 29 -> `daemon.notice` */
export function priorityName(priority: number): string {
  return `${FACILITIES[priority >> 3] ?? '?'}.${SEVERITIES[priority & 7]}`;
}

/** `daemon.notice` -> 29; undefined: no such facility or severity. */
export function priorityByName(name: string): number | undefined {
  const [facility = '', severity = ''] = name.split('.');
  const [f, s] = [FACILITIES.findIndex((n) => n === facility), SEVERITIES.findIndex((n) => n === severity)];
  return f < 0 || s < 0 ? undefined : f * 8 + s;
}
