import type { Clock } from '../../core/clock.ts';
import type { Ms } from '../../core/units.ts';
import type { SystemLog } from './machine.ts';

/** `logd -S 128`: kilobytes of log in memory. */
const LOG_BYTES = 128 * 1024;
/** CONFIG_LOG_BUF_SHIFT=14 on small routers. */
const KERNEL_BYTES = 16 * 1024;

/** logd's ring and the kernel's. Source: ubox log/logread.c (format), syslog.c (ring). */
export function createSystemLog(clock: Clock, bootedAt: Ms): SystemLog {
  const system = createRing(LOG_BYTES);
  const kernel = createRing(KERNEL_BYTES);
  const followers = new Set<(line: string) => void>();
  const stamp = createStamp(clock);

  const add = (priority: string, tag: string, text: string): void => {
    const line = `${stamp()} ${priority} ${tag}: ${text}`;
    system.push(line);
    for (const follower of followers) follower(line);
  };

  return {
    add,
    kernel: (level, text) => {
      const line = `[${uptimeStamp(clock.now() - bootedAt)}] ${text}`;
      kernel.push(line);
      add(`kern.${level}`, 'kernel', line);
    },
    lines: () => system.lines(),
    kernelLines: () => kernel.lines(),
    follow: (f) => {
      const follower = (line: string): void => f(line);
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}

/** `  476.116845`: seconds since the kernel started, as printk writes them. */
export function uptimeStamp(uptime: Ms): string {
  return (Math.max(0, uptime) / 1000).toFixed(6).padStart(12);
}

/** Lines up to a number of bytes; the oldest go first. */
function createRing(limit: number): { push(line: string): void; lines(): readonly string[] } {
  let lines: string[] = [];
  let first = 0;
  let bytes = 0;
  return {
    push: (line) => {
      lines.push(line);
      bytes += line.length + 1;
      while (bytes > limit) bytes -= (lines[first++] as string).length + 1;
      // Forgotten lines are cut off in one piece now and then, so that a push costs the same however long it runs.
      if (first > 4_096) {
        lines = lines.slice(first);
        first = 0;
      }
    },
    lines: () => lines.slice(first),
  };
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** ctime(3) in UTC, without its newline: `Sun Nov 22 08:51:47 2026`. */
export function ctime(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${timeOfDay(date)} ${date.getUTCFullYear()}`;
}

/** `08:51:47` */
export function timeOfDay(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `Nov 22 08:51`, as `ls -l` prints it. */
export function shortDate(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${timeOfDay(date).slice(0, 5)}`;
}

/** ctime of now, made anew only when the second changes: a dial writes a dozen lines in one. */
function createStamp(clock: Clock): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const wall = clock.wall();
    const now = Math.floor(wall.getTime() / 1000);
    if (now !== second) {
      second = now;
      text = ctime(wall);
    }
    return text;
  };
}
