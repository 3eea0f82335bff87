import type { Ms } from '../core/units.ts';

/** How fine the clock was that stamped a line. Lines of the same minute may have been reordered on their way. */
export type TimeResolution = 'microsecond' | 'second' | 'minute' | 'none';

/** One line of a log, cleaned of what forums, terminals and syslog receivers did to it. */
export interface LogLine {
  /** 1-based line in the text as pasted; the `seq` of the event when it comes from a timeline. */
  readonly number: number;
  /** The message alone: no time stamp, no process, straight quotes, mended AT commands. */
  readonly text: string;
  /** The line as it stands in the pasted text. */
  readonly original: string;
  readonly process?: string;
  readonly pid?: number;
  /** netifd's interface, for lines of the kind `netifd: wwan (3669): text`. */
  readonly interface?: string;
  /** Milliseconds of the clock that stamped it (calendar or uptime): only differences mean anything. */
  readonly timeMs?: Ms;
  readonly timeResolution: TimeResolution;
  /** Of a run: the router had said it before that began. */
  readonly past?: true;
}

/** Minute stamps can't order what happened within a minute. */
export function isOrderUnreliable(lines: readonly LogLine[]): boolean {
  return lines.some((line) => line.timeResolution === 'minute');
}
